"""What is read for publishing, on both kinds of database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine

from models.database import reading
from models.papers import Appearance, Observation, Paper, Weight
from models.records import PaperRecord
from models.selection import (
    by_ids,
    changed_since,
    installation,
    listed_between,
    listed_since,
    newest_list,
    voted_since,
    window,
)
from tests.databases import MADE
from tests.feeds.invented import ANNOUNCED
from tests.models.invented import (
    DAY,
    DAY_BEFORE,
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
from tests.models.stored import read


def listed(engine: Engine, *days: date) -> None:
    """One paper a day, named for its day."""
    for day in days:
        listed_at = datetime.combine(day, ANNOUNCED.timetz())
        read(engine, page(record(id=str(day), listed_at=listed_at)), daily(day), noon(day))


def in_window(engine: Engine, days: int) -> list[str]:
    with reading(engine) as connection:
        return [paper.id for paper in window(connection, days)]


def changed(engine: Engine, seq: int = 0) -> list[Paper]:
    with reading(engine) as connection:
        return list(changed_since(connection, seq))


def test_an_empty_database_has_an_empty_window(engine: Engine) -> None:
    assert in_window(engine, 14) == []
    assert changed(engine) == []
    with reading(engine) as connection:
        assert newest_list(connection) is None


def test_the_window_ends_with_the_newest_list_not_with_the_clock(engine: Engine) -> None:
    listed(engine, date(2001, 2, 1), date(2001, 2, 2), date(2001, 2, 3))
    assert in_window(engine, 1) == ["2001-02-03"]
    assert in_window(engine, 2) == ["2001-02-03", "2001-02-02"]


def test_the_newest_announced_come_first_whatever_the_order_of_reading(engine: Engine) -> None:
    listed(engine, NEXT_DAY, DAY_BEFORE, DAY)
    assert in_window(engine, 14) == [str(NEXT_DAY), str(DAY), str(DAY_BEFORE)]


def test_papers_of_one_moment_stand_by_their_ids(engine: Engine) -> None:
    read(engine, page(*(replace(RECORD, id=paper_id) for paper_id in ("c", "a", "b"))))
    assert in_window(engine, 1) == ["a", "b", "c"]


def test_a_paper_that_no_day_s_list_has_named_is_not_in_the_window(engine: Engine) -> None:
    listed(engine, DAY)
    read(engine, page(record(id="trending", listed_at=None), complete=False))
    assert in_window(engine, 14) == [str(DAY)]


def test_an_older_paper_comes_back_when_a_reader_would_notice_its_change(engine: Engine) -> None:
    old = record(id="old")
    read(engine, page(old), daily(DAY_BEFORE), noon(DAY_BEFORE))
    listed(engine, DAY + timedelta(days=20))
    late = noon(DAY + timedelta(days=20))
    read(engine, page(replace(old, summary="Said anew.", votes=99)), daily(DAY_BEFORE), late)
    assert in_window(engine, 7) == [str(DAY + timedelta(days=20))]
    read(engine, page(replace(old, title="Lamps")), daily(DAY_BEFORE), late)
    assert in_window(engine, 7) == [str(DAY + timedelta(days=20)), "old"]


def test_a_paper_is_given_as_it_was_stored(engine: Engine) -> None:
    read(engine, page(RECORD))
    (found,) = changed(engine)
    for name in PaperRecord.__slots__:
        if name not in ("rank", "part", "listed_at"):
            assert getattr(found, name) == getattr(RECORD, name), name
    assert (found.first_listed, found.announced_at, found.updated_at) == (DAY, ANNOUNCED, ANNOUNCED)
    assert found.appearances == (Appearance("huggingface", "daily", DAY, 1),)
    assert found.observations == (Observation(MORNING, 3, 1, 40),)


def test_its_history_is_in_the_order_of_time(engine: Engine) -> None:
    read(engine, page(RECORD), daily(NEXT_DAY), MORNING)
    read(engine, page(record(title="Lamps", votes=5)), daily(DAY_BEFORE), EVENING)
    read(engine, page(record(title="Lights", votes=7)), daily(DAY), TOMORROW)
    (found,) = changed(engine)
    assert [(each.field, each.new, each.seen_at, each.weight) for each in found.revisions] == [
        ("title", "Lamps", EVENING, Weight.NOTICED),
        ("title", "Lights", TOMORROW, Weight.NOTICED),
    ]
    assert [each.date for each in found.appearances] == [DAY_BEFORE, DAY, NEXT_DAY]
    assert [(each.at, each.votes) for each in found.observations] == [
        (MORNING, 3),
        (EVENING, 5),
        (TOMORROW, 7),
    ]


def test_an_appearance_tells_when_it_was_found_gone(engine: Engine) -> None:
    read(engine, page(*records(4)))
    read(engine, page(*records(3)), at=EVENING)
    assert [paper.appearances[0].removed_at for paper in changed(engine)] == [None, None, None, EVENING]


def test_the_window_holds_the_whole_history(engine: Engine) -> None:
    read(engine, page(RECORD))
    read(engine, page(record(title="Lamps")), at=EVENING)
    with reading(engine) as connection:
        (found,) = listed_since(connection, DAY)
    assert [each.field for each in found.revisions] == ["title"]
    assert (len(found.appearances), [each.votes for each in found.observations]) == (1, [3])


def test_papers_of_a_range_of_days_are_those_first_listed_on_them(engine: Engine) -> None:
    read(engine, page(RECORD))
    with reading(engine) as connection:
        (found,) = listed_between(connection, DAY, DAY)
        assert (found.first_listed, [each.votes for each in found.observations]) == (DAY, [3])
        assert listed_between(connection, DAY + timedelta(days=1), DAY + timedelta(days=9)) == []


def test_papers_with_votes_are_those_that_a_listing_gave_votes(engine: Engine) -> None:
    silent = replace(RECORD, id="2510.00099", votes=None, comments=None, stars=None)
    read(engine, page(RECORD, silent))
    with reading(engine) as connection:
        assert [paper.id for paper in voted_since(connection, DAY)] == [RECORD.id]
        assert voted_since(connection, DAY + timedelta(days=1)) == []


def test_papers_are_found_by_their_ids_as_far_as_they_are_known(engine: Engine) -> None:
    read(engine, page(RECORD))
    with reading(engine) as connection:
        assert by_ids(connection, []) == {}
        assert list(by_ids(connection, [RECORD.id, "2510.99999"])) == [RECORD.id]


@pytest.mark.parametrize("batch", [1, 2, 3, 100])
def test_changes_are_given_in_the_order_of_seq_across_batches(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr("models.selection._BATCH", batch)
    read(engine, page(*records(5)))
    read(engine, page(*(replace(each, title=f"Lamp {each.rank}") for each in records(2))), at=EVENING)
    assert [(paper.seq, paper.id[-1]) for paper in changed(engine)] == [
        (3, "3"),
        (4, "4"),
        (5, "5"),
        (6, "1"),
        (7, "2"),
    ]
    assert [paper.seq for paper in changed(engine, 5)] == [6, 7]
    assert changed(engine, 7) == []


def test_every_history_belongs_to_its_own_paper(engine: Engine) -> None:
    read(engine, page(*records(5)))
    read(engine, page(*(replace(each, votes=each.rank) for each in records(5))), at=EVENING)
    for paper in changed(engine):
        assert paper.observations[-1].votes == paper.appearances[0].rank == int(paper.id[-1])


def test_the_installation_keeps_its_identity(engine: Engine) -> None:
    with reading(engine) as connection:
        identity, made_at = installation(connection)
        assert (identity, made_at) == installation(connection)
    assert isinstance(identity, UUID)
    assert made_at == MADE
