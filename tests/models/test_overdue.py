"""What should be out and was not read, by invented calendars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.overdue import GRACE, Expects, Overdue, due_since, overdue
from models.records import SETTLED, Expectation, Listing, Verdict
from models.verdicts import Entry, due_days
from tests.models.invented import entry

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = date(2026, 11, 9)
INSTALLED = datetime(2026, 11, 1, tzinfo=UTC)


def at(day: date, hour: float = 0) -> datetime:
    return datetime.combine(day, time(), UTC) + hour * HOUR


def due_at(hour: float) -> Expects:
    """A calendar by which the list of a weekday is due at an hour after its midnight."""

    def expects(listing: Listing, now: datetime) -> Expectation:
        if listing.date.weekday() >= 5:
            return Expectation.NONE
        return Expectation.LATER if now < at(listing.date, hour) else Expectation.DUE

    return expects


NOON = due_at(12)


@dataclass(frozen=True)
class Site:
    """A source whose lists are due at noon."""

    name: str = "huggingface"
    sections: tuple[str, ...] = ("daily",)
    expects: Expects = NOON


def missing(
    ledger: Sequence[Entry], now: datetime, *sites: Site, installed: datetime = INSTALLED
) -> list[Listing]:
    return [each.listing for each in overdue(ledger, sites or (Site(),), now, installed)]


def listing(day: date, section: str = "daily") -> Listing:
    return Listing("huggingface", section, day)


def read(day: date, verdict: Verdict = Verdict.FRESH, hour: float = 13) -> Entry:
    return entry(day, verdict, at(day, hour))


TUESDAY = MONDAY + DAY


def test_a_list_that_nobody_has_asked_for_is_overdue_four_hours_after_it_was_due() -> None:
    before = at(TUESDAY, 15.99)
    assert missing([read(MONDAY)], before) == []
    (found,) = overdue([read(MONDAY)], [Site()], at(TUESDAY, 16), INSTALLED)
    assert found == Overdue(listing(TUESDAY), since=at(TUESDAY, 12))
    assert not found.was_asked_for


@pytest.mark.parametrize("unsettled", sorted(set(Verdict) - SETTLED))
@pytest.mark.parametrize(("hour", "was_asked_for"), [(8, False), (12, True), (14, True)])
def test_a_list_that_was_read_in_vain_is_overdue_too_and_whether_it_was_asked_for_in_time_is_told(
    unsettled: Verdict, hour: float, was_asked_for: bool
) -> None:
    row = read(TUESDAY, unsettled, hour)
    (found,) = overdue([read(MONDAY), row], [Site()], at(TUESDAY, 17), INSTALLED)
    assert found == Overdue(listing(TUESDAY), at(TUESDAY, 12), row)
    assert found.was_asked_for is was_asked_for


@pytest.mark.parametrize("settled", sorted(SETTLED))
def test_a_settled_list_is_not_overdue_whenever_it_was_read(settled: Verdict) -> None:
    assert missing([read(MONDAY), read(TUESDAY, settled, hour=2)], at(TUESDAY, 23)) == []


def test_a_weekend_without_lists_is_not_overdue() -> None:
    friday, sunday = MONDAY + 4 * DAY, MONDAY + 6 * DAY
    assert missing([read(friday)], at(sunday, 23.9)) == []
    assert missing([read(friday)], at(sunday + DAY, 16)) == [listing(sunday + DAY)]


def test_an_installation_that_begins_today_has_missed_nothing_before() -> None:
    assert missing([], at(TUESDAY, 17), installed=at(TUESDAY, 15)) == []
    assert missing([], at(TUESDAY, 19), installed=at(TUESDAY, 15)) == [listing(TUESDAY)]
    assert missing([read(TUESDAY)], at(TUESDAY, 23), installed=at(TUESDAY, 15)) == []


def test_an_installation_whose_first_round_never_came_is_told_so_each_working_day() -> None:
    (found,) = overdue([], [Site()], at(MONDAY + 7 * DAY, 20), INSTALLED)
    assert found == Overdue(listing(MONDAY + 7 * DAY), at(MONDAY + 7 * DAY, 12))


def test_a_section_that_is_new_waits_for_its_first_round() -> None:
    """It was added after noon: what has been read of others since tells when a round was there."""
    site = Site(sections=("daily", "new"))
    ledger = [read(MONDAY), read(TUESDAY, hour=14)]
    assert missing(ledger, at(TUESDAY, 17.9), site) == []
    assert missing(ledger, at(TUESDAY, 18), site) == [listing(TUESDAY, "new")]


def test_days_between_are_missed_as_a_round_would_catch_up_with_them() -> None:
    friday = MONDAY + 4 * DAY
    assert missing([read(MONDAY)], at(friday, 16)) == [listing(MONDAY + n * DAY) for n in range(1, 5)]


def test_after_a_stop_of_more_than_three_months_only_today_is_missed() -> None:
    long_after = MONDAY + 100 * DAY
    assert long_after.weekday() < 5
    assert missing([read(MONDAY)], at(long_after, 20)) == [listing(long_after)]


def test_what_is_overdue_comes_in_the_order_of_its_dates() -> None:
    sites = (Site("huggingface", ("b", "a")), Site("arxiv", ("cs.CL",), due_at(3)))
    sections = (("huggingface", "a"), ("huggingface", "b"), ("arxiv", "cs.CL"))
    ledger = [replace(read(MONDAY), source=source, section=section) for source, section in sections]
    found = missing(ledger, at(MONDAY + 2 * DAY, 8), *sites)
    assert found == [
        Listing("arxiv", "cs.CL", TUESDAY),
        *(listing(TUESDAY, section) for section in "ab"),
        Listing("arxiv", "cs.CL", TUESDAY + DAY),
    ]


@given(st.integers(0, 60 * 24 * 9), st.integers(-120, 60 * 24 * 20))
def test_since_when_a_list_is_due_is_found_to_the_minute(minute: int, later: int) -> None:
    moment = at(MONDAY) + timedelta(minutes=minute)
    now = moment + timedelta(minutes=later)
    since = due_since(due_at(minute / 60), listing(MONDAY), now)
    assert since == (moment if later >= 0 else None)


def test_what_is_always_due_is_so_from_its_date_on() -> None:
    def always(_listing: Listing, _now: datetime) -> Expectation:
        return Expectation.DUE

    assert due_since(always, listing(MONDAY), at(MONDAY, 5)) == at(MONDAY)
    assert due_since(always, listing(MONDAY), at(MONDAY, -1)) is None


@dataclass
class Life:
    """Rounds at given moments, over sites whose lists come out at some hour of their day, at the latest at noon."""

    out_at: Callable[[date], float]
    rows: dict[date, Entry]

    def round(self, now: datetime) -> None:
        expects = due_at(12)
        for day in due_days(self.rows, now.date(), ()):
            if day.weekday() < 5 and now >= at(day, self.out_at(day)):
                verdict = Verdict.FRESH
            else:
                none = {Expectation.NONE: Verdict.QUIET, Expectation.LATER: Verdict.WAITING}
                verdict = none.get(expects(listing(day), now), Verdict.STALLED)
            self.rows[day] = entry(day, verdict, now)


OUT = st.lists(st.floats(0.5, 12), min_size=7, max_size=7)
GAPS = st.lists(st.floats(0.2, 3.0), min_size=60, max_size=90)


@given(OUT, GAPS)
def test_while_rounds_come_every_three_hours_and_lists_in_time_nothing_is_ever_overdue(
    out: list[float], gaps: list[float]
) -> None:
    life, now = Life(lambda day: out[day.weekday()], {}), at(MONDAY, 1)
    for gap in gaps:
        life.round(now)
        assert missing(list(life.rows.values()), now + gap * HOUR + timedelta(minutes=50)) == []
        now += gap * HOUR


@given(OUT, st.floats(0, 120))
def test_when_rounds_stop_the_next_list_is_missed_four_hours_after_it_was_due(
    out: list[float], stopped_after: float
) -> None:
    life, now, stop = Life(lambda day: out[day.weekday()], {}), at(MONDAY, 1), at(MONDAY, 1 + stopped_after)
    while now <= stop:
        life.round(now)
        now += 3 * HOUR
    ledger = list(life.rows.values())
    days = [MONDAY + n * DAY for n in range(10) if (MONDAY + n * DAY).weekday() < 5]
    unread = next(day for day in days if day not in life.rows or life.rows[day].verdict not in SETTLED)
    noticed = at(unread, 12) + GRACE
    assert missing(ledger, noticed - timedelta(minutes=1)) == []
    assert missing(ledger, noticed) == [listing(unread)]
