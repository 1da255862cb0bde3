"""The client on real sockets."""

from __future__ import annotations

import gzip
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import httpx
import pytest

from flows.sources.client import Client, user_agent
from tests.sources.http_site import START, refused

RESET, HANG = b"reset", b"hang"
NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
WHOLE = HEAD + b"Content-Length: 4\r\n\r\npage"


class Wire(socketserver.ThreadingTCPServer):
    """A server that does the next of its deeds at each request for a page."""

    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Deed)
        self.deeds: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"


class Deed(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        connection: socket.socket = self.request
        asked = connection.recv(65536)
        assert isinstance(self.server, Wire)
        robots = asked.startswith(b"GET /robots.txt ")
        deed = NO_ROBOTS if robots else self.server.deeds.pop(0)
        if deed is RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        elif deed is HANG:
            connection.recv(1)
        else:
            connection.sendall(deed)


Server = TypeVar("Server", bound=socketserver.TCPServer)


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serving(Wire()) as server:
        yield server


@pytest.fixture(autouse=True)
def _without_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


def client_on(*urls: str, silence_seconds: float = 0.1) -> Client:
    """A client with the connections that it makes by itself; it waits for nothing but an answer."""
    return Client(
        urls,
        user_agent=user_agent("0.1.0"),
        min_interval_seconds=0,
        now=lambda: START,
        timeouts=httpx.Timeout(silence_seconds),
        sleep=lambda _: None,
    )


CUT = HEAD + b"Content-Length: 100\r\n\r\nonly this"
CUT_CHUNKS = HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n"
CUT_GZIP = HEAD + b"Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n" + gzip.compress(b"only this")[:20]
TROUBLES = [
    pytest.param(RESET, "breaks the connection", b"", id="reset"),
    pytest.param(HANG, "does not answer in time", b"", id="hang"),
    pytest.param(b"", "gives no whole answer", b"", id="nothing"),
    pytest.param(b"220 mail.example\r\n\r\n", "gives no whole answer", b"", id="no HTTP"),
    pytest.param(CUT, "gives no whole answer", b"only this", id="cut"),
    pytest.param(CUT_CHUNKS, "gives no whole answer", b"only this", id="cut chunks"),
    pytest.param(CUT_GZIP, "gives no whole answer", b"only this", id="cut gzip"),
]


@pytest.mark.parametrize(("deed", "reason", "body"), TROUBLES)
def test_trouble_on_the_wire_is_named_and_keeps_what_came(
    wire: Wire, deed: bytes, reason: str, body: bytes
) -> None:
    wire.deeds = [deed] * 4
    with client_on(wire.url) as client:
        error = refused(client, f"{wire.url}/papers")
    assert error.retryable
    assert error.answer.error.startswith(reason)
    assert error.answer.body == body
    assert wire.deeds == []


def test_trouble_on_the_wire_is_got_over(wire: Wire) -> None:
    wire.deeds = [RESET, HANG, CUT, WHOLE]
    with client_on(wire.url) as client:
        assert client.get(f"{wire.url}/papers").body == b"page"


def test_a_host_that_nobody_serves_cannot_be_reached() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with client_on(url) as client:
            assert "cannot be reached" in refused(client, f"{url}/papers").answer.error


@dataclass
class Street:
    """What the servers of one site see together: their connections, and how many were open at each request."""

    connections: list[socket.socket] = field(default_factory=list)
    open_at_requests: list[int] = field(default_factory=list)

    def note(self) -> None:
        self.open_at_requests.append(sum(map(is_open, tuple(self.connections))))


def is_open(connection: socket.socket) -> bool:
    """Whether the client still holds its end; there is nothing to read while it waits for an answer."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


class House(socketserver.ThreadingTCPServer):
    """A server that keeps its connections open and gives the same page for all that it is asked for."""

    def __init__(self, street: Street) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.street = street

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"


class Talk(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, House)
        self.server.street.connections.append(self.request)
        while self.request.recv(65536):
            self.server.street.note()
            self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage")


def test_two_hosts_in_turn_share_one_connection_at_a_time() -> None:
    street = Street()
    with (
        serving(House(street)) as first,
        serving(House(street)) as second,
        client_on(first.url, second.url, silence_seconds=10) as client,
    ):
        for host in (first, first, second, second, first, second):
            assert client.get(f"{host.url}/papers").body == b"page"
    assert street.open_at_requests == [1] * 8
    assert len(street.connections) == 4
