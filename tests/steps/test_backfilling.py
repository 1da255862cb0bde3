"""Reading past days: cut into months, resumed after a kill, polite, told of, and never news."""

from __future__ import annotations

import json
import logging
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sources.arxiv import arxiv
from flows.steps.backfilling import backfill, in_words, shards, time_left
from flows.steps.ingesting import ingest, of_day
from flows.steps.publishing import publish
from models.errors import FetchError, UsageError
from models.records import Answer
from models.tables import LEDGER, PAPERS, REVISIONS
from models.verdicts import Entry
from tests.steps.house import FRI, THU, House, at, with_database, without
from tests.steps.press import NOW, Killed, Press

JULY, SEPTEMBER = date(2026, 7, 15), date(2026, 9, 1)
"""Lists of two months, then of five days, in two sections each: 14 in all, and 7 times details."""

DAYS = st.dates(date(2020, 1, 1), date(2026, 11, 20))


def filled(house: House, press: Press, first: date = JULY, last: date = SEPTEMBER) -> list[Entry]:
    with house.opened(NOW) as resources:
        return backfill(press.open_in(resources), first, last)


@pytest.fixture
def undisturbed(house: House, sqlite_template: Path) -> House:
    """Another house, where nobody is killed."""
    home = with_database(house.settings.home.parent / "undisturbed", sqlite_template)
    return House(house.settings.model_copy(update={"home": home}), house.site)


def content(house: House) -> dict[str, list[dict[str, Any]]]:
    """What must not depend on how often a backfill was killed."""
    found = house.rows(PAPERS, LEDGER)
    return {"papers": without(found["papers"], "seq"), "ledger": found["ledger"]}


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (SEPTEMBER, JULY, "2026-09-01 is after 2026-07-15"),
        (JULY, date(2026, 11, 21), "2026-11-21 is not yet: today is 2026-11-20"),
    ],
)
def test_a_range_that_makes_no_sense_is_refused_before_anything_is_asked(
    house: House, first: date, last: date, words: str
) -> None:
    press = Press()
    with pytest.raises(UsageError, match=words):
        filled(house, press, first, last)
    assert press.asked == []


def forbidden(url: str) -> Answer:
    raise FetchError(Answer(url, NOW, 403, error="answers 403 Forbidden"))


def test_a_site_that_forbids_is_left_alone_at_once_and_read_by_the_next_backfill(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    press = Press(refuse=forbidden)
    assert [row.verdict for row in filled(house, press)] == ["failed"]
    assert len(press.asked) == 1
    assert "answers 403 Forbidden; press is left alone" in caplog.text
    press.refuse = None
    assert {row.verdict for row in filled(house, press)} == {"fresh"}
    assert len(house.rows(LEDGER)["ledger"]) == 14


def test_a_site_that_fails_once_is_asked_on(house: House) -> None:
    def fail_first(url: str) -> Answer:
        if len(press.asked) == 1:
            raise FetchError(Answer(url, NOW, 404, error="answers 404 Not Found"))
        return Answer(url, NOW, 200, body=url.encode())

    press = Press(refuse=fail_first)
    verdicts = Counter(row.verdict for row in filled(house, press))
    assert verdicts == {"failed": 1, "fresh": 13}


def test_a_range_is_cut_at_the_ends_of_its_months() -> None:
    assert shards(date(2025, 12, 30), date(2026, 2, 3)) == (
        (date(2025, 12, 30), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 2, 3)),
    )


@given(DAYS, st.integers(0, 800))
def test_each_day_is_in_one_shard_of_one_month_and_they_are_in_order(first: date, more: int) -> None:
    days = [first + timedelta(n) for n in range(more + 1)]
    found = shards(days[0], days[-1])
    assert [day for start, end in found for day in days if start <= day <= end] == days
    assert all((start.year, start.month) == (end.year, end.month) for start, end in found)
    assert len({(start.year, start.month) for start, _ in found}) == len(found)


@given(DAYS, st.integers(0, 800), DAYS)
def test_the_shards_ask_arxiv_for_each_list_once_and_leave_none_out(
    first: date, more: int, today: date
) -> None:
    now = datetime.combine(today, datetime.min.time(), UTC) + timedelta(hours=12)
    last = min(first + timedelta(more), max(first, today))
    source = arxiv(categories=("cs.CL", "hep-th"))
    listings = [found for month in shards(first, last) for found in source.listings_between(*month, now)]
    assert Counter(listings) == Counter(source.listings_between(first, last, now))
    assert max(Counter(listings).values()) == 1


