"""The server of the app: uvicorn, with the bounds and the silence that we want of it."""

from __future__ import annotations

import asyncio
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

HEAD_WITHIN_SECONDS = 20.0
"""So long may a new connection wait with the head of its request, or a head take from its first bytes to its end."""
BODY_WITHIN_SECONDS = 30.0
"""So long may a body take from the end of its head: longer than the app waits for it, which then still answers."""
TAKEN_WITHIN_SECONDS = 60.0
"""So long may a client take nothing of what is sent to it."""

_SWITCHED_AFTER_SECONDS = 0.0005
"""So soon a thread that searches lets the others go on. While four did, one file of a hundred took 390 ms with
Python's own 5 ms, and 30 ms with less; the searches took no longer."""

_REASON = b"The head of the request is too long."
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n%s" % (len(_REASON), _REASON)
)


class BoundedProtocol(HttpToolsProtocol):
    """HTTP/1.1 that refuses a head without end, and hangs up on who sends none, no end of a body, or takes no answer.

    httptools knows no bound, and uvicorn times only what lies between two requests: whoever was silent
    held a connection for ever, and some hundreds of them the whole site.
    """

    _head = 0
    _is_in_body = False
    _body: asyncio.TimerHandle | None = None
    _sender: asyncio.TimerHandle | None = None
    _taker: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begins to wait for the first head."""
        super().connection_made(transport)
        self._sender = self.loop.call_later(HEAD_WITHIN_SECONDS, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits for nothing more."""
        for timer in (self._sender, self._body, self._taker):
            _stop(timer)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Reads on, unless too much of a head has come."""
        self._head += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        self._time_body()
        if self._head > LARGEST_HEAD:
            self.transport.write(_TOO_LARGE)
            self.transport.close()
        elif self._head and self._sender is None:
            self._sender = self.loop.call_later(HEAD_WITHIN_SECONDS, self.transport.abort)

    def on_headers_complete(self) -> None:
        """Begins the count for the next request."""
        self._head = 0
        _stop(self._sender)
        self._sender = None
        self._is_in_body = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Keeps a body out of the count; what takes one, and how large, the app says."""
        self._head = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Waits for no more of a body."""
        self._is_in_body = False
        super().on_message_complete()

    def _time_body(self) -> None:
        """Hangs up on a body without end, also on one that the app has long refused."""
        if not self._is_in_body:
            _stop(self._body)
            self._body = None
        elif self._body is None:
            self._body = self.loop.call_later(BODY_WITHIN_SECONDS, self.transport.abort)

    def pause_writing(self) -> None:
        """Begins to look whether the client takes what waits for it."""
        super().pause_writing()
        self._look_later()

    def resume_writing(self) -> None:
        """Looks no more."""
        _stop(self._taker)
        super().resume_writing()

    def _look_later(self) -> None:
        waiting = self.transport.get_write_buffer_size()
        self._taker = self.loop.call_later(TAKEN_WITHIN_SECONDS, self._look, waiting)

    def _look(self, waiting: int) -> None:
        if self.transport.get_write_buffer_size() >= waiting:
            self.transport.abort()
        else:
            self._look_later()


def _stop(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


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
