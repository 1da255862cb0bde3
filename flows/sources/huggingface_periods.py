"""The listings that Hugging Face has: of a day, a week, a month, and what is trending."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Period:
    """One kind of dated listing, and how the site writes its dates.

    `kind` is its `periodType` in a page, `word` its name in paths and queries.
    """

    kind: str
    word: str
    form: str
    pattern: re.Pattern[str]
    first_day: Callable[..., date]

    def label(self, day: date) -> str:
        """The listing that a day belongs to, as addresses and pages name it."""
        return day.strftime(self.form)

    def read(self, label: object) -> date | None:
        """The first day of the listing so named; None where that is no name of this kind."""
        match = self.pattern.fullmatch(label) if isinstance(label, str) else None
        if match is None:
            return None
        try:
            return self.first_day(*map(int, match.groups()))
        except ValueError:
            return None

    def start(self, day: date) -> date:
        """The first day of the listing that a day belongs to: the date that the listing is kept under."""
        return self.read(self.label(day)) or day


def _monday(year: int, week: int) -> date:
    return date.fromisocalendar(year, week, 1)


def _first(year: int, month: int) -> date:
    return date(year, month, 1)


# Pages of 2024 state their day as `2024-08-01T00:00:00.000Z`.
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T00:00:00(?:\.0+)?Z)?", re.ASCII)
_WEEK = re.compile(r"(\d{4})-W(\d\d)", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)

PERIODS: Mapping[str, Period | None] = MappingProxyType(
    {
        "daily": Period("day", "date", "%Y-%m-%d", _DAY, date),
        "week": Period("week", "week", "%G-W%V", _WEEK, _monday),
        "month": Period("month", "month", "%Y-%m", _MONTH, _first),
        "trending": None,
    }
)
"""By section; trending is of no date. Only `daily` is complete: the site cuts the others."""
