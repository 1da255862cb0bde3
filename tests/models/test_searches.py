"""What searches have found, on both kinds of database: who has an answer, who has waited, which ranks count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from models.database import reading, writing
from models.records import Answer, Listing
from models.searches import answered, found_by_search, is_of_search, last_asked, section_of
from models.snapshots import keep
from models.store import store_found
from tests.models.invented import BARE, DAY, DAY_BEFORE, MORNING, NEXT_DAY, daily, page, record, records
from tests.models.stored import read

WHOLE = Answer("https://papers.example/api/papers/search?q=lanterns", MORNING, 200, {}, b"[]")
FAILED = Answer(WHOLE.url, MORNING, 503, error="answers 503")


def of(slug: str, day: date = DAY, source: str = "huggingface") -> Listing:
    return Listing(source, section_of(slug), day)


def found(engine: Engine, listing: Listing, *ids: str, answers: tuple[Answer, ...] = (WHOLE,)) -> None:
    """A search that found these papers, best first; it took these answers."""
    papers = [record(id=paper_id, rank=rank) for rank, paper_id in enumerate(ids, 1)]
    with writing(engine) as connection:
        number = keep(connection, listing, MORNING, [(answer, None) for answer in answers])
        store_found(connection, listing, page(*papers), number, MORNING)


def ranks(engine: Engine, until: date = DAY, most_days: int = 2) -> Mapping[str, Mapping[str, int]]:
    with reading(engine) as connection:
        return found_by_search(connection, until, most_days)


def with_answer(engine: Engine, source: str = "huggingface", day: date = DAY) -> set[str]:
    with reading(engine) as connection:
        return answered(connection, source, day)


def test_where_nothing_was_asked_nothing_is_found(engine: Engine) -> None:
    read(engine, page(*records(3)), daily())
    assert ranks(engine) == {}
    assert with_answer(engine) == set()
    with reading(engine) as connection:
        assert last_asked(connection, "huggingface", DAY_BEFORE) == {}


@pytest.mark.parametrize("days", [1, 3])
def test_what_was_found_too_long_ago_or_after_the_day_does_not_count(engine: Engine, days: int) -> None:
    found(engine, of("lanterns", DAY - timedelta(days)), "a")
    assert (ranks(engine) == {}) is (days == 3)
    assert ranks(engine, DAY - timedelta(days + 1)) == {}


def test_a_topic_has_the_ranks_of_its_newest_day_alone(engine: Engine) -> None:
    found(engine, of("lanterns", DAY_BEFORE), "a", "b", "c")
    found(engine, of("lanterns", DAY), "c", "d")
    found(engine, of("lamps", DAY_BEFORE), "d")
    assert ranks(engine) == {"lanterns": {"c": 1, "d": 2}, "lamps": {"d": 1}}
    assert ranks(engine, DAY_BEFORE) == {"lanterns": {"a": 1, "b": 2, "c": 3}, "lamps": {"d": 1}}


def test_a_day_that_found_nothing_leaves_the_ranks_of_the_one_before(engine: Engine) -> None:
    found(engine, of("lanterns", DAY_BEFORE), "a")
    found(engine, of("lanterns", DAY))
    assert ranks(engine) == {"lanterns": {"a": 1}}


def test_listings_give_no_ranks_whatever_they_are_called(engine: Engine) -> None:
    for section in ("search", "research/lanterns", "Search_lanterns"):
        read(engine, page(*records(2)), Listing("huggingface", section, DAY))
    assert ranks(engine) == {}
    assert not is_of_search(Listing("huggingface", "search", DAY))
    assert is_of_search(of("details"))


def test_a_search_that_found_papers_has_its_answer_whatever_failed_before(engine: Engine) -> None:
    found(engine, of("one-way"), "a")
    found(engine, of("second-way"), "a", answers=(FAILED, WHOLE))
    assert with_answer(engine) == {"search/one-way", "search/second-way"}


def test_a_first_answer_that_found_nothing_is_one(engine: Engine) -> None:
    found(engine, of("lanterns"))
    assert with_answer(engine) == {"search/lanterns"}


@pytest.mark.parametrize(
    "answers",
    [(), (FAILED,), (FAILED, FAILED), (WHOLE, FAILED), (WHOLE, WHOLE)],
    ids=["never asked", "1 in vain", "2 in vain", "then in vain", "2 ways"],
)
def test_a_search_that_found_nothing_and_needed_more_has_none(
    engine: Engine, answers: tuple[Answer, ...]
) -> None:
    found(engine, of("lanterns"), answers=answers)
    assert with_answer(engine) == set()


def test_a_later_reading_of_the_day_may_bring_the_answer(engine: Engine) -> None:
    found(engine, of("lanterns"), answers=(FAILED, FAILED))
    found(engine, of("lanterns"))
    assert with_answer(engine) == {"search/lanterns"}


def test_answers_are_those_of_a_source_and_a_day(engine: Engine) -> None:
    found(engine, of("lanterns"), "a")
    read(engine, page(BARE), daily())
    assert with_answer(engine) == {"search/lanterns"}
    assert with_answer(engine, day=NEXT_DAY) == with_answer(engine, "arxiv") == set()


def test_who_was_asked_last_is_known_by_the_number_of_the_reading(engine: Engine) -> None:
    found(engine, of("old", DAY_BEFORE), "a")
    found(engine, of("lanterns"), "a")
    found(engine, of("lamps"), answers=(FAILED,))
    found(engine, of("lanterns"), "a")
    found(engine, of("other", source="arxiv"), "a")
    with reading(engine) as connection:
        assert last_asked(connection, "huggingface", DAY) == {"search/lanterns": 4, "search/lamps": 3}
        assert last_asked(connection, "huggingface", DAY_BEFORE)["search/old"] == 1
