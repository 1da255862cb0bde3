"""The door: published files are answered from memory at once, all else goes to the app behind it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feeds.site.frame import Site
from feeds.web.forms import is_for_leaving, read_body, replayed, takes_a_form, without_token
from feeds.web.measures import Measures
from feeds.web.places import Elsewhere
from feeds.web.refusals import (
    NO_BODY,
    NOT_ALLOWED,
    NOT_ALLOWED_FORM,
    NOT_FOUND,
    TOO_LONG,
    RefusalError,
    refuse,
)
from feeds.web.representation import Asked, Sent, asked, respond
from feeds.web.tree import File, Tree

_LOGGER = logging.getLogger(__name__)

LONGEST_URL = 8_000
"""A rule of 2,000 characters fits in, each as three bytes in hex."""
BEHIND = {
    "/api/": "api",
    "/search": "search",
    "/status/": "status",
    "/feeds/combined.": "combined",
    "/healthz": "health",
    "/readyz": "health",
    "/metrics": "metrics",
    "/subscribe": "subscribe",
    "/confirm/": "subscribe",
    "/manage/": "manage",
    "/u/": "leave",
}
"""What the app behind answers, by the beginning of the path, with its class in the metrics."""
_BEHIND = tuple(BEHIND)


class Front:
    """An ASGI app without a framework, since a feed is asked for a thousand times for each change of it."""

    def __init__(
        self, tree: Tree, behind: ASGIApp, measures: Measures, site: Site, clock: Callable[[], float]
    ) -> None:
        self._tree = tree
        self._behind = behind
        self._measures = measures
        self._site = site
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            await self._behind(scope, receive, send)
            return
        begun = self._clock()
        request = asked(scope["headers"])
        path: str = scope["path"]
        refusal = _refusal(scope, request)
        if refusal:
            kind, sent = "refused", await refuse(refusal, scope, send, self._site)
        elif path.startswith(_BEHIND):
            kind = next(BEHIND[start] for start in _BEHIND if path.startswith(start))
            answer = self._posted if scope["method"] == "POST" else self._from_behind
            sent = await answer(scope, receive, send)
        else:
            kind, sent = await self._from_tree(path, request, scope, send)
        self._measures.note(kind, sent, self._clock() - begun)

    async def _from_tree(self, path: str, request: Asked, scope: Scope, send: Send) -> tuple[str, Sent]:
        file = self._tree.known(path) or await self._find(path)
        if file is None:
            return "page", await refuse(NOT_FOUND, scope, send, self._site)
        if isinstance(file, Elsewhere):
            location = ((b"location", file.location.encode()),)
            moved = RefusalError(301, "The page is at the address with a slash behind it.", location)
            return "page", await refuse(moved, scope, send, self._site)
        return file.kind.name, await respond(file.representation, request, scope["method"], send)

    async def _find(self, path: str) -> File | Elsewhere | None:
        return Elsewhere("./api/") if path == "/api" else await self._tree.find(path)

    async def _posted(self, scope: Scope, receive: Receive, send: Send) -> Sent:
        """Waits for the whole body, so that none that is slow holds a place where work is done."""
        body, close = b"", False
        try:
            body = await read_body(receive)
        except RefusalError as refusal:
            if not is_for_leaving(scope["path"]):
                return await refuse(refusal, scope, send, self._site)
            close = True  # what is wrong with the body keeps nobody from leaving
        return await self._from_behind(scope, replayed(body), _closing(send) if close else send)

    async def _from_behind(self, scope: Scope, receive: Receive, send: Send) -> Sent:
        """Lets the app answer, which does not know HEAD, and counts what it sends."""
        status = size = 0
        is_head = scope["method"] == "HEAD"

        async def counted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif is_head:
                message = {**message, "body": b""}
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self._behind({**scope, "method": "GET"} if is_head else scope, receive, counted)
        except Exception:  # whatever it is: who asked has been told, and the others want their answers
            _LOGGER.exception("%s cannot be answered", without_token(scope["path"]))
        return Sent(status, size)


def _refusal(scope: Scope, request: Asked) -> RefusalError | None:
    if len(scope["path"]) + len(scope["query_string"]) > LONGEST_URL:
        return TOO_LONG
    if scope["method"] in ("GET", "HEAD"):
        return NO_BODY if request.has_body else None
    if not takes_a_form(scope["path"]):
        return NOT_ALLOWED
    return None if scope["method"] == "POST" else NOT_ALLOWED_FORM


def _closing(send: Send) -> Send:
    """Ends the connection with the answer, since more of the request may come."""

    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        await send(message)

    return closing
