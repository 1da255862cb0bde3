"""The server of the app: uvicorn, with the bounds and the silence that we want of it."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 32_768
"""Bytes of request line and header fields; what comes with them in one packet may exceed it."""
_STOPPED_AFTER_SECONDS = 10
_KEPT_ALIVE_SECONDS = 20
_MOST_CONNECTIONS = 900
"""Below the 1,024 open files that most systems allow a process."""

_SWITCHED_AFTER_SECONDS = 0.0005
"""So soon a thread that searches lets the others go on. While four did, one file of a hundred took 390 ms with
Python's own 5 ms, and 30 ms with less; the searches took no longer."""

_REASON = b"The head of the request is too long."
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n%s" % (len(_REASON), _REASON)
)


class BoundedProtocol(HttpToolsProtocol):
    """HTTP/1.1 that refuses a request whose head does not end: httptools itself knows no bound."""

    _head = 0

    def data_received(self, data: bytes) -> None:
        """Reads on, unless too much of a head has come."""
        self._head += len(data)
        super().data_received(data)
        if self._head > LARGEST_HEAD and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_headers_complete(self) -> None:
        """Begins the count for the next request."""
        self._head = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Keeps a body out of the count; that nothing takes one, the app says."""
        self._head = 0
        super().on_body(body)


def configured(app: ASGIApp) -> uvicorn.Config:
    """How the app is served. Who a proxy speaks for, the app finds out itself, where it matters."""
    return uvicorn.Config(
        app,
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=_KEPT_ALIVE_SECONDS,
        timeout_graceful_shutdown=_STOPPED_AFTER_SECONDS,
    )


def run(app: ASGIApp, listener: socket.socket, begun: Callable[[], None]) -> None:
    """Serves on a socket that listens, until SIGINT or SIGTERM; answers under way are finished.

    Calls `begun` when answers are given.
    """
    sys.setswitchinterval(_SWITCHED_AFTER_SECONDS)
    server = _Telling(configured(app), begun)
    with _stopped_by_signals(server):
        server.run(sockets=[listener])


class _Telling(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, begun: Callable[[], None]) -> None:
        super().__init__(config)
        self._begun = begun

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Says so when it has started."""
        await super().startup(sockets)
        self._begun()


@contextmanager
def _stopped_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """A signal ends the server and no more: uvicorn takes them while it runs, and raises them again at its end."""

    def stop(*_: object) -> None:
        server.should_exit = True

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
