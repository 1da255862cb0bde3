"""What is sent, made ready once: bodies, tags and header fields, plain and in gzip (RFC 9110, 8)."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formatdate
from hashlib import sha256
from typing import NamedTuple

from starlette.types import Message, Send

from feeds.web.accept import takes_gzip
from feeds.web.conditional import is_current
from feeds.web.media import Headers, Kind

_NOT_WORTH_IT = 500
"""A body of fewer bytes is not compressed: the header fields are more than that."""
_LEVEL = 6
_BESIDE = 2_500
"""Bytes that an encoding of a body takes in memory beside the body itself: header fields and messages."""
_NO_BODY: Message = {"type": "http.response.body", "body": b""}


class Asked(NamedTuple):
    """The fields of a request that decide how it is answered; empty where they were not sent."""

    accept_encoding: bytes = b""
    if_none_match: bytes = b""
    if_modified_since: bytes = b""
    accept: bytes = b""
    has_body: bool = False


def asked(headers: Iterable[tuple[bytes, bytes]]) -> Asked:
    """Reads the fields of a request; a list that comes in several lines is one (RFC 9110, 5.3)."""
    encoding = none = since = accept = b""
    has_body = False
    for name, value in headers:
        if name == b"accept-encoding":
            encoding = encoding + b"," + value if encoding else value
        elif name == b"if-none-match":
            none = none + b"," + value if none else value
        elif name == b"if-modified-since":
            since = value
        elif name == b"accept":
            accept = accept + b"," + value if accept else value
        elif name == b"transfer-encoding" or (name == b"content-length" and value != b"0"):
            has_body = True
    return Asked(encoding, none, since, accept, has_body)


@dataclass(frozen=True, slots=True)
class Variant:
    """One encoding of a body: its tag, and the messages of ASGI that answer with it or with a 304."""

    etag: bytes
    whole: Message
    unchanged: Message
    body: Message


@dataclass(frozen=True, slots=True)
class Representation:
    """What a GET gives. `modified` is in seconds since 1970, `size` what it keeps in memory, in bytes."""

    plain: Variant
    gzipped: Variant | None
    modified: int | None
    size: int

    @property
    def content(self) -> bytes:
        """The body as it is."""
        body: bytes = self.plain.body["body"]
        return body


class Sent(NamedTuple):
    """What went out: the status, and the bytes of the body."""

    status: int
    bytes: int


def represent(body: bytes, kind: Kind, modified: int | None = None, more: Headers = ()) -> Representation:
    """Makes a body ready: the same bytes give the same tags, on every day and in every process.

    The tags are strong (8.8.3), the one of gzip another than that of the plain body (8.8.3.3).
    """
    tag = sha256(body).hexdigest()[:32]
    plain = _variant(body, kind, f'"{tag}"', modified, more)
    if not kind.is_text or len(body) < _NOT_WORTH_IT:
        return Representation(plain, None, modified, len(body) + _BESIDE)
    packed = gzip.compress(body, _LEVEL, mtime=0)
    encoded = (*more, (b"content-encoding", b"gzip"))
    gzipped = _variant(packed, kind, f'"{tag}-gzip"', modified, encoded)
    return Representation(plain, gzipped, modified, len(body) + len(packed) + 2 * _BESIDE)


def _variant(body: bytes, kind: Kind, etag: str, modified: int | None, more: Headers) -> Variant:
    both: Headers = (  # what a 304 repeats of the 200 (15.4.5)
        (b"etag", etag.encode()),
        (b"cache-control", f"public, max-age={kind.fresh_seconds}".encode()),
        (b"vary", b"Accept-Encoding"),
    )
    dated = ((b"last-modified", formatdate(modified, usegmt=True).encode()),) if modified is not None else ()
    described = (
        (b"content-type", kind.type.encode()),
        (b"content-length", str(len(body)).encode()),
        *dated,
        *kind.headers,
        *more,
    )
    for_others = tuple(field for field in kind.headers if field[0].startswith(b"access-control-"))
    return Variant(
        etag=etag.encode(),
        whole={"type": "http.response.start", "status": 200, "headers": [*both, *described]},
        unchanged={"type": "http.response.start", "status": 304, "headers": [*both, *for_others]},
        body={"type": "http.response.body", "body": body},
    )


async def respond(representation: Representation, asked: Asked, method: str, send: Send) -> Sent:
    """Answers a GET or HEAD, with a 304 where the client has it already."""
    gzipped = representation.gzipped
    variant = gzipped if gzipped and takes_gzip(asked.accept_encoding) else representation.plain
    if is_current(variant.etag, representation.modified, asked.if_none_match, asked.if_modified_since):
        await send(variant.unchanged)
        await send(_NO_BODY)
        return Sent(304, 0)
    await send(variant.whole)
    body = _NO_BODY if method == "HEAD" else variant.body
    await send(body)
    return Sent(200, len(body["body"]))
