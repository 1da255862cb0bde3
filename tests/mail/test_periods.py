"""Of which day or week a digest is, and when it may be sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.mail.delivery import Kind
from models.mail.periods import DAILY_WITHIN, WEEKLY_WITHIN, current_period
from models.mail.subscriber import Cadence, Choices

MOMENTS = st.integers(0, 5 * 366 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
ZONES = sorted(available_timezones())


def wants(cadence: Cadence = Cadence.DAILY, hour: int = 7, zone: str = "UTC") -> Choices:
    return Choices(("agents",), cadence, hour, zone)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def day_of(choices: Choices, now: str) -> str | None:
    found = current_period(choices, at(now))
    return found.name if found else None


def test_who_wants_none_has_no_period() -> None:
    assert day_of(wants(Cadence.OFF), "2026-11-20T07:00") is None


def test_before_the_hour_no_digest_of_the_day_may_be_sent() -> None:
    assert day_of(wants(), "2026-11-20T06:59:59") is None


def test_from_the_hour_on_it_may_be_sent() -> None:
    assert day_of(wants(), "2026-11-20T07:00") == "2026-11-20"


def test_when_its_own_day_has_ended_it_is_too_late_for_an_evening() -> None:
    evening = wants(hour=18, zone="America/New_York")
    assert day_of(evening, "2026-11-21T04:59") == "2026-11-20"
    assert day_of(evening, "2026-11-21T05:00") is None


def test_half_a_day_later_it_is_too_late() -> None:
    assert day_of(wants(), "2026-11-20T18:59") == "2026-11-20"
    assert day_of(wants(), "2026-11-20T19:00") is None


def test_a_late_hour_is_still_to_be_had_after_midnight_for_the_day_before() -> None:
    assert day_of(wants(hour=23), "2026-11-21T01:00") == "2026-11-20"


@pytest.mark.parametrize(
    ("zone", "now", "day"),
    [
        ("America/New_York", "2026-11-20T11:59", None),
        ("America/New_York", "2026-11-20T12:00", "2026-11-20"),
        ("Asia/Tokyo", "2026-11-19T22:00", "2026-11-20"),
        ("Pacific/Kiritimati", "2026-11-19T17:00", "2026-11-20"),
    ],
)
def test_the_hour_is_that_of_the_subscribers_zone(zone: str, now: str, day: str | None) -> None:
    assert day_of(wants(zone=zone), now) == day


def test_the_change_of_the_clocks_moves_the_moment_not_the_hour() -> None:
    summer = current_period(wants(zone="Europe/Berlin"), at("2026-10-24T06:00"))
    winter = current_period(wants(zone="Europe/Berlin"), at("2026-10-25T06:30"))
    assert summer
    assert winter
    assert (summer.due_at.hour, winter.due_at.hour) == (5, 6)


def test_an_hour_that_the_clocks_leave_out_is_the_one_after() -> None:
    found = current_period(wants(hour=2, zone="Europe/Berlin"), at("2026-03-29T01:30"))
    assert found
    assert (found.day, found.due_at) == (date(2026, 3, 29), at("2026-03-29T01:00"))


def test_an_hour_that_comes_twice_is_the_first_and_gives_one_period() -> None:
    first, second = (
        current_period(wants(hour=2, zone="Europe/Berlin"), at(now))
        for now in ("2026-10-25T00:30", "2026-10-25T01:30")
    )
    assert first == second
    assert first
    assert first.due_at == at("2026-10-25T00:00")


def test_a_week_is_sent_on_its_monday_and_until_wednesday() -> None:
    weekly = wants(Cadence.WEEKLY)
    moments = (
        "2026-11-16T06:59",
        "2026-11-16T07:00",
        "2026-11-18T06:59",
        "2026-11-18T07:00",
        "2026-11-22T07:00",
    )
    assert [day_of(weekly, now) for now in moments] == [None, "2026-11-16", "2026-11-16", None, None]


def test_a_zone_that_is_not_known_any_more_is_taken_for_utc() -> None:
    for zone in ("Mars/Olympus", "", "../etc/passwd", "\0"):
        assert day_of(wants(zone=zone), "2026-11-20T07:00") == "2026-11-20"


@given(
    now=MOMENTS,
    hour=st.integers(0, 23),
    zone=st.sampled_from(ZONES),
    cadence=st.sampled_from([Cadence.DAILY, Cadence.WEEKLY]),
)
def test_a_period_always_holds_its_moment_and_is_its_hour(
    now: datetime, hour: int, zone: str, cadence: Cadence
) -> None:
    found = current_period(wants(cadence, hour, zone), now)
    if found is None:
        return
    within = WEEKLY_WITHIN if cadence is Cadence.WEEKLY else DAILY_WITHIN
    assert found.due_at <= now < found.until <= found.stale_at == found.due_at + within
    assert found.kind is (Kind.WEEKLY if cadence is Cadence.WEEKLY else Kind.DAILY)


@given(
    start=MOMENTS,
    hour=st.integers(0, 23),
    zone=st.sampled_from(ZONES),
)
def test_asked_every_hour_no_day_is_left_out_and_none_comes_twice(
    start: datetime, hour: int, zone: str
) -> None:
    moments = [start + timedelta(hours=each) for each in range(24 * 8)]
    asked = [found.day for now in moments if (found := current_period(wants(hour=hour, zone=zone), now))]
    days = list(dict.fromkeys(asked))
    assert len(days) >= 7
    assert days == [days[0] + timedelta(days=each) for each in range(len(days))]
