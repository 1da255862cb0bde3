"""The days on which papers were listed first."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from models.tables import PAPERS


class Neighbours(NamedTuple):
    """The days with papers before and after a day; None where there is none."""

    earlier: date | None
    later: date | None


def counts_by_day(connection: Connection) -> dict[date, int]:
    """How many papers each day was the first to list, from the oldest day on; days without are left out."""
    column = PAPERS.c.first_listed
    query = select(column, func.count()).where(column.is_not(None)).group_by(column).order_by(column)
    return dict(connection.execute(query).tuples().all())


def beside(days: Sequence[date], day: date) -> Neighbours:
    """Of days in their order, those around a day, be it one of them or not."""
    before, after = bisect_left(days, day), bisect_right(days, day)
    return Neighbours(days[before - 1] if before else None, days[after] if after < len(days) else None)


def neighbours(days: Collection[date]) -> dict[date, Neighbours]:
    """Each of these days with those around it."""
    ordered = sorted(days)
    return {
        day: Neighbours(earlier, later)
        for earlier, day, later in zip([None, *ordered], ordered, [*ordered[1:], None], strict=False)
    }
