"""Which rows a batch of records asks for: values in, values out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from models.batch import Batch, Row
from models.changes import Counters
from models.records import PaperRecord
from tests.feeds.invented import ANNOUNCED
from tests.models.invented import (
    BARE,
    DAY,
    DAY_BEFORE,
    EVENING,
    NEXT_DAY,
    RECORD,
    TOMORROW,
    daily,
    record,
    seen,
    stored,
)


def revised(before: Row, by: PaperRecord, batch: Batch) -> Row:
    """The paper after a record."""
    batch.revise(before, by, "hash")
    (row,) = batch.changed
    return row


def test_a_record_that_changes_nothing_asks_for_nothing() -> None:
    batch = Batch(seen(at=EVENING), 7)
    assert not batch.revise(stored(), BARE, "hash")
    batch.count(BARE, Counters(3, 1, 40))
    assert batch == Batch(seen(at=EVENING), 7)


def test_a_new_paper_has_no_revisions() -> None:
    batch = Batch(seen(), 7)
    batch.add(RECORD, "hash")
    assert [row["seq"] for row in batch.new] == [8]
    assert batch.revisions == []


def test_a_new_paper_of_which_no_counter_is_known_is_not_observed() -> None:
    batch = Batch(seen(), 0)
    batch.add(BARE, "hash")
    assert batch.observations == []


def test_a_paper_that_no_listing_calls_withdrawn_is_not() -> None:
    assert stored(record(withdrawn=None))["withdrawn"] is False


def test_every_change_of_content_moves_seq() -> None:
    batch = Batch(seen(at=EVENING), 7)
    for given in (record(title="Lamps"), record(summary="Lamps."), BARE, record(authors=("Ada Alpha",))):
        batch.revise(stored(), given, "hash")
    assert [row["seq"] for row in batch.changed] == [8, 9, 10]


def test_all_that_one_record_changes_is_of_one_seq() -> None:
    batch = Batch(seen(at=EVENING), 7)
    batch.revise(stored(), record(title="Lamps", links={"code": "https://code.example/lamps"}), "hash")
    assert [(row["seq"], row["field"]) for row in batch.revisions] == [(8, "title"), (8, "links.code")]


def test_a_noticed_revision_moves_updated_at() -> None:
    row = revised(stored(), record(title="Lamps"), Batch(seen(at=EVENING), 7))
    assert row["updated_at"] == EVENING


@pytest.mark.parametrize(
    "changes",
    [
        {"categories": ("cs.CV",)},
        {"links": {"code": "https://code.example/lamps"}},
        {"summary": "Said once more."},
        {"organization": "Lantern Works"},
    ],
)
def test_a_minor_one_and_enrichment_do_not(changes: dict[str, Any]) -> None:
    row = revised(stored(), record(**changes), Batch(seen(at=EVENING), 7))
    assert row["updated_at"] == ANNOUNCED


def test_an_edit_counts_as_revised_and_enrichment_does_not() -> None:
    assert Batch(seen(), 7).revise(stored(), record(categories=("cs.CV",)), "hash")
    assert not Batch(seen(), 7).revise(stored(), record(summary="Said once more."), "hash")


def test_a_revision_holds_old_and_new_as_json() -> None:
    batch = Batch(seen(at=EVENING), 7)
    batch.revise(stored(record(published_at=None)), RECORD, "hash")
    (row,) = batch.revisions
    assert (row["old"], row["new"]) == (None, "2025-09-29T17:59:58+00:00")


def test_an_earlier_day_moves_the_announcement_back_but_not_updated() -> None:
    row = revised(stored(), record(listed_at=None), Batch(seen(DAY_BEFORE, TOMORROW), 7))
    assert row["first_listed"] == DAY_BEFORE
    assert row["announced_at"].date() == DAY_BEFORE
    assert row["updated_at"] == ANNOUNCED


def test_an_earlier_day_is_no_revision() -> None:
    batch = Batch(seen(DAY_BEFORE, TOMORROW), 7)
    assert not batch.revise(stored(), RECORD, "hash")
    assert (len(batch.changed), batch.revisions) == (1, [])


@pytest.mark.parametrize("day", [DAY, NEXT_DAY])
@pytest.mark.parametrize("listed_at", [None, ANNOUNCED - timedelta(hours=1), ANNOUNCED - timedelta(days=9)])
def test_no_other_list_moves_the_announcement(day: Any, listed_at: datetime | None) -> None:
    edited = record(title="Lamps", rank=9, listed_at=listed_at)
    row = revised(stored(), edited, Batch(seen(day, EVENING), 7))
    assert (row["first_listed"], row["announced_at"]) == (DAY, ANNOUNCED)


def test_a_paper_known_from_a_cut_list_is_announced_by_its_day_s() -> None:
    before = Batch(seen(whole_day=False), 0)
    before.add(record(listed_at=None), "hash")
    (unannounced,) = before.new
    assert unannounced["announced_at"] is unannounced["updated_at"] is unannounced["first_listed"] is None
    row = revised(unannounced, RECORD, Batch(seen(), 1))
    assert (row["first_listed"], row["announced_at"], row["updated_at"]) == (DAY, ANNOUNCED, ANNOUNCED)


def test_updated_is_never_before_the_announcement() -> None:
    revised_before = stored() | {"first_listed": None, "announced_at": None, "updated_at": ANNOUNCED}
    row = revised(revised_before, record(listed_at=None), Batch(seen(NEXT_DAY, TOMORROW), 7))
    assert row["updated_at"] == row["announced_at"] > ANNOUNCED


def test_only_counters_that_moved_are_observed() -> None:
    batch = Batch(seen(at=EVENING), 7)
    batch.count(record(votes=4), Counters(3, 1, 40))
    assert batch.counted == [{"paper_id": RECORD.id, "votes": 4, "comments": 1, "stars": 40}]
    assert batch.observations == [
        {"paper_id": RECORD.id, "at": EVENING, "votes": 4, "comments": 1, "stars": 40}
    ]


def test_the_source_and_the_reading_are_told_of_every_revision() -> None:
    batch = Batch(seen(at=EVENING), 7)
    batch.revise(stored(), record(title="Lamps"), "hash")
    (row,) = batch.revisions
    assert (row["source"], row["reading_id"], row["seen_at"]) == (daily().source, 1, EVENING)
