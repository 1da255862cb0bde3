"""Where papers stand on a listing, on both kinds of database: nothing is deleted, nothing is believed too early."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Engine

from models.records import Listing, Outcome, ParsedPage
from models.tables import APPEARANCES, PAPERS
from tests.models.invented import DAY, EVENING, MORNING, NEXT_DAY, TOMORROW, daily, page, record, records
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


MAILING = Listing("arxiv", "cs.CL", DAY)
OTHER_MAILING = Listing("arxiv", "cs.CV", DAY)


def parts(**counts: int) -> ParsedPage:
    """A whole page of so many papers in each part, ranked within it; no paper stands in two."""
    found = [
        record(id=f"2510.{start:02}{rank:03}", rank=rank, part=part)
        for start, (part, count) in enumerate(counts.items())
        for rank in range(1, count + 1)
    ]
    return page(*found)


def in_part(part: str, count: int) -> ParsedPage:
    """A whole page of so many papers, all in one part: the same ones, whichever it is."""
    return page(*(replace(each, part=part) for each in records(count)))


def standing(engine: Engine) -> list[tuple[str, str, int]]:
    """Section, end of the id and rank of each place that is not removed."""
    found = [row for row in rows(engine, APPEARANCES) if row["removed_at"] is None]
    return [(row["section"], row["paper_id"][-2:], row["rank"]) for row in found]


def test_a_part_that_fails_to_come_is_not_taken_for_removed(engine: Engine) -> None:
    read(engine, parts(new=3, cross=2, replacement=9), MAILING)
    assert read(engine, parts(new=3, cross=2), MAILING, EVENING) == Outcome(unchanged=5, vanished=9)
    assert len(standing(engine)) == 14


def test_papers_stand_in_the_sections_of_their_parts_each_with_its_own_ranks(engine: Engine) -> None:
    read(engine, parts(new=2, cross=1, replacement=1), MAILING)
    assert standing(engine) == [
        ("cs.CL/cross", "01", 1),
        ("cs.CL/new", "01", 1),
        ("cs.CL/new", "02", 2),
        ("cs.CL/replacement", "01", 1),
    ]


def test_a_paper_may_stand_in_two_parts(engine: Engine) -> None:
    both = page(record(part="new"), record(part="replacement", rank=7))
    assert read(engine, both, MAILING) == Outcome(new=1)
    assert [(section, rank) for section, _, rank in standing(engine)] == [
        ("cs.CL/new", 1),
        ("cs.CL/replacement", 7),
    ]


def test_a_paper_removed_from_its_part_is_recorded_like_any_other(engine: Engine) -> None:
    read(engine, parts(new=3, cross=2), MAILING)
    assert read(engine, parts(new=2, cross=2), MAILING, EVENING) == Outcome(unchanged=4, removed=1)
    (gone,) = [row for row in rows(engine, APPEARANCES) if row["removed_at"]]
    assert (gone["section"], gone["paper_id"], gone["removed_at"]) == ("cs.CL/new", "2510.00003", EVENING)


@pytest.mark.parametrize("count", [1, 10])
def test_papers_that_move_to_another_part_leave_the_first_and_are_still_there(
    engine: Engine, count: int
) -> None:
    read(engine, in_part("new", count), MAILING)
    assert read(engine, in_part("cross", count), MAILING, EVENING) == Outcome(unchanged=count)
    assert {section for section, _, _ in standing(engine)} == {"cs.CL/cross"}
    assert len(standing(engine)) == count


def test_a_paper_that_moves_back_has_its_first_place_again(engine: Engine) -> None:
    for part, at in (("new", MORNING), ("cross", EVENING), ("new", TOMORROW)):
        read(engine, in_part(part, 1), MAILING, at)
    back, left = sorted(rows(engine, APPEARANCES), key=lambda row: row["section"], reverse=True)
    assert (back["section"], back["first_seen_at"], back["removed_at"]) == ("cs.CL/new", MORNING, None)
    assert (left["section"], left["removed_at"]) == ("cs.CL/cross", TOMORROW)


def test_a_mailing_that_was_read_without_parts_gets_them_when_they_are_known(engine: Engine) -> None:
    read(engine, page(*records(10)), MAILING)
    assert read(engine, in_part("new", 10), MAILING, EVENING) == Outcome(unchanged=10)
    assert {section for section, _, _ in standing(engine)} == {"cs.CL/new"}


def test_the_parts_of_one_category_are_not_those_of_another(engine: Engine) -> None:
    read(engine, in_part("new", 4), MAILING)
    read(engine, in_part("cross", 4), OTHER_MAILING)
    assert read(engine, in_part("cross", 3), OTHER_MAILING, EVENING) == Outcome(unchanged=3, removed=1)
    assert {row["section"] for row in rows(engine, APPEARANCES) if row["removed_at"]} == {"cs.CV/cross"}


def test_an_answer_that_stands_in_for_a_listing_places_nothing(engine: Engine) -> None:
    outcome = read(engine, page(*records(2), lists=False, complete=False))
    assert (outcome.new, rows(engine, APPEARANCES)) == (2, [])
