"""When arXiv announces, by its own calendar and by the recorded days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sources.arxiv_calendar import (
    HOLIDAYS,
    KNOWN_UNTIL,
    announced_at,
    expects,
    has_mailing,
    newest_label,
)
from models.records import Expectation

HOUR = timedelta(hours=1)
ZONES = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))
MOMENTS = st.builds(datetime.fromtimestamp, st.integers(946_684_800, 2_840_140_800), ZONES)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize("label", ["2026-03-07", "2026-03-08", "2026-06-20", "2026-06-21"])
def test_no_mailing_bears_the_date_of_a_weekend(label: str) -> None:
    assert not has_mailing(day(label))
    assert expects(day(label), utc("2026-12-01")) is Expectation.NONE


@pytest.mark.parametrize(
    ("holiday", "lost"),
    [
        ("2026-06-19", "2026-06-22"),  # Friday: Monday's
        ("2026-11-26", "2026-11-27"),  # Thursday: Friday's
        ("2026-01-19", "2026-01-20"),  # Monday: Tuesday's
        ("2026-12-31", "2027-01-01"),  # beyond the end of the table's year
        ("2025-07-06", "2025-07-07"),  # Sunday evening: Monday's
    ],
)
def test_a_holiday_costs_the_mailing_after_it(holiday: str, lost: str) -> None:
    assert not has_mailing(day(lost))
    assert expects(day(lost), utc("2027-12-01")) is Expectation.NONE


def test_a_holiday_leaves_the_mailing_of_its_own_date() -> None:
    """2026-06-19, a Friday without processing, had a list; the Monday after it had none."""
    assert has_mailing(day("2026-06-19"))
    assert has_mailing(day("2026-11-26"))
    assert has_mailing(day("2026-06-23"))


def test_two_holidays_in_a_row_of_mailings_cost_two() -> None:
    lost = [n for n in range(28, 32) if not has_mailing(date(2026, 12, n))]
    assert lost == [28, 30]


def test_the_table_says_how_far_it_reaches() -> None:
    assert max(HOLIDAYS) <= KNOWN_UNTIL
    assert max(HOLIDAYS).year == KNOWN_UNTIL.year


@pytest.mark.parametrize(
    ("label", "moment"),
    [
        ("2026-03-06", "2026-03-06T01:00"),  # winter time
        ("2026-03-09", "2026-03-09T00:00"),  # summer time began on the Sunday before
        ("2026-03-10", "2026-03-10T00:00"),
        ("2026-03-13", "2026-03-13T00:00"),
        ("2026-10-30", "2026-10-30T00:00"),
        ("2026-11-02", "2026-11-02T01:00"),  # and ended
        ("2011-02-03", "2011-02-03T01:00"),
    ],
)
def test_a_mailing_is_announced_at_eight_in_the_evening_before_its_date(label: str, moment: str) -> None:
    assert announced_at(day(label)) == utc(moment)
    assert announced_at(day(label)).tzinfo is UTC


@pytest.mark.parametrize(
    ("now", "newest"),
    [
        ("2026-03-06T00:59:59", "2026-03-05"),
        ("2026-03-06T01:00:00", "2026-03-06"),
        ("2026-03-07T12:00:00", "2026-03-06"),
        ("2026-03-08T23:59:59", "2026-03-06"),
        ("2026-03-09T00:00:00", "2026-03-09"),
        ("2026-06-22T12:00:00", "2026-06-19"),
        ("2026-06-23T00:00:00", "2026-06-23"),
    ],
)
def test_the_newest_label_is_that_of_the_last_announcement(now: str, newest: str) -> None:
    assert newest_label(utc(now)) == day(newest)


@given(MOMENTS)
def test_the_newest_label_is_announced_has_a_mailing_and_none_is_newer(now: datetime) -> None:
    newest = newest_label(now)
    assert has_mailing(newest)
    assert announced_at(newest) <= now
    following = (newest + timedelta(days=n) for n in range(1, 8))
    assert not any(has_mailing(later) and announced_at(later) <= now for later in following)


def test_a_mailing_is_due_two_hours_after_it_should_be_out() -> None:
    label, moment = day("2026-03-10"), announced_at(day("2026-03-10"))
    second = timedelta(seconds=1)
    assert expects(label, moment - timedelta(days=30)) is Expectation.LATER
    assert expects(label, moment) is Expectation.LATER
    assert expects(label, moment + 2 * HOUR - second) is Expectation.LATER
    assert expects(label, moment + 2 * HOUR) is Expectation.DUE


@given(MOMENTS, st.integers(-40, 40))
def test_once_due_a_mailing_stays_due(now: datetime, days: int) -> None:
    label = newest_label(now) + timedelta(days=days)
    order = [Expectation.NONE, Expectation.LATER, Expectation.DUE]
    assert order.index(expects(label, now)) <= order.index(expects(label, now + HOUR))
    assert (expects(label, now) is Expectation.NONE) is not has_mailing(label)
