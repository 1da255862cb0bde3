"""What is told to who gets nothing: a page for people, problem details (RFC 9457) for programs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from starlette.types import Scope, Send

from feeds.site.frame import Frame, Site
from feeds.web.accept import wants_a_page
from feeds.web.media import FOR_ALL, FOR_US, Headers
from feeds.web.pages import page
from feeds.web.representation import Sent, asked

FOR_PROGRAMS = ("/api/", "/feeds/combined.", "/healthz", "/readyz", "/metrics")
"""Under these paths no refusal is a page."""
_PROBLEM = b"application/problem+json"
_PAGE = b"text/html; charset=utf-8"


class RefusalError(Exception):
    """A request that is not answered with what it asks for.

    `detail` is one sentence for people; it never repeats what was asked for. `headers` are sent with it.
    """

    def __init__(self, status: int, detail: str, headers: Headers = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers


NOT_FOUND = RefusalError(404, "There is nothing at this address.")
NOT_ALLOWED = RefusalError(405, "Only GET and HEAD are answered here.", ((b"allow", b"GET, HEAD"),))
NOT_ALLOWED_FORM = RefusalError(
    405, "Only GET, HEAD and POST are answered here.", ((b"allow", b"GET, HEAD, POST"),)
)
TOO_LONG = RefusalError(414, "The address is too long.")
NO_BODY = RefusalError(413, "This takes no body.", ((b"connection", b"close"),))
BUSY = RefusalError(
    503, "Too many requests are being worked on; try again in a moment.", ((b"retry-after", b"1"),)
)
FAILED = RefusalError(500, "Something went wrong here; the log of the server says what.")


@dataclass(frozen=True, slots=True)
class _Page:
    """The values of `web/refusal.html`."""

    frame: Frame
    detail: str


async def refuse(refusal: RefusalError, scope: Scope, send: Send, site: Site) -> Sent:
    """Sends a refusal, as a page or as problem details."""
    is_page = not scope["path"].startswith(FOR_PROGRAMS) and wants_a_page(asked(scope["headers"]).accept)
    body = _page(refusal.status, refusal.detail, site) if is_page else _problem(refusal)
    headers = [
        (b"content-type", _PAGE if is_page else _PROBLEM),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store" if refusal.status >= 400 else b"public, max-age=300"),
        (b"vary", b"Accept"),
        *(FOR_US if is_page else FOR_ALL),
        *refusal.headers,
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    sent = b"" if scope["method"] == "HEAD" else body
    await send({"type": "http.response.body", "body": sent})
    return Sent(refusal.status, len(sent))


@lru_cache(maxsize=64)
def _page(status: int, detail: str, site: Site) -> bytes:
    frame = Frame(HTTPStatus(status).phrase, "", site.root_path, is_indexed=False)
    return page("refusal.html", _Page(frame, detail), site)


def _problem(refusal: RefusalError) -> bytes:
    status = HTTPStatus(refusal.status)
    problem = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": refusal.detail,
    }
    return json.dumps(problem, ensure_ascii=False).encode(errors="replace")
