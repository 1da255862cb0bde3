"""What a source tells beyond its listings, on both kinds of database: known papers gain, and nothing else happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from models.database import writing
from models.records import Listing, PaperRecord
from models.snapshots import keep
from models.store import enrich
from models.tables import APPEARANCES, OBSERVATIONS, PAPERS, REVISIONS
from tests.feeds.invented import ANNOUNCED
from tests.models.invented import DAY, EVENING, RECORD, TOMORROW, page, record, records
from tests.models.stored import paper, read, rows, writes

MAILING = Listing("arxiv", "cs.CL", DAY)
DETAILS = Listing("arxiv", "cs.CL/details", DAY)
LISTED = record(abstract="", version=None, versions=(), withdrawn=None, license="", published_at=None)
"""What a listing tells of the paper: less than there is."""


def told(engine: Engine, *given: PaperRecord, at: datetime = EVENING) -> int:
    """How many papers are known of those that an answer tells of beyond the listings."""
    with writing(engine) as connection:
        reading_id = keep(connection, DETAILS, at, ())
        return enrich(connection, DETAILS, page(*given, complete=False), reading_id, at)


def test_details_of_papers_that_are_not_known_add_none(engine: Engine) -> None:
    assert told(engine, *records(3)) == 0
    assert [rows(engine, table) for table in (PAPERS, APPEARANCES, REVISIONS, OBSERVATIONS)] == [[]] * 4


def test_details_announce_nothing_and_place_nothing(engine: Engine) -> None:
    read(engine, page(record(part="replacement", listed_at=None)), MAILING)
    before = rows(engine, APPEARANCES)
    assert told(engine, record(title="Lamps")) == 1
    kept = paper(engine)
    assert (kept["first_listed"], kept["announced_at"], kept["announced_by"]) == (None, None, None)
    assert rows(engine, APPEARANCES) == before


def test_details_leave_the_announcement_that_is_known(engine: Engine) -> None:
    read(engine, page(LISTED), MAILING)
    before = paper(engine)
    told(engine, record(listed_at=ANNOUNCED - timedelta(days=9)))
    after = paper(engine)
    for name in ("first_listed", "announced_at", "announced_by", "updated_at"):
        assert after[name] == before[name]


def test_known_papers_gain_what_no_listing_said_and_it_is_no_edit(engine: Engine) -> None:
    read(engine, page(LISTED), MAILING)
    assert told(engine, RECORD, *records(2)) == 1
    kept = paper(engine)
    assert (kept["abstract"], kept["license"]) == (RECORD.abstract, RECORD.license)
    assert (kept["published_at"], kept["version"]) == (RECORD.published_at, 1)
    assert [row["id"] for row in rows(engine, PAPERS)] == [RECORD.id]


def test_what_was_not_known_is_an_enrichment_of_the_reading_that_told_it(engine: Engine) -> None:
    read(engine, page(LISTED), MAILING)
    told(engine, RECORD)
    found = {row["field"]: row for row in rows(engine, REVISIONS)}
    assert {"abstract", "license", "published_at"} <= found.keys()
    for row in found.values():
        assert (row["weight"], row["source"], row["seen_at"]) == ("enrichment", "arxiv", EVENING)
        assert row["reading_id"] == 2


def test_what_details_say_otherwise_than_the_listing_is_an_edit(engine: Engine) -> None:
    read(engine, page(RECORD), MAILING)
    assert told(engine, record(title="Lamps")) == 1
    (revision,) = rows(engine, REVISIONS)
    assert (revision["field"], revision["new"], revision["weight"]) == ("title", "Lamps", "noticed")
    assert paper(engine)["updated_at"] == EVENING


def test_details_twice_write_nothing(engine: Engine) -> None:
    read(engine, page(LISTED), MAILING)
    told(engine, RECORD)
    before = rows(engine, PAPERS)
    with writes(engine) as written:
        assert told(engine, RECORD, at=TOMORROW) == 1
    assert written == []
    assert rows(engine, PAPERS) == before


def test_details_and_listing_by_turns_write_nothing_once_both_have_spoken(engine: Engine) -> None:
    read(engine, page(LISTED), MAILING)
    told(engine, RECORD)
    with writes(engine) as written:
        read(engine, page(LISTED), MAILING, TOMORROW)
        told(engine, RECORD, at=TOMORROW)
    assert written == []


def test_a_paper_that_is_told_of_twice_counts_once(engine: Engine) -> None:
    read(engine, page(LISTED), MAILING)
    assert told(engine, RECORD, record(title="Said Again")) == 1
    assert paper(engine)["title"] == RECORD.title


def test_details_of_any_number_of_papers_are_taken_in_batches(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.store._BATCH", 3)
    bare = [replace(LISTED, id=each.id, title=each.title, rank=each.rank) for each in records(10)]
    read(engine, page(*bare), MAILING)
    assert told(engine, *records(12)) == 10
    assert {row["abstract"] for row in rows(engine, PAPERS)} == {RECORD.abstract}
    assert sorted(row["seq"] for row in rows(engine, PAPERS)) == list(range(11, 21))


def test_a_listing_that_says_the_same_as_before_takes_nothing_back(engine: Engine) -> None:
    read(engine, page(LISTED), MAILING)
    told(engine, record(title="Lamps"))
    with writes(engine) as found:
        read(engine, page(LISTED), MAILING, TOMORROW)
    assert found == []
    assert paper(engine)["title"] == "Lamps"
