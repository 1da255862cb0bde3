"""Papers and changes a page at a time, on both kinds of database: each once, none left out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from models.database import reading
from models.order import moment_of
from models.paging import count_papers, newest_papers, next_changed, next_revisions
from tests.models.invented import DAY, DAY_BEFORE, EVENING, MORNING, NEXT_DAY, daily, page, record, records
from tests.models.stored import read


def stored(engine: Engine) -> None:
    """Three papers of a day, announced at one moment, and one of the day before."""
    before = record(id="2510.00009", listed_at=MORNING - timedelta(days=1))
    read(engine, page(before), daily(DAY_BEFORE), MORNING - timedelta(days=1))
    read(engine, page(*(record(id=f"2510.0000{n}", rank=n, listed_at=MORNING) for n in (3, 1, 2))))


def test_nothing_has_no_pages(engine: Engine) -> None:
    with reading(engine) as connection:
        assert count_papers(connection) == 0
        assert newest_papers(connection, None, 5, None) == []
        assert next_changed(connection, 0, 5) == []
        assert next_revisions(connection, 0, "", 5) == []


@pytest.mark.parametrize("most", [1, 2, 9])
def test_page_after_page_gives_each_paper_once_the_newest_first(engine: Engine, most: int) -> None:
    stored(engine)
    found: list[str] = []
    with reading(engine) as connection:
        assert count_papers(connection) == 4
        papers = newest_papers(connection, None, most, None)
        while papers and len(found) < 9:  # a page that comes again would go on for ever
            found += [paper.id for paper in papers]
            papers = newest_papers(connection, None, most, (moment_of(papers[-1]), papers[-1].id))
    assert found == ["2510.00001", "2510.00002", "2510.00003", "2510.00009"]


def test_a_day_has_the_papers_that_it_was_the_first_to_list(engine: Engine) -> None:
    stored(engine)
    with reading(engine) as connection:
        assert [paper.id for paper in newest_papers(connection, DAY_BEFORE, 9, None)] == ["2510.00009"]
        assert len(newest_papers(connection, DAY, 9, None)) == 3
        assert newest_papers(connection, NEXT_DAY, 9, None) == []


def test_what_changed_comes_in_the_order_of_its_changes(engine: Engine) -> None:
    read(engine, page(*records(3)))
    read(engine, page(record(id="2510.00001", title="Moths"), *records(3)[1:]), at=EVENING)
    with reading(engine) as connection:
        first, second, third = next_changed(connection, 0, 9)
        assert [first.id, second.id, third.id] == ["2510.00002", "2510.00003", "2510.00001"]
        assert next_changed(connection, second.seq, 9) == [third]
        assert next_changed(connection, 0, 1) == [first]


def test_revisions_of_one_moment_are_parted_by_their_fields_and_enrichments_left_out(engine: Engine) -> None:
    read(engine, page(record(summary="")))
    read(engine, page(record(title="Moths", abstract="They are other animals altogether.")), at=EVENING)
    with reading(engine) as connection:
        whole = next_revisions(connection, 0, "", 9)
        (paper_id, seq, first), *rest = whole
        after = next_revisions(connection, seq, first.field, 9)
    assert paper_id == record().id
    assert [revision.field for _, _, revision in whole] == ["abstract", "title"]
    assert after == rest
