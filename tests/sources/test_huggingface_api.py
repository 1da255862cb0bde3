"""Answers of the Hugging Face API: which are refused, their date, and how they go on."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ParseError
from models.records import Listing
from tests.sources.hf_pages import API, API_URL, BASE, DAILY, MONTH, TRENDING, WEEK, made, parse_api, without

FULL = [made(n) for n in range(1, 101)]


@pytest.mark.parametrize("body", [b"", b"<html>", b"[", b"\xff", b"[" * 100_000])
def test_an_answer_that_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError, match="readable JSON"):
        parse_api(body)


@pytest.mark.parametrize("given", [{}, {"error": "Invalid date"}, "text", None, 3])
def test_an_answer_that_is_no_array_is_refused(given: object) -> None:
    with pytest.raises(ParseError, match="JSON array"):
        parse_api(given)


def test_an_answer_whose_entries_are_all_broken_is_refused() -> None:
    with pytest.raises(ParseError, match="a readable entry among 1"):
        parse_api([{"id": "2603.00001"}])


@given(st.binary())
def test_any_bytes_are_parsed_or_refused(body: bytes) -> None:
    with suppress(ParseError):
        parse_api(body)


def test_an_empty_array_is_the_asked_date_without_papers() -> None:
    found = parse_api([])
    assert (found.records, found.declared, found.date, found.problems) == ((), 0, DAILY.date, ())


def test_the_date_is_the_one_at_which_most_entries_were_listed() -> None:
    other = {"submittedOnDailyAt": "2026-03-09T23:59:59.999Z"}
    found = parse_api([made(1, paper=other), made(2, paper=other), made(3)])
    assert found.date == date(2026, 3, 9)
    assert found.problems == ("1 of 3 entries are not of 2026-03-09",)


def test_the_date_is_the_asked_one_where_no_entry_says_when_it_was_listed() -> None:
    assert parse_api([without(made(), "submittedOnDailyAt")]).date == DAILY.date


@pytest.mark.parametrize(("listing", "stated"), [(WEEK, date(2026, 3, 9)), (MONTH, date(2026, 3, 1))])
def test_a_week_is_dated_by_its_monday_and_a_month_by_its_first(listing: Listing, stated: date) -> None:
    later = {"submittedOnDailyAt": "2026-03-13T00:00:00.000Z"}
    found = parse_api([made(1), made(2, paper=later)], listing)
    assert (found.date, found.complete, found.problems) == (stated, False, ())


def test_trending_is_of_no_date_and_of_one_page() -> None:
    found = parse_api(FULL, TRENDING, API.url(TRENDING))
    assert (found.date, found.complete, found.next_url) == (None, False, None)
    assert parse_api([], TRENDING).declared == 0


def test_a_short_page_is_the_last() -> None:
    found = parse_api(FULL[:99])
    assert (found.next_url, found.complete) == (None, True)


def test_a_full_page_goes_on_and_its_ranks_with_it() -> None:
    first = parse_api(FULL)
    assert first.next_url == f"{BASE}/api/daily_papers?date=2026-03-10&limit=100&p=1"
    second = parse_api([made(101)], url=first.next_url)
    assert (second.records[0].rank, second.next_url) == (101, None)
    assert (
        parse_api(FULL, url=first.next_url).next_url
        == f"{BASE}/api/daily_papers?date=2026-03-10&limit=100&p=2"
    )


def test_a_broken_entry_of_a_later_page_is_named_by_its_rank() -> None:
    found = parse_api([made(101), {}], url=API_URL.replace("p=0", "p=1"))
    assert found.problems[0].startswith("entry 102 has no arXiv id")
