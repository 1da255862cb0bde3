"""Dates, counts, sources and verdicts in words: the same ones on all pages, in any locale."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from feeds.text import one_line
from models.months import Month
from models.records import Verdict

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip

VERDICTS = {
    Verdict.FRESH: "read whole",
    Verdict.WAITING: "not out yet, which is no wonder at that hour",
    Verdict.QUIET: "nothing that day: a weekend, a holiday, or the site says so itself",
    Verdict.STALLED: "should be out, and was not",
    Verdict.PARTIAL: "read, but in part, or the list contradicted itself",
    Verdict.FAILED: "could not be read; it is tried again by each run",
}
"""What each verdict means."""

_LISTS = {"daily": "daily list", "week": "list of the week", "month": "list of the month"}
_PARTS = {"new": "new", "cross": "cross-list", "replacement": "replacement"}
_FIELDS = {
    "journal_ref": "published in",
    "comment": "authors\u2019 comment",
    "doi": "DOI",
    "license": "licence",
    "published_at": "date of the first version",
    "authors": "authors",
    "withdrawn": "withdrawn",
    "version": "version",
    "*": "all else",
}


def section_name(section: str) -> str:
    """A section of a source: `daily list`, `cs.CL`, `cs.CL, cross-list`."""
    name, _, part = one_line(section).partition("/")
    name = _LISTS.get(name, name)
    return f"{name}, {_PARTS.get(part, part)}" if part else name


def field_name(field: str) -> str:
    """A field of a paper."""
    return _FIELDS.get(field, one_line(field).replace("_", " "))


def long_day(day: date) -> str:
    """`Friday, 20 November 2026`."""
    return f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}"


def short_day(day: date) -> str:
    """`Fri 20 Nov`."""
    return f"{DAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"


def plain_day(day: date) -> str:
    """`20 Nov 2026`."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def month_name(month: Month) -> str:
    """`November 2026`."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def moment(at: datetime) -> str:
    """`20 Nov 2026, 03:30 UTC`."""
    at = at.astimezone(UTC)
    return f"{plain_day(at)}, {at:%H:%M} UTC"


def span(duration: timedelta) -> str:
    """How long something took, or is ago: `under 1 s`, `40 s`, `12 min`, `2 h 5 min`, `3 days`."""
    seconds = int(duration.total_seconds())
    minutes, hours = seconds // 60, seconds // 3600
    if hours >= 48:
        return f"{hours // 24} days"
    if hours:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    if minutes:
        return f"{minutes} min"
    return f"{seconds} s" if seconds > 0 else "under 1 s"


def count(number: int, noun: str) -> str:
    """`no papers`, `1 paper`, `1,204 papers`."""
    return f"{number:,} {noun}" if number == 1 else f"{number or 'no':{',' if number else ''}} {noun}s"


def topic_name(slug: str) -> str:
    """A topic by its slug alone: what a page of a day says, which a new title shall not change."""
    return slug.replace("-", " ")
