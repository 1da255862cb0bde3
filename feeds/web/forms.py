"""Forms that are sent to us: bodies that have an end, and the fields in them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.types import Message, Receive

from feeds.web.media import Headers
from feeds.web.refusals import RefusalError

LARGEST_BYTES = 16_384
"""A form with 500 topics fits in."""
WITHIN_SECONDS = 20.0
"""So long a body may take, as a whole."""
_MOST_FIELDS = 1_000
_LONGEST_FIELD = 1_000
_URLENCODED = "application/x-www-form-urlencoded"

_POSTED = re.compile(r"/(?:subscribe|confirm/[^/]+|manage/[^/]+(?:/erase)?|u/[^/]+(?:/undo)?)")
_WITH_TOKEN = re.compile(r"(/(?:confirm|manage|u)/)[^/]+")
_LEAVING = re.compile(r"/u/[^/]+")

_CLOSED: Headers = ((b"connection", b"close"),)
TOO_LARGE = RefusalError(413, "A form has at most 16 kB.", _CLOSED)
TOO_SLOW = RefusalError(408, "The form took too long to come.", _CLOSED)
_CUT = RefusalError(400, "The form did not come to its end.", _CLOSED)

Form = Mapping[str, Sequence[str]]
"""The fields of a form by their names, each with its values in their order."""


def takes_a_form(path: str) -> bool:
    """Whether there is a form that is sent to this path."""
    return _POSTED.fullmatch(path) is not None


def is_for_leaving(path: str) -> bool:
    """Whether whoever posts to this path leaves, whatever the body is (RFC 8058)."""
    return _LEAVING.fullmatch(path) is not None


def without_token(path: str) -> str:
    """A path as it may stand in a log: who reads `/u/<token>` there could act for its owner."""
    return _WITH_TOKEN.sub(r"\1...", path)


async def read_body(receive: Receive) -> bytes:
    """The whole body of a request. Raises RefusalError for one that is too large, too slow or cut off."""
    body = b""
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            is_more = True
            while is_more:
                message = await receive()
                if message["type"] != "http.request":
                    raise _CUT
                body += message.get("body", b"")
                if len(body) > LARGEST_BYTES:
                    raise TOO_LARGE
                is_more = message.get("more_body", False)
    except TimeoutError:
        raise TOO_SLOW from None
    return body


def replayed(body: bytes) -> Receive:
    """Gives a body that was read already."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def form_of(request: Request) -> Form:
    """The form of a request. Raises RefusalError for what is none."""
    if not _is_urlencoded(request):
        raise RefusalError(415, f"A form comes as {_URLENCODED}.")
    return fields(await request.body())


async def form_or_nothing(request: Request) -> Form:
    """The form of a request; an empty one for whatever else its body is."""
    try:
        return await form_of(request)
    except RefusalError:
        return {}


def fields(body: bytes) -> Form:
    """The fields of a body (URL Standard, 5.1); what is no UTF-8 becomes U+FFFD.

    Raises RefusalError for more fields than any form has.
    """
    text = body.decode("utf-8", "replace")
    try:
        found = parse_qs(text, keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise RefusalError(413, f"A form has at most {_MOST_FIELDS} fields.") from error
    return {name: [value[:_LONGEST_FIELD] for value in values] for name, values in found.items()}


def first(form: Form, name: str) -> str:
    """The first value of a field; empty where it was not sent."""
    values = form.get(name)
    return values[0] if values else ""


def _is_urlencoded(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == _URLENCODED
