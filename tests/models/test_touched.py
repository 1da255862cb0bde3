"""What a round may have touched, on both kinds of database."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from models.database import reading, writing
from models.records import Listing
from models.snapshots import keep
from models.store import enrich
from models.touched import NOTHING_YET, Mark, mark, read_since, touched
from tests.models.invented import DAY, DAY_BEFORE, EVENING, MORNING, NEXT_DAY, daily, page, record, records
from tests.models.stored import read


def now(engine: Engine) -> Mark:
    with reading(engine) as connection:
        return mark(connection)


def since(engine: Engine, before: Mark) -> list[str]:
    with reading(engine) as connection:
        return touched(connection, before)


def test_an_empty_database_is_at_the_beginning(engine: Engine) -> None:
    assert now(engine) == NOTHING_YET
    assert since(engine, NOTHING_YET) == []


def test_nothing_is_touched_while_nothing_is_read(engine: Engine) -> None:
    read(engine, page(*records(3)))
    assert since(engine, now(engine)) == []


def test_from_the_beginning_every_paper_is_touched(engine: Engine) -> None:
    read(engine, page(*records(3)))
    assert since(engine, NOTHING_YET) == [f"2510.{n:05}" for n in (1, 2, 3)]


def test_the_papers_of_a_listing_that_is_read_again_are_touched_and_no_others(engine: Engine) -> None:
    read(engine, page(*records(3)), daily(DAY_BEFORE))
    read(engine, page(record(id="2510.00009")), daily(DAY))
    before = now(engine)
    read(engine, page(record(id="2510.00009", votes=40)), daily(DAY), EVENING)
    assert since(engine, before) == ["2510.00009"]


def test_a_paper_that_has_gone_from_its_listing_is_touched(engine: Engine) -> None:
    read(engine, page(*records(3)))
    before = now(engine)
    read(engine, page(*records(2)), at=EVENING)
    assert "2510.00003" in since(engine, before)


def test_the_parts_of_a_mailing_are_its_own(engine: Engine) -> None:
    mailing = Listing("arxiv", "cs.CL", DAY)
    read(engine, page(record(part="cross")), mailing)
    before = now(engine)
    read(engine, page(record(part="cross", rank=2)), mailing, EVENING)
    assert since(engine, before) == [record().id]


def test_a_day_that_was_answered_with_an_earlier_list_touches_that_list(engine: Engine) -> None:
    read(engine, page(*records(2)), daily(DAY))
    before = now(engine)
    with writing(engine) as connection:
        keep(connection, daily(NEXT_DAY), MORNING + timedelta(days=1), ())
    with reading(engine) as connection:
        assert set(read_since(connection, before)) == {daily(DAY), daily(NEXT_DAY)}
    assert since(engine, before) == ["2510.00001", "2510.00002"]


def test_details_touch_the_papers_that_they_change(engine: Engine) -> None:
    read(engine, page(*records(2)))
    before = now(engine)
    details = Listing("arxiv", "details", DAY)
    with writing(engine) as connection:
        number = keep(connection, details, EVENING, ())
        told = record(id="2510.00002", title="Lantern 2", comment="Now with a comment, and another")
        enrich(connection, details, page(told), number, EVENING)
    assert since(engine, before) == ["2510.00002"]
