"""A mail server that takes everything and keeps nothing, as light as one in Python can be: a process of its own.

`python -m benchmarks.sink [--delay SECONDS]` prints its port, and ends with its standard input. With a delay it thinks
so long about each message before it accepts it, about as many at once as there are connections.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Protocol, cast

import uvloop

_END = b"\r\n.\r\n"
_KEPT = len(_END) - 1


class _Wire(Protocol):
    def write(self, data: bytes) -> None:
        """Sends bytes."""
        ...

    def close(self) -> None:
        """Hangs up."""
        ...


class Conversation(asyncio.Protocol):
    """Says what a server would that has no objection."""

    def __init__(self, delay_seconds: float) -> None:
        self._delay_seconds = delay_seconds
        self._wire: _Wire
        self._line = b""
        self._tail: bytes | None = None  # the last bytes of a text that is under way

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greets."""
        self._wire = cast("_Wire", transport)
        self._wire.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answers commands, one at a time, and reads texts without looking at them."""
        if self._tail is not None:
            seen = self._tail + data if len(data) < _KEPT else data
            if not seen.endswith(_END):
                self._tail = seen[-_KEPT:]
                return
            self._tail = None
            if self._delay_seconds:
                asyncio.get_running_loop().call_later(self._delay_seconds, self._wire.write, b"250 ok\r\n")
            else:
                self._wire.write(b"250 ok\r\n")
            return
        self._line += data
        if self._line.endswith(b"\n"):
            self._answer(self._line[:4].upper())
            self._line = b""

    def _answer(self, command: bytes) -> None:
        if command == b"DATA":
            self._tail = b""
            self._wire.write(b"354 go on\r\n")
        elif command == b"QUIT":
            self._wire.write(b"221 bye\r\n")
            self._wire.close()
        else:
            self._wire.write(b"250 ok\r\n")


@contextmanager
def sink(delay_seconds: float = 0.0) -> Iterator[int]:
    """The port of a sink, for as long as it is needed."""
    command = [sys.executable, "-m", "benchmarks.sink", "--delay", str(delay_seconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield int(process.stdout.readline())
        process.stdin.close()


async def _serve(delay_seconds: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(partial(Conversation, delay_seconds), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def main() -> None:
    """Serves until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay", type=float, default=0.0, metavar="SECONDS")
    uvloop.run(_serve(parser.parse_args().delay))


if __name__ == "__main__":
    main()
