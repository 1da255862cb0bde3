"""What the pages of subscribers share: they are for one reader, and wait for the desk."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import anyio
import anyio.to_thread
from starlette.responses import Response

from feeds.site.frame import Frame, Framed, Site
from feeds.web.media import FOR_US, JSON, PAGE
from feeds.web.pages import page
from feeds.web.refusals import RefusalError
from models.errors import DatabaseError

_LOGGER = logging.getLogger(__name__)

THREADS = 4
"""So many wait for the desk at once; apart from the searches, since it may have to wait for a round that writes."""
_TOKEN = re.compile(r"[a-z0-9.]{1,80}")
_FIELDS = {
    **{name.decode(): value.decode() for name, value in FOR_US},
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
}
_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Saying:
    """The values of `web/saying.html`: a page that says something, with a link on if `href` is not empty."""

    frame: Frame
    paragraphs: tuple[str, ...]
    href: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """The values of `web/question.html`: a page with one button, which does what it says. `action` is where to."""

    frame: Frame
    paragraphs: tuple[str, ...]
    button: str
    action: str = ""
    is_from_page: bool = False


class Waiting:
    """Lets the desk work in threads of its own."""

    def __init__(self) -> None:
        self._limiter = anyio.CapacityLimiter(THREADS)

    async def __call__(self, call: Callable[_P, _T], *given: _P.args, **named: _P.kwargs) -> _T:
        """What the desk answers. Raises RefusalError (503) where its database does not."""
        try:
            return await anyio.to_thread.run_sync(lambda: call(*given, **named), limiter=self._limiter)
        except DatabaseError as error:
            _LOGGER.warning("%s", error)
            raise RefusalError(
                503, "The database does not answer; try again later.", ((b"retry-after", b"300"),)
            ) from error


def frame(title: str, site: Site) -> Frame:
    """The frame of a page that no search engine shows."""
    return Frame(title, "", site.root_path, is_indexed=False)


def private(template: str, values: Framed, site: Site, status: int = 200) -> Response:
    """A page that nobody keeps: it may name a subscriber, or hold a token."""
    headers = {**_FIELDS, "content-type": PAGE.type}
    return Response(page(template, values, site), status, headers)


def saying(
    site: Site, title: str, *paragraphs: str, to: tuple[str, str] = ("", ""), status: int = 200
) -> Response:
    """A page that says something; `to` is where a link leads (from the root of the site), and its words."""
    path, link = to
    values = Saying(frame(title, site), paragraphs, f"{site.root_path}{path}" if link else "", link)
    return private("saying.html", values, site, status)


def attached(value: object, name: str) -> Response:
    """A value as a file of JSON that nobody keeps but who asked for it."""
    body = json.dumps(value, ensure_ascii=False, indent=2).encode(errors="replace")
    disposition = f'attachment; filename="{name}"'
    return Response(body, headers={**_FIELDS, "content-type": JSON.type, "content-disposition": disposition})


def token_of(text: str) -> str:
    """The token in a path, whose case may have been lost; empty for what is none of ours."""
    token = text.lower()
    return token if _TOKEN.fullmatch(token) else ""


def masked(address: str) -> str:
    """An address as its owner knows it again, and nobody else learns it."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1] if len(local) > 1 else ''}…{at}{domain}"
