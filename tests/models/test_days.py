"""The days on which papers were listed first, on both kinds of database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from models.database import reading
from models.days import Neighbours, beside, counts_by_day, neighbours
from models.matched import announced, first_announced
from tests.models.invented import DAY, DAY_BEFORE, MORNING, NEXT_DAY, daily, page, record, records
from tests.models.stored import read


def test_no_papers_have_no_days(engine: Engine) -> None:
    with reading(engine) as connection:
        assert counts_by_day(connection) == {}
        assert first_announced(connection) is None
    assert neighbours([]) == {}


def test_a_paper_counts_for_the_day_that_listed_it_first(engine: Engine) -> None:
    read(engine, page(*records(3)), daily(DAY_BEFORE))
    read(engine, page(*records(4)), daily(DAY))
    with reading(engine) as connection:
        assert counts_by_day(connection) == {DAY_BEFORE: 3, DAY: 1}


def test_days_know_those_around_them() -> None:
    assert neighbours([NEXT_DAY, DAY_BEFORE]) == {
        DAY_BEFORE: (None, NEXT_DAY),
        NEXT_DAY: (DAY_BEFORE, None),
    }


def test_what_was_announced_in_a_time_comes_in_order(engine: Engine) -> None:
    moments = [MORNING - timedelta(hours=hours) for hours in (0, 5, 5, 90)]
    papers = [record(id=f"2510.{n:05}", rank=n, listed_at=at) for n, at in enumerate(moments, 1)]
    read(engine, page(*papers))
    with reading(engine) as connection:
        found = announced(connection, MORNING - timedelta(hours=6), MORNING)
        everything = announced(connection, datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
        first = first_announced(connection)
    assert [each.paper_id for each in found] == ["2510.00002", "2510.00003"]
    assert everything[0].paper_id == "2510.00004"
    assert first
    assert first <= everything[0].came_at


def test_a_day_without_papers_has_neighbours_too() -> None:
    assert beside([DAY_BEFORE, NEXT_DAY], DAY) == Neighbours(DAY_BEFORE, NEXT_DAY)
    assert beside([DAY_BEFORE, DAY, NEXT_DAY], DAY) == Neighbours(DAY_BEFORE, NEXT_DAY)
    assert beside([DAY], DAY) == beside([], DAY) == Neighbours(None, None)
