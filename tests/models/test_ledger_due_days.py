"""Which days a run reads: today, what is missing, what is due again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.records import SETTLED, Verdict
from models.verdicts import Entry, due_days
from tests.models.invented import entry, noon

AGES = (1, 3, 14)
TODAY = date(2025, 11, 20)


def ago(days: int) -> date:
    return TODAY - timedelta(days)


def all_fresh(*ages: int) -> dict[date, Entry]:
    """Days that were read when they were long over."""
    return {ago(age): entry(ago(age), at=noon(TODAY)) for age in ages}


def test_at_first_only_today_is_due() -> None:
    assert due_days({}, TODAY, AGES) == [TODAY]


def test_settled_days_that_were_read_again_are_not_due() -> None:
    assert due_days(all_fresh(*range(1, 40)), TODAY, AGES) == [TODAY]


def test_today_is_due_however_often_it_was_read() -> None:
    assert due_days(all_fresh(0, 1), TODAY, AGES) == [TODAY]


@pytest.mark.parametrize(
    ("age", "read_at_age", "is_due"),
    [(1, 1, True), (1, 0, False), (2, 1, False), (3, 2, True), (3, 0, False), (13, 10, False), (14, 9, True)],
)
def test_a_settled_day_is_due_once_more_at_each_age(age: int, read_at_age: int, is_due: bool) -> None:
    read_once = entry(ago(age), at=noon(ago(read_at_age)))
    ledger = all_fresh(*range(1, 31)) | {ago(age): read_once}
    assert (ago(age) in due_days(ledger, TODAY, AGES)) is is_due


@pytest.mark.parametrize("unsettled", sorted(set(Verdict) - SETTLED))
def test_what_is_not_settled_is_due_for_a_month(unsettled: Verdict) -> None:
    bad = {ago(age): entry(ago(age), unsettled, noon(TODAY)) for age in (5, 30, 31)}
    assert due_days(all_fresh(*range(1, 40)) | bad, TODAY, AGES) == [ago(30), ago(5), TODAY]


def test_a_gap_is_due() -> None:
    assert due_days(all_fresh(1, 2, 5, 6), TODAY, AGES) == [ago(4), ago(3), TODAY]


def test_after_a_long_stop_all_of_it_is_due() -> None:
    assert due_days(all_fresh(60, 61), TODAY, AGES) == [ago(age) for age in range(59, -1, -1)]


def test_a_backfill_of_long_ago_is_no_stop() -> None:
    assert due_days(all_fresh(91, 92), TODAY, AGES) == [TODAY]
    assert len(due_days(all_fresh(90, 91), TODAY, AGES)) == 90


def test_a_gap_that_began_more_than_a_month_ago_is_due() -> None:
    missing = [ago(age) for age in range(39, 20, -1)]
    assert due_days(all_fresh(40, *range(20, 0, -1)), TODAY, AGES) == [*missing, TODAY]


def test_what_lies_between_a_backfill_and_the_first_daily_reading_is_not_due() -> None:
    assert due_days(all_fresh(400, 401, 2, 1), TODAY, AGES) == [TODAY]


AGE = st.integers(-5, 100)
LEDGERS = st.dictionaries(AGE, st.tuples(st.sampled_from(Verdict), st.integers(-5, 100))).map(
    lambda found: {
        ago(age): entry(ago(age), verdict, noon(ago(read))) for age, (verdict, read) in found.items()
    }
)


@given(LEDGERS)
def test_today_is_always_due_and_nothing_after_it(ledger: dict[date, Entry]) -> None:
    found = due_days(ledger, TODAY, AGES)
    assert found[-1] == TODAY
    assert found == sorted(set(found))


@given(LEDGERS)
def test_a_month_bounds_what_is_due_unless_there_was_a_longer_stop(ledger: dict[date, Entry]) -> None:
    before = [day for day in ledger if day <= TODAY]
    stop = (TODAY - max(before)).days if before else 0
    assert len(due_days(ledger, TODAY, AGES)) <= max(stop, 60)


@given(LEDGERS)
def test_every_gap_of_the_last_month_is_due(ledger: dict[date, Entry]) -> None:
    recent = [day for day in ledger if ago(30) <= day <= TODAY]
    since = min(recent, default=TODAY)
    missing = {since + timedelta(n) for n in range((TODAY - since).days)} - set(ledger)
    assert missing <= set(due_days(ledger, TODAY, AGES))


@given(LEDGERS)
def test_once_all_that_is_due_was_read_only_today_is(ledger: dict[date, Entry]) -> None:
    read = {day: entry(day, at=noon(TODAY)) for day in due_days(ledger, TODAY, AGES)}
    assert due_days(ledger | read, TODAY, AGES) == [TODAY]
