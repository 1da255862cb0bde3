"""What a site's search has found, on both kinds of database: papers and votes are kept, nothing is announced."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from models.batch import NEWS_FOR
from models.database import reading, writing
from models.records import Listing, PaperRecord
from models.selection import changed_since, listed_since
from models.snapshots import keep
from models.store import store_found
from models.tables import APPEARANCES, OBSERVATIONS, REVISIONS
from tests.feeds.invented import ANNOUNCED
from tests.models.invented import (
    BARE,
    DAY,
    EVENING,
    MORNING,
    NEXT_DAY,
    RECORD,
    TOMORROW,
    daily,
    noon,
    page,
    record,
    records,
)
from tests.models.stored import paper, read, rows, writes

SEARCHED = Listing("huggingface", "search/lanterns", DAY)
ANNOUNCEMENT = ("first_listed", "announced_at", "announced_by", "updated_at")


def found(engine: Engine, *given: PaperRecord, at: datetime = MORNING, day: date | None = None) -> int:
    """How many papers a search has found, of those that its answer names."""
    listing = replace(SEARCHED, date=day or at.date())
    with writing(engine) as connection:
        return store_found(connection, listing, page(*given), keep(connection, listing, at, ()), at)


def announcement(engine: Engine) -> list[object]:
    return [paper(engine)[name] for name in ANNOUNCEMENT]


def places(engine: Engine) -> list[tuple[str, int, int]]:
    found = rows(engine, APPEARANCES)
    return [
        (row["paper_id"], row["nth"], row["rank"]) for row in found if row["section"] == "search/lanterns"
    ]


def test_a_paper_that_was_not_known_is_kept_and_not_announced(engine: Engine) -> None:
    found(engine, RECORD)
    assert announcement(engine) == [None] * 4
    assert paper(engine)["title"] == RECORD.title
    with reading(engine) as connection:
        assert listed_since(connection, date.min) == []


def test_the_announcement_of_a_known_paper_stays(engine: Engine) -> None:
    read(engine, page(RECORD))
    before = announcement(engine)
    earlier = RECORD.listed_at - timedelta(days=9) if RECORD.listed_at else None
    found(engine, record(listed_at=earlier), at=EVENING)
    assert announcement(engine) == before


def test_a_list_announces_a_found_paper_as_if_it_had_not_been_found(engine: Engine) -> None:
    found(engine, RECORD)
    assert read(engine, page(RECORD), at=EVENING).unchanged == 1
    assert announcement(engine) == [DAY, ANNOUNCED, "huggingface", ANNOUNCED]


def test_found_papers_stand_once_with_their_best_rank_in_the_order_of_the_answer(engine: Engine) -> None:
    one, two, three = records(3)
    assert found(engine, one, two, replace(one, rank=3), replace(three, rank=4)) == 3
    assert places(engine) == [(one.id, 0, 1), (two.id, 0, 2), (three.id, 0, 4)]


def test_a_shorter_answer_removes_nothing_and_each_day_has_its_own(engine: Engine) -> None:
    one, two, three = records(3)
    found(engine, one, two, three)
    found(engine, replace(three, rank=1), at=TOMORROW)
    found(engine, one, at=EVENING)
    kept = rows(engine, APPEARANCES)
    assert [row["removed_at"] for row in kept] == [None] * 4
    assert [(row["paper_id"], row["rank"]) for row in kept if row["date"] == NEXT_DAY] == [(three.id, 1)]


def test_votes_are_observed(engine: Engine) -> None:
    read(engine, page(record(votes=3, comments=1)))
    found(engine, record(votes=9, comments=None), at=EVENING)
    assert [(row["votes"], row["comments"]) for row in rows(engine, OBSERVATIONS)] == [(3, 1), (9, 1)]


def test_known_papers_gain_what_was_not_known_and_it_is_no_edit(engine: Engine) -> None:
    read(engine, page(record(organization="", summary="")), Listing("arxiv", "cs.CL", DAY))
    found(engine, RECORD, at=EVENING)
    kept = paper(engine)
    assert (kept["organization"], kept["summary"]) == (RECORD.organization, RECORD.summary)
    assert {row["weight"] for row in rows(engine, REVISIONS)} == {"enrichment"}


def test_an_answer_that_says_less_takes_nothing_back(engine: Engine) -> None:
    read(engine, page(RECORD))
    before = paper(engine)
    found(engine, replace(BARE, title=RECORD.title), at=EVENING)
    after = paper(engine)
    assert {name for name in after if after[name] != before[name]} == set()


@pytest.mark.parametrize("days", [0, NEWS_FOR.days])
def test_a_change_of_a_paper_of_the_last_month_is_news(engine: Engine, days: int) -> None:
    read(engine, page(RECORD))
    moment = noon(DAY + timedelta(days))
    found(engine, record(title="Lamps"), at=moment)
    assert paper(engine)["updated_at"] == moment


def test_a_change_of_an_older_paper_is_kept_and_moves_nothing_in_a_feed(engine: Engine) -> None:
    read(engine, page(RECORD))
    before = announcement(engine)
    found(engine, record(title="Lamps"), at=noon(DAY + NEWS_FOR + timedelta(days=1)))
    assert paper(engine)["title"] == "Lamps"
    assert [row["field"] for row in rows(engine, REVISIONS)] == ["title"]
    assert announcement(engine) == before


def test_a_change_of_a_paper_that_nothing_has_announced_moves_nothing_when_it_is(engine: Engine) -> None:
    found(engine, RECORD)
    found(engine, record(title="Lamps"), at=TOMORROW)
    assert announcement(engine) == [None] * 4


def test_the_same_answer_twice_writes_nothing(engine: Engine) -> None:
    read(engine, page(*records(2)))
    found(engine, *records(4), at=EVENING)
    with writes(engine) as written:
        found(engine, *records(4), at=EVENING + timedelta(hours=1))
    assert written == []


def test_a_page_that_says_the_same_as_before_takes_back_nothing_of_it(engine: Engine) -> None:
    read(engine, page(RECORD))
    found(engine, record(title="Lamps"), at=EVENING)
    read(engine, page(RECORD), at=TOMORROW)
    assert paper(engine)["title"] == "Lamps"


def test_what_a_search_has_found_is_no_appearance_of_a_paper_on_a_listing(engine: Engine) -> None:
    read(engine, page(RECORD), daily())
    found(engine, RECORD)
    with reading(engine) as connection:
        (only,) = changed_since(connection)
        (listed,) = listed_since(connection, DAY)
    assert [place.section for place in only.appearances] == ["daily"]
    assert [place.section for place in listed.appearances] == ["daily"]