def killed(house: House, press: Press, answers_each: int) -> int:
    """Runs the backfill until it ends, killed each time after so many answers; how often it was."""
    for kills in range(100):
        press.lives_for = answers_each
        try:
            filled(house, press)
        except Killed:
            continue
        return kills
    raise AssertionError("it never ends")


@pytest.mark.parametrize("answers_each", [1, 2, 3, 10])
def test_killed_again_and_again_it_asks_for_nothing_twice_and_leaves_nothing_out(
    house: House, undisturbed: House, answers_each: int
) -> None:
    press, spared = Press(), Press()
    filled(undisturbed, spared)
    assert killed(house, press, answers_each) == (len(spared.asked) - 1) // answers_each
    assert Counter(press.asked) == Counter(spared.asked)
    assert len(set(press.asked)) == 21
    assert content(house) == content(undisturbed)


def test_what_a_site_cannot_tell_of_papers_is_asked_for_by_the_next_backfill(house: House) -> None:
    def tell_nothing(url: str) -> Answer:
        if url.endswith("/told"):
            raise FetchError(Answer(url, NOW, 500, error="answers 500"), retryable=True)
        return Answer(url, NOW, 200, body=url.encode())

    press = Press(refuse=tell_nothing)
    filled(house, press)
    press.asked.clear()
    press.refuse = None
    filled(house, press)
    assert len(press.asked) == 7
    assert all(url.endswith("/told") for url in press.asked)
    filled(house, press)
    assert len(press.asked) == 7


def test_a_list_that_was_whole_on_its_own_day_is_not_asked_for_again(house: House) -> None:
    press = Press()
    with house.opened(NOW) as resources:
        ingest(press.open_in(resources), None, of_day(NOW.date()))
    asked = len(press.asked)
    filled(house, press, NOW.date(), NOW.date())
    assert len(press.asked) == asked


def test_all_months_are_read_on_one_visit_at_one_pace(house: House) -> None:
    press = Press()
    filled(house, press)
    assert press.visits == 1


def test_each_month_is_told_with_what_is_done_and_how_long_the_rest_may_take(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "flows.steps.backfilling")
    press, told = Press(), []
    with house.opened(NOW) as resources:
        each_answer_a_minute = replace(
            press.open_in(resources), now=lambda: NOW + timedelta(minutes=len(press.asked))
        )
        backfill(
            each_answer_a_minute, JULY, SEPTEMBER, progress=lambda done, whole: told.append((done, whole))
        )
    assert [message for message in caplog.messages if message.startswith("20")] == [
        "2026-07 read: 1 of 3 months, 2 of 14 listings, about 18 min left",
        "2026-08 read: 2 of 3 months, 12 of 14 listings, about 3 min left",
        "2026-09 read: 3 of 3 months, 14 of 14 listings",
    ]
    assert told[-1] == (14, 14)
    assert told == sorted(told)


@pytest.mark.parametrize(
    ("done", "whole", "elapsed_seconds", "left"),
    [(0, 10, 60, ""), (1, 10, 60, "9 min"), (5, 10, 20, "20 s"), (10, 4000, 60, "6 h 39 min")],
)
def test_the_rest_takes_as_long_as_what_is_done(
    done: int, whole: int, elapsed_seconds: int, left: str
) -> None:
    found = time_left(done, whole, timedelta(seconds=elapsed_seconds))
    assert (in_words(found) if found else "") == left


def test_rule_11_a_backfill_never_reaches_the_top_of_a_feed(house: House) -> None:
    for day in (THU, FRI):
        house.round(at(day))
    before = entries(house)
    with house.opened(NOW) as resources:
        backfill(Press().open_in(resources), JULY, SEPTEMBER)
        published = publish(resources)
    assert len(house.rows(PAPERS)["papers"]) > 14
    # The feed of all papers now has an archive, and leads to it.
    assert {feed.slug for feed in published if feed.is_written} == {"all"}
    assert entries(house) == before
    assert (house.settings.public / "feeds" / "all" / "2026-08.atom").exists()


def test_rule_11_nor_does_a_change_that_it_finds(house: House) -> None:
    house.round(at(FRI))
    before = entries(house)
    press = Press(titles={"geo": "Rivers of water"})  # so that the second list of a day changes its paper
    with house.opened(NOW) as resources:
        backfill(press.open_in(resources), JULY, SEPTEMBER)
        publish(resources)
    assert house.rows(REVISIONS)["revisions"]
    assert entries(house) == before


def entries(house: House) -> dict[str, list[object]]:
    """What the entries of each feed say."""
    paths = (house.settings.public / "feeds").glob("*.json")
    return {path.name: json.loads(path.read_bytes())["items"] for path in paths}
