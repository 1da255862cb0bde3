"""The app behind a real server, and requests to it byte by byte."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sized
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from feeds.web.server import configured


class _Server(uvicorn.Server):
    """Tells when it has started."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.begun = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.begun.set()


@dataclass(frozen=True)
class Live:
    """A server on a port of this machine, and the connections that it has."""

    port: int
    connections: Sized = ()

    def send(self, request: bytes) -> bytes:
        """All that comes back for some bytes, until the server hangs up."""
        answer = b""
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection,
            suppress(BrokenPipeError, ConnectionResetError),  # it has refused the rest
        ):
            connection.sendall(request)
            while part := connection.recv(65_536):
                answer += part
        return answer

    def get(self, target: str, *fields: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
        """Status, header fields and body of one request."""
        lines = [f"{method} {target} HTTP/1.1", "host: round.example", "connection: close", *fields, "", ""]
        head, _, body = self.send("\r\n".join(lines).encode("latin-1")).partition(b"\r\n\r\n")
        status, *given = head.decode("latin-1").split("\r\n")
        fields_given = dict(line.split(": ", 1) for line in given)
        is_chunked = fields_given.get("Transfer-Encoding") == "chunked"
        return int(status.split()[1]), fields_given, _joined(body) if is_chunked else body


def _joined(chunks: bytes) -> bytes:
    """What came in chunks (RFC 9112, 7.1)."""
    whole = b""
    while chunks:
        size, _, rest = chunks.partition(b"\r\n")
        length = int(size, 16)
        whole, chunks = whole + rest[:length], rest[length + 2 :]
    return whole


@contextmanager
def running(app: ASGIApp) -> Iterator[Live]:
    """The app on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = _Server(configured(app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert server.begun.wait(30)
            yield Live(listener.getsockname()[1], server.server_state.connections)
        finally:
            server.should_exit = True
            thread.join(30)
