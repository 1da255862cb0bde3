"""Reading one listing at a moment: when a rescue is used, and what is said where there is no way to read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from flows.sources.base import Way
from flows.sources.reading import read
from models.records import Expectation, Listing, Outcome, ParsedPage, Verdict
from models.verdicts import judge
from tests.sources.listing_site import (
    AT,
    BEFORE,
    DAY,
    LISTING,
    LOST,
    Given,
    Site,
    in_short,
    page,
    reading_of,
    unreachable,
)


@pytest.mark.parametrize("nothing", [page(0), page(day=BEFORE)], ids=["nothing yet", "another day"])
def test_a_rescue_never_doubts_a_way_that_says_that_there_is_nothing_yet(nothing: ParsedPage) -> None:
    reading = reading_of(a=nothing, rescue=page())
    assert (reading.via, reading.page, len(reading.answers)) == ("a", nothing, 1)
    assert len(reading.problems) == 1


@pytest.mark.parametrize(("first", "second"), [(page(0), LOST), (LOST, page(0))], ids=in_short)
def test_one_way_that_says_nothing_yet_is_enough_to_leave_the_rescue_out(first: Given, second: Given) -> None:
    reading = reading_of(a=first, b=second, rescue=page())
    assert (reading.page, len(reading.answers)) == (page(0), 2)


@pytest.mark.parametrize("given", [unreachable("a/1"), LOST, KeyError("title")], ids=in_short)
def test_a_rescue_is_used_where_the_ways_before_it_failed(given: Given) -> None:
    reading = reading_of(a=given, rescue=page(5))
    assert (reading.via, reading.page) == ("rescue", page(5))
    assert len(reading.problems) == 1


@pytest.mark.parametrize(
    "part", [page(2, declared=3), page(2, problems=("entry 2 has no title",))], ids=in_short
)
def test_a_rescue_is_used_where_a_way_before_it_gave_a_part(part: ParsedPage) -> None:
    assert reading_of(a=part, rescue=page(5)).via == "rescue"


def test_what_a_rescue_gives_is_taken_only_where_it_is_better() -> None:
    reading = reading_of(a=page(4, declared=5), rescue=page(3, problems=("a witness alone",)))
    assert (reading.via, reading.page) == ("a", page(4, declared=5))
    assert reading.problems == ("a: 4 of 5 entries", "rescue: a witness alone")


def test_a_second_rescue_is_used_where_the_first_failed_and_not_where_it_says_nothing_yet() -> None:
    assert reading_of(a=LOST, rescue=LOST, rescue_2=page()).via == "rescue_2"
    assert reading_of(a=LOST, rescue=page(0), rescue_2=page()).via == "rescue"


def test_a_rescue_is_not_asked_after_a_way_that_satisfies() -> None:
    assert len(reading_of(a=page(), rescue=page(5)).answers) == 1


@pytest.mark.parametrize(
    ("expectation", "has_none"),
    [(Expectation.DUE, False), (Expectation.LATER, False), (Expectation.NONE, True)],
)
def test_without_a_way_the_calendar_is_the_answer(expectation: Expectation, has_none: bool) -> None:
    reading = reading_of(expectation)
    assert (reading.via, reading.answers, reading.problems) == ("calendar", (), ())
    assert reading.page == ParsedPage((), declared=0, date=DAY, has_none=has_none)


@pytest.mark.parametrize(
    ("expectation", "verdict"),
    [
        (Expectation.DUE, Verdict.STALLED),
        (Expectation.LATER, Verdict.WAITING),
        (Expectation.NONE, Verdict.QUIET),
    ],
)
def test_the_ledger_says_that_it_was_the_calendar(expectation: Expectation, verdict: Verdict) -> None:
    (row,) = judge(reading_of(expectation), expectation, Outcome())
    assert (row.verdict, row.via, row.declared, row.parsed) == (verdict, "calendar", 0, 0)


def test_the_ways_are_those_of_the_listing_and_the_moment() -> None:
    site = Site({f"a/{DAY}": page()})
    asked: list[tuple[Listing, datetime]] = []
    source = site.source(Expectation.DUE, ("a",))

    def ways(listing: Listing, now: datetime) -> tuple[Way, ...]:
        asked.append((listing, now))
        return source.ways(listing, now)

    read(replace(source, ways=ways), LISTING, site.fetch, AT)
    assert asked == [(LISTING, AT)]
