"""Where papers stand on a listing, on both kinds of database: nothing is deleted, nothing is believed too early."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Engine

from models.records import Outcome, ParsedPage
from models.tables import APPEARANCES, PAPERS
from tests.models.invented import EVENING, MORNING, NEXT_DAY, TOMORROW, daily, page, record, records
from tests.models.stored import read, rows

TEN = page(*records(10))


def removed_at(engine: Engine) -> dict[str, datetime | None]:
    """When each paper was found gone, by the end of its id."""
    return {row["paper_id"][-2:]: row["removed_at"] for row in rows(engine, APPEARANCES)}


def missing(engine: Engine) -> list[str]:
    return [paper_id for paper_id, at in removed_at(engine).items() if at]


CUT = page(*records(9), complete=False)
DOUBTFUL = page(*records(9), problems=("one entry has no title",))
SHORT = page(*records(9), declared=10)


@pytest.mark.parametrize("given", [CUT, DOUBTFUL, SHORT], ids=["cut", "doubtful", "short"])
def test_a_page_that_is_not_whole_removes_nothing(engine: Engine, given: ParsedPage) -> None:
    read(engine, TEN)
    assert read(engine, given, at=EVENING) == Outcome(unchanged=9)
    assert missing(engine) == []


@pytest.mark.parametrize("left", [0, 1, 4])
def test_a_half_built_list_removes_nothing_and_says_how_many_are_missing(engine: Engine, left: int) -> None:
    read(engine, TEN)
    assert read(engine, page(*records(left)), at=EVENING) == Outcome(unchanged=left, vanished=10 - left)
    assert missing(engine) == []


@pytest.mark.parametrize("before", [1, 3])
def test_an_empty_page_removes_not_even_a_few(engine: Engine, before: int) -> None:
    read(engine, page(*records(before)))
    assert read(engine, page(), at=EVENING) == Outcome(vanished=before)
    assert missing(engine) == []


def test_an_empty_page_of_an_empty_day_misses_nothing(engine: Engine) -> None:
    assert read(engine, page()) == Outcome()


@pytest.mark.parametrize(("before", "left"), [(10, 9), (10, 5), (4, 1), (2, 1)])
def test_removed_papers_are_recorded_and_never_deleted(engine: Engine, before: int, left: int) -> None:
    read(engine, page(*records(before)))
    outcome = read(engine, page(*records(left)), at=EVENING)
    assert outcome == Outcome(unchanged=left, removed=before - left)
    assert len(rows(engine, PAPERS)) == before
    assert [at for at in removed_at(engine).values() if at] == [EVENING] * (before - left)


def test_a_removed_paper_is_removed_once(engine: Engine) -> None:
    read(engine, TEN)
    read(engine, page(*records(9)), at=EVENING)
    assert read(engine, page(*records(9)), at=TOMORROW).removed == 0
    assert removed_at(engine)["10"] == EVENING


def test_half_of_what_still_stands_counts_not_of_what_ever_stood(engine: Engine) -> None:
    read(engine, TEN)
    read(engine, page(*records(7)), at=EVENING)
    assert read(engine, page(*records(3)), at=TOMORROW) == Outcome(unchanged=3, vanished=4)


def test_papers_come_back_when_they_return(engine: Engine) -> None:
    read(engine, TEN)
    read(engine, page(*records(9)), at=EVENING)
    assert read(engine, TEN, at=TOMORROW) == Outcome(unchanged=10)
    assert missing(engine) == []
    assert rows(engine, APPEARANCES)[-1]["first_seen_at"] == MORNING


def test_a_paper_that_loses_its_second_place_is_still_there(engine: Engine) -> None:
    read(engine, page(*records(4), record(id="2510.00002", rank=5)))
    assert read(engine, page(*records(4)), at=EVENING) == Outcome(unchanged=4)
    assert [row["nth"] for row in rows(engine, APPEARANCES) if row["removed_at"]] == [1]


def test_a_paper_gone_from_one_day_stays_on_another(engine: Engine) -> None:
    read(engine, TEN)
    read(engine, TEN, daily(NEXT_DAY), TOMORROW)
    read(engine, page(*records(9)), at=TOMORROW)
    gone = [(row["date"], row["paper_id"]) for row in rows(engine, APPEARANCES) if row["removed_at"]]
    assert gone == [(daily().date, "2510.00010")]


def test_a_new_order_moves_the_ranks_and_nothing_else(engine: Engine) -> None:
    read(engine, page(*records(3)))
    read(engine, page(*(replace(each, rank=4 - each.rank) for each in records(3))), at=EVENING)
    assert [row["rank"] for row in rows(engine, APPEARANCES)] == [3, 2, 1]
    assert {row["first_seen_at"] for row in rows(engine, APPEARANCES)} == {MORNING}


def test_a_late_paper_is_seen_first_when_it_came(engine: Engine) -> None:
    read(engine, page(*records(2)))
    read(engine, page(*records(3)), at=EVENING)
    assert [row["first_seen_at"] for row in rows(engine, APPEARANCES)] == [MORNING, MORNING, EVENING]
