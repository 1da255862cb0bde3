"""A program that runs: a process in a session of its own, and what it says."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio import StreamReader, StreamReaderProtocol
from asyncio.subprocess import DEVNULL, Process, create_subprocess_exec
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from flows.up.program import Program

_LAST_LINES = 12
_LONGEST_LINE = 1 << 20
_DRAINED_WITHIN_SECONDS = 2.0


class Child:
    """A running program. It hears no Ctrl-C of the terminal: only what `up` sends it."""

    def __init__(self, process: Process, output: StreamReader, tell: Callable[[str], None]) -> None:
        self._process = process
        self._output = output
        self._tell = tell
        self._last: deque[str] = deque(maxlen=_LAST_LINES)
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, program: Program, tell: Callable[[str], None]) -> Child:
        """Starts a program, each line of which is told; raises OSError where it cannot be started."""
        # A pipe of our own: with asyncio's, the end of a process is told only when nobody holds its output any more.
        ours, theirs = os.pipe()
        try:
            process = await create_subprocess_exec(
                *program.command,
                env=program.environment,
                cwd=program.folder,
                stdin=DEVNULL,
                stdout=theirs if program.tells_output else DEVNULL,
                stderr=theirs,
                start_new_session=True,
            )
            return cls(process, await _reader(ours), tell)
        except OSError:
            os.close(ours)
            raise
        finally:
            os.close(theirs)

    @property
    def pid(self) -> int:
        """The process, and its group."""
        return self._process.pid

    @property
    def last_lines(self) -> Sequence[str]:
        """What it said last."""
        return tuple(self._last)

    async def ended(self) -> int:
        """Waits for its end; the exit code, negative for the signal that has killed it."""
        return await self._process.wait()

    async def said_all(self) -> None:
        """Waits for its last line; not for long, since what it has left behind may hold its output open."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._reading, _DRAINED_WITHIN_SECONDS)

    def send(self, number: signal.Signals) -> None:
        """Sends a signal to the program itself."""
        with suppress(ProcessLookupError):
            self._process.send_signal(number)

    def kill(self) -> None:
        """Kills it and all of its process group."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    async def _read(self) -> None:
        while True:
            try:
                line = await self._output.readline()
            except ValueError:  # asyncio has thrown the line away
                line = b"(a line too long to show)\n"
            if not line:
                return
            said = line.decode(errors="replace").rstrip()
            self._last.append(said)
            self._tell(said)


async def _reader(descriptor: int) -> StreamReader:
    """Reads a pipe, and closes it at its end."""
    reader = StreamReader(limit=_LONGEST_LINE)
    pipe = os.fdopen(descriptor, "rb", buffering=0)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: StreamReaderProtocol(reader), pipe)
    return reader
