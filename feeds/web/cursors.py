"""Where a page of answers ends, as text that goes into the URL of the next one."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime

from feeds.web.library import Place
from feeds.web.refusals import RefusalError

_LONGEST = 1_000
_MOST_SEQ = 2**31 - 1


def place_cursor(place: Place) -> str:
    """A place among papers as text."""
    return _text(place.at.astimezone(UTC).isoformat() if place.at else None, place.id)


def place_of(cursor: str) -> Place:
    """The place that a text states. Raises RefusalError for a text that `place_cursor` has not made."""
    match _values(cursor):
        case [str() | None as at, str() as paper_id] if paper_id.isprintable():
            return Place(_moment(at) if at else None, paper_id)
    raise _broken()


def change_cursor(seq: int, field: str) -> str:
    """A place among changes as text."""
    return _text(seq, field)


def change_of(cursor: str) -> tuple[int, str]:
    """The place among changes that a text states: `seq` and field. Raises RefusalError like `place_of`."""
    match _values(cursor):
        case [int() as seq, str() as field] if 0 <= seq <= _MOST_SEQ and field.isprintable():
            if not isinstance(seq, bool):  # to PostgreSQL no number
                return seq, field
    raise _broken()


def _text(*values: object) -> str:
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _values(cursor: str) -> object:
    try:
        text = cursor[:_LONGEST].encode("ascii")
        return json.loads(urlsafe_b64decode(text + b"=" * (-len(text) % 4)))
    except (ValueError, RecursionError) as error:  # neither base64 nor UTF-8 nor JSON
        raise _broken() from error


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _broken() from error


def _broken() -> RefusalError:
    return RefusalError(400, "The cursor is not one of ours; begin again without it.")
