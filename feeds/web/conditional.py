"""Whether a client has what it would get already (RFC 9110, 13)."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime

_TAG = re.compile(rb'"[\x21\x23-\x7e\x80-\xff]*"')
"""An entity tag (8.8.3) without the mark of a weak one, which does not count when weak ones are compared."""


def is_current(etag: bytes, modified: int | None, if_none_match: bytes, if_modified_since: bytes) -> bool:
    """Whether 304 is the answer: by If-None-Match where it is stated, else by If-Modified-Since (13.2.2).

    `etag` is that of what would be sent, with its quotes; `modified` its Last-Modified in seconds since 1970,
    where it has one. A date that is none is as if it were not there.
    """
    if if_none_match:
        return _names(if_none_match, etag)
    if not if_modified_since or modified is None:
        return False
    since = _seconds(if_modified_since)
    return since is not None and modified <= since


def _names(if_none_match: bytes, etag: bytes) -> bool:
    return if_none_match in (etag, b"*") or etag in _TAG.findall(if_none_match)


def _seconds(http_date: bytes) -> float | None:
    """The moment of a date in any of HTTP's three forms (5.6.7), of which one states no zone: all are UTC."""
    try:
        at = parsedate_to_datetime(http_date.decode("latin-1"))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
