"""Months of a feed's archive: which there are, and how the papers of one are parted. Values in, values out.

An archive document is named by its month, `2025-10`; a month with more papers than fit goes on in `2025-10.2`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import NamedTuple, TypeVar

T = TypeVar("T")

_NAME = re.compile(r"(\d{4})-(\d{2})(?:\.([2-9]|[1-9]\d{1,5}))?", re.ASCII)


class Month(NamedTuple):
    """A month of UTC."""

    year: int
    month: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def begin(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def next(self) -> Month:
        """The month after it."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


class Place(NamedTuple):
    """Where a document stands in an archive: its month, and which part of it, from 1."""

    month: Month
    part: int

    def __str__(self) -> str:
        return str(self.month) if self.part == 1 else f"{self.month}.{self.part}"


class Beside(NamedTuple):
    """The documents before and after one; None where there is none."""

    previous: Place | None
    next: Place | None


def month_of(at: date) -> Month:
    """The month of a day, or of a moment (aware UTC)."""
    return Month(at.year, at.month)


def months(first: Month, last: Month) -> Iterator[Month]:
    """All months of a time, both ends included."""
    while first <= last:
        yield first
        first = first.next


def place(name: str) -> Place | None:
    """The place that a document has by its name; None for a name that is none."""
    found = _NAME.fullmatch(name)
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1:
        return None
    return Place(Month(int(found[1]), int(found[2])), int(found[3] or 1))


def parted(month: Month, entries: Sequence[T], most: int) -> dict[Place, Sequence[T]]:
    """The documents of a month, at most so many entries in each; only the last one grows."""
    starts = range(0, len(entries), most)
    return {Place(month, n): entries[start : start + most] for n, start in enumerate(starts, 1)}


def beside(places: Collection[Place]) -> Mapping[Place, Beside]:
    """Each document with those before and after it in time."""
    ordered = sorted(places)
    around = zip([None, *ordered], ordered, [*ordered[1:], None], strict=False)
    return {each: Beside(before, after) for before, each, after in around}
