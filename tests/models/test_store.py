"""The store, on both kinds of database: what a page writes, and what it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from models.database import writing
from models.records import Listing, Outcome, PaperRecord
from models.tables import APPEARANCES, OBSERVATIONS, PAPERS, READINGS, REVISIONS
from tests.feeds.invented import ANNOUNCED
from tests.models.invented import (
    BARE,
    DAY,
    DAY_BEFORE,
    EVENING,
    MORNING,
    NEXT_DAY,
    RECORD,
    TOMORROW,
    daily,
    page,
    record,
    records,
)
from tests.models.stored import EVERYTHING, everything, paper, read, read_with, rows, rows_with, writes
from tests.models.strategies import RECORDS


def writes_nothing(engine: Engine, *given: PaperRecord, listing: Listing | None = None) -> bool:
    """Whether a page in the evening leaves every row as it was, without as much as a statement."""
    before = {name: found for name, found in everything(engine).items() if name != "readings"}
    with writes(engine) as written:
        read(engine, page(*given), listing, EVENING)
    after = {name: found for name, found in everything(engine).items() if name != "readings"}
    return after == before and not written


def test_the_same_page_twice_writes_nothing(engine: Engine) -> None:
    read(engine, page(*records(20)))
    assert writes_nothing(engine, *records(20))


def test_white_space_and_tex_spacing_write_nothing(engine: Engine) -> None:
    read(engine, page(RECORD))
    assert writes_nothing(engine, record(title=r"Lanterns\,for  Small~Models"))


def test_an_empty_value_never_overwrites_a_known_one(engine: Engine) -> None:
    read(engine, page(RECORD))
    assert writes_nothing(engine, BARE)


def test_a_site_that_blurs_its_times_changes_nothing(engine: Engine) -> None:
    read(engine, page(RECORD))
    midnight = datetime(2025, 9, 29, tzinfo=UTC)
    assert writes_nothing(engine, record(published_at=midnight, listed_at=midnight))


def test_an_empty_page_writes_nothing(engine: Engine) -> None:
    read(engine, page(RECORD))
    assert writes_nothing(engine)


def test_every_field_is_stored_as_it_was_given(engine: Engine) -> None:
    hostile = record(
        title="<think> & </script> “quotes” \u202eright to left\u202c 🦙",
        abstract=r"\alpha 100\% of $1 Million; DROP TABLE papers; -- ' \" \\",
        authors=tuple(f"Ånna von Ü {n}" for n in range(671)),
    )
    read(engine, page(hostile))
    kept = paper(engine)
    for name in ("title", "summary", "organization", "submitter", "version", "votes", "stars"):
        assert kept[name] == getattr(hostile, name)
    assert kept["originals"] == {"abstract": hostile.abstract}
    assert kept["authors"] == list(hostile.authors)
    assert kept["categories"] == list(hostile.categories)
    assert kept["links"] == hostile.links


def test_an_id_that_ends_in_zero_stays_a_string(engine: Engine) -> None:
    read(engine, page(record(id="2503.02130"), record(id="2503.0213")))
    assert [row["id"] for row in rows(engine, PAPERS)] == ["2503.0213", "2503.02130"]


def test_times_read_back_are_aware_utc(engine: Engine) -> None:
    elsewhere = timezone(timedelta(hours=-4))
    read(engine, page(record(published_at=ANNOUNCED.astimezone(elsewhere))))
    kept = paper(engine)
    assert kept["published_at"] == ANNOUNCED
    assert kept["announced_at"] == ANNOUNCED
    times = [kept["published_at"], kept["announced_at"], kept["updated_at"]]
    times += [rows(engine, OBSERVATIONS)[0]["at"], rows(engine, APPEARANCES)[0]["first_seen_at"]]
    assert {time.utcoffset() for time in times} == {timedelta(0)}


def test_one_changed_word_writes_one_revision(engine: Engine) -> None:
    read(engine, page(*records(20)))
    edited = [replace(each, title="Lamp 7") if each.rank == 7 else each for each in records(20)]
    assert read(engine, page(*edited), at=EVENING) == Outcome(revised=1, unchanged=19)
    (revision,) = rows(engine, REVISIONS)
    assert (revision["paper_id"], revision["field"]) == ("2510.00007", "title")
    assert (revision["old"], revision["new"]) == ("Lantern 7", "Lamp 7")
    assert (revision["seen_at"], revision["reading_id"], revision["weight"]) == (EVENING, 2, "noticed")


def test_the_order_of_authors_matters(engine: Engine) -> None:
    read(engine, page(RECORD))
    read(engine, page(record(authors=("Bo Beta", "Ada Alpha"))), at=EVENING)
    (revision,) = rows(engine, REVISIONS)
    assert revision["new"] == ["Bo Beta", "Ada Alpha"]
    assert paper(engine)["authors"] == ["Bo Beta", "Ada Alpha"]


def test_absent_becoming_present_is_enrichment_not_an_edit(engine: Engine) -> None:
    read(engine, page(record(summary="", keywords=(), links={})))
    assert read(engine, page(RECORD), at=EVENING) == Outcome(unchanged=1)
    fields = {row["field"]: row["weight"] for row in rows(engine, REVISIONS)}
    assert set(fields) == {"summary", "keywords", "links.code", "links.project"}
    assert set(fields.values()) == {"enrichment"}
    assert paper(engine)["summary"] == RECORD.summary


def test_a_noticed_revision_moves_updated_at_and_nothing_else_does(engine: Engine) -> None:
    read(engine, page(RECORD))
    read(engine, page(record(categories=("cs.CV",), summary="Said anew.", votes=9)), at=EVENING)
    assert paper(engine)["updated_at"] == ANNOUNCED
    read(engine, page(record(title="Lamps")), at=TOMORROW)
    assert paper(engine)["updated_at"] == TOMORROW
    assert paper(engine)["announced_at"] == ANNOUNCED


def test_what_is_changed_back_is_a_revision_too(engine: Engine) -> None:
    read(engine, page(RECORD))
    read(engine, page(record(title="Lamps")), at=EVENING)
    read(engine, page(RECORD), at=TOMORROW)
    assert [row["new"] for row in rows(engine, REVISIONS)] == ["Lamps", RECORD.title]


def test_seq_grows_with_every_change_of_content_and_only_then(engine: Engine) -> None:
    read(engine, page(*records(3)))
    read(engine, page(*records(2), replace(records(3)[2], votes=99)), at=EVENING)
    assert [row["seq"] for row in rows(engine, PAPERS)] == [1, 2, 3]
    read(engine, page(replace(records(1)[0], title="Lamps"), *records(3)[1:]), at=TOMORROW)
    assert [row["seq"] for row in rows(engine, PAPERS)] == [4, 2, 3]


def test_a_paper_listed_twice_on_a_page_is_one_paper_with_two_appearances(engine: Engine) -> None:
    twice = page(RECORD, record(rank=5))
    assert read(engine, twice) == Outcome(new=1)
    assert len(rows(engine, PAPERS)) == 1
    assert [(row["nth"], row["rank"]) for row in rows(engine, APPEARANCES)] == [(0, 1), (1, 5)]


def test_on_two_days_it_is_one_paper_with_two_appearances(engine: Engine) -> None:
    read(engine, page(RECORD))
    assert read(engine, page(record(rank=4)), daily(NEXT_DAY), TOMORROW) == Outcome(unchanged=1)
    assert [(row["date"], row["rank"]) for row in rows(engine, APPEARANCES)] == [(DAY, 1), (NEXT_DAY, 4)]
    assert paper(engine)["first_listed"] == DAY


def test_on_two_sources_it_is_one_paper(engine: Engine) -> None:
    read(engine, page(RECORD))
    assert read(engine, page(RECORD), Listing("arxiv", "cs.CL/new", DAY)) == Outcome(unchanged=1)
    assert [row["source"] for row in rows(engine, APPEARANCES)] == ["arxiv", "huggingface"]


def test_a_backfilled_earlier_day_moves_the_announcement_back_but_not_updated(engine: Engine) -> None:
    read(engine, page(RECORD))
    assert read(engine, page(RECORD), daily(DAY_BEFORE), TOMORROW) == Outcome(unchanged=1)
    kept = paper(engine)
    assert (kept["first_listed"], kept["announced_at"].date()) == (DAY_BEFORE, DAY_BEFORE)
    assert kept["updated_at"] == ANNOUNCED
    assert rows(engine, REVISIONS) == []


def test_an_edit_on_a_later_rank_leaves_the_announcement(engine: Engine) -> None:
    read(engine, page(record(listed_at=None)))
    before = paper(engine)["announced_at"]
    read(engine, page(record(listed_at=None, rank=9, title="Lamps")), at=EVENING)
    assert paper(engine)["announced_at"] == before


def test_counters_are_observed_only_when_they_change(engine: Engine) -> None:
    for votes, at in ((3, MORNING), (3, EVENING), (8, TOMORROW)):
        read(engine, page(record(votes=votes)), at=at)
    assert [(row["at"], row["votes"]) for row in rows(engine, OBSERVATIONS)] == [(MORNING, 3), (TOMORROW, 8)]
    assert paper(engine)["votes"] == 8


def test_a_listing_that_tells_no_counters_is_no_observation(engine: Engine) -> None:
    read(engine, page(BARE))
    assert rows(engine, OBSERVATIONS) == []


def test_counters_that_a_listing_does_not_tell_stay_known(engine: Engine) -> None:
    read(engine, page(RECORD))
    read(engine, page(record(votes=9, stars=None)), at=EVENING)
    assert [(row["votes"], row["stars"]) for row in rows(engine, OBSERVATIONS)] == [(3, 40), (9, 40)]


def test_two_listings_at_one_moment_make_one_observation(engine: Engine) -> None:
    read(engine, page(record(votes=3)))
    read(engine, page(record(votes=4)), daily(DAY_BEFORE))
    assert [(row["at"], row["votes"]) for row in rows(engine, OBSERVATIONS)] == [(MORNING, 4)]
    assert paper(engine)["votes"] == 4


def test_a_listing_of_any_length_is_stored_in_batches(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.store._BATCH", 3)
    assert read(engine, page(*records(10))) == Outcome(new=10)
    assert read(engine, page(*records(11)), at=EVENING) == Outcome(new=1, unchanged=10)
    assert [row["seq"] for row in rows(engine, PAPERS)] == list(range(1, 12))


def test_both_databases_hold_the_same_rows_after_the_same_readings(
    both_engines: tuple[Engine, Engine],
) -> None:
    for engine in both_engines:
        read(engine, page(*records(9)))
        read(engine, page(*reversed(records(9))), daily(NEXT_DAY), EVENING)
        read(engine, page(RECORD, record(rank=2), *records(3)), at=EVENING)
        edited = record(
            title="Lamps 🦙", published_at=None, links={"code": "https://code.example/x"}, votes=0
        )
        read(engine, page(edited), daily(DAY_BEFORE), TOMORROW)
    sqlite, postgresql = map(everything, both_engines)
    assert sqlite == postgresql
    assert all(sqlite[table.name] for table in (PAPERS, APPEARANCES, REVISIONS, OBSERVATIONS))


PAGES = st.lists(
    st.tuples(st.lists(RECORDS, max_size=4), st.sampled_from([DAY, NEXT_DAY])), min_size=1, max_size=4
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PAGES)
def test_after_any_pages_the_last_one_again_writes_nothing(
    engine: Engine, pages: Sequence[tuple[list[PaperRecord], Any]]
) -> None:
    with writing(engine) as connection, connection.begin_nested() as example:
        for number, (given, day) in enumerate(pages):
            at = MORNING + timedelta(hours=number)
            outcome = read_with(connection, page(*given), daily(day), at)
            counts = (outcome.new, outcome.revised, outcome.unchanged)
            assert sum(counts) == len({each.id for each in given})
        before = [rows_with(connection, table) for table in EVERYTHING if table is not READINGS]
        with writes(engine) as written:
            read_with(connection, page(*given), daily(day), TOMORROW)
        assert written == []
        assert [rows_with(connection, table) for table in EVERYTHING if table is not READINGS] == before
        example.rollback()
