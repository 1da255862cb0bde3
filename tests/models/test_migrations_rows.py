"""A database of an earlier version, on both kinds: its rows are all there after the migrations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, column, insert, table, text
from sqlalchemy.exc import IntegrityError

from models.database import MIGRATIONS, migrating, reading, upgrade, version, writing
from models.records import Listing, Outcome, PaperRecord
from models.tables import METADATA, OBSERVATIONS, PAPERS, REVISIONS
from tests.databases import MADE, opened
from tests.models.invented import EVENING, page, records
from tests.models.stored import read, rows

TOLD = datetime(2025, 10, 1, 8, 15, tzinfo=UTC)
DAILY = Listing("huggingface", "daily", TOLD.date())
LISTED: Mapping[str, Any] = {
    "id": "2510.00001", "seq": 1, "content_hash": "0f",
    "title": "Lanterns", "abstract": "We light them.", "authors": ["Ada Alpha", "Bo Beta"],
    "categories": [], "version": None, "withdrawn": False, "links": {"code": "https://code.example/x"},
    "summary": "Said by a machine.", "keywords": ["lanterns"], "organization": "Lantern Works",
    "submitter": "lamplighter", "published_at": TOLD, "first_listed": TOLD.date(), "announced_at": TOLD,
    "updated_at": TOLD, "votes": 3, "comments": 1, "stars": None,
}  # fmt: skip
UNLISTED = {
    **LISTED,
    "id": "2510.00002",
    "seq": 2,
    "first_listed": None,
    "announced_at": None,
    "updated_at": None,
}
TEX = {
    "title": r"Schr\"odinger's Lantern",
    "abstract": r"It gains 10\%.",
    "authors": [r"Kurt G\"odel", "Bo Beta"],
}
IN_TEX = {**LISTED, **TEX, "id": "2510.00003", "seq": 3}

PLACE = {"source": "huggingface", "section": "daily", "date": TOLD.date(), "nth": 0, "first_seen_at": TOLD}
OTHERS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "installation": [{"id": 1, "uuid": "9d0c", "created_at": MADE}],
    "readings": [{"id": 1, "source": "huggingface", "section": "daily", "date": TOLD.date(), "read_at": TOLD}],
    "snapshots": [
        {"reading_id": 1, "ordinal": 0, "url": "https://papers.example/", "at": TOLD, "status": 200,
         "headers": {"etag": "x"}, "content_hash": "ab", "error": ""},
    ],
    "appearances": [
        {**PLACE, "paper_id": "2510.00001", "rank": 1, "removed_at": None},
        {**PLACE, "paper_id": "2510.00003", "rank": 2, "removed_at": TOLD},
    ],
    "observations": [{"paper_id": "2510.00001", "at": TOLD, "votes": 3, "comments": 1, "stars": None}],
    "revisions": [
        {"seq": 1, "field": "title", "paper_id": "2510.00001", "old": "Lamps", "new": "Lanterns",
         "weight": "noticed", "source": "huggingface", "seen_at": TOLD, "reading_id": 1},
    ],
    "ledger": [
        {"source": "huggingface", "section": "daily", "date": TOLD.date(), "declared": 2, "parsed": 2,
         "new": 2, "revised": 0, "unchanged": 0, "removed": 0, "verdict": "fresh", "via": "page",
         "error": "", "read_at": TOLD, "good_at": TOLD},
    ],
}  # fmt: skip
"""The rows of every table but `papers`, which no migration since has touched."""


def migrate(engine: Engine, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    action = command.downgrade if (version(engine) or "") > to else command.upgrade
    with migrating(engine) as connection:
        config.attributes["connection"] = connection
        action(config, to)


@pytest.fixture
def of_0001(empty_url: str) -> Iterator[Engine]:
    """A database of version 0001 with rows; the test runs once on each kind."""
    papers = table("papers", *(column(name, PAPERS.c[name].type) for name in LISTED if name in PAPERS.c))
    papers.append_column(column("content_hash"))
    with opened(empty_url) as engine:
        migrate(engine, "0001")
        with writing(engine) as connection:
            connection.execute(insert(papers), [LISTED, UNLISTED, IN_TEX])
            for name, given in OTHERS.items():
                connection.execute(insert(METADATA.tables[name]), given)
        yield engine


def papers(engine: Engine) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in rows(engine, PAPERS)}


def as_they_stand(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, whatever columns those have."""
    with reading(engine) as connection:
        names = ("papers", *OTHERS)
        found = {name: connection.execute(text(f"SELECT * FROM {name}")).mappings() for name in names}
        return {name: [dict(row) for row in given] for name, given in found.items()}


def refuses_strays(engine: Engine) -> bool:
    """Whether a row that refers to a paper that is not there is refused."""
    stray = {**OTHERS["observations"][0], "paper_id": "2510.99999"}
    try:
        with writing(engine) as connection:
            connection.execute(insert(OBSERVATIONS), stray)
    except IntegrityError:
        return True
    return False


def test_a_migration_that_fails_leaves_all_as_it_was(
    of_0001: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> str:
        raise RuntimeError("the power is gone")

    before = as_they_stand(of_0001)
    monkeypatch.setattr("models.tex.displayed", fail)
    with pytest.raises(RuntimeError, match="the power is gone"):
        upgrade(of_0001, MADE)
    assert version(of_0001) == "0001"
    assert as_they_stand(of_0001) == before
    assert refuses_strays(of_0001)


def test_what_refers_to_papers_is_kept_and_guarded_again_after_it(of_0001: Engine) -> None:
    upgrade(of_0001, MADE)
    for name, given in OTHERS.items():
        found = rows(of_0001, METADATA.tables[name])
        assert [{key: row[key] for key in before} for row, before in zip(found, given, strict=True)] == given
    assert refuses_strays(of_0001)
    assert read(of_0001, page(*records(5)), at=EVENING).new == 2


def test_a_paper_keeps_all_that_was_known_of_it(of_0001: Engine) -> None:
    upgrade(of_0001, MADE)
    kept = papers(of_0001)
    assert list(kept) == ["2510.00001", "2510.00002", "2510.00003"]
    for given in (LISTED, UNLISTED, {**IN_TEX, **{name: kept["2510.00003"][name] for name in TEX}}):
        assert (
            kept[given["id"]].items()
            >= {key: value for key, value in given.items() if key in PAPERS.c}.items()
        )


def test_what_is_known_of_a_paper_was_said_by_the_only_source_of_then(of_0001: Engine) -> None:
    upgrade(of_0001, MADE)
    kept = papers(of_0001)
    assert [row["provenance"] for row in kept.values()] == [{"*": "huggingface"}] * 3
    assert [row["announced_by"] for row in kept.values()] == ["huggingface", None, "huggingface"]


def test_what_no_source_had_said_yet_is_empty(of_0001: Engine) -> None:
    upgrade(of_0001, MADE)
    for row in papers(of_0001).values():
        assert (row["comment"], row["journal_ref"], row["doi"], row["license"]) == ("", "", "", "")
        assert (row["heard"], row["versions"]) == ({}, [])


def test_tex_is_shown_as_text_and_the_original_kept_beside_it(of_0001: Engine) -> None:
    upgrade(of_0001, MADE)
    kept = papers(of_0001)
    row = kept["2510.00003"]
    assert (row["title"], row["abstract"]) == ("Schrödinger's Lantern", "It gains 10%.")
    assert row["authors"] == ["Kurt Gödel", "Bo Beta"]
    assert row["originals"] == TEX
    assert kept["2510.00001"]["originals"] == {}


def as_read_again(given: Mapping[str, Any]) -> PaperRecord:
    """What the site says of a paper today: the same as ever."""
    names = ("id", "title", "abstract", "published_at", "summary", "organization", "submitter", "links")
    said: dict[str, Any] = {name: given[name] for name in (*names, "votes", "comments")}
    said |= {name: tuple(given[name]) for name in ("authors", "keywords")}
    return PaperRecord(rank=given["seq"], listed_at=TOLD, **said)


def test_papers_that_are_read_again_after_it_look_as_they_did(of_0001: Engine) -> None:
    upgrade(of_0001, MADE)
    before, revisions = papers(of_0001), rows(of_0001, REVISIONS)
    again = page(*map(as_read_again, (LISTED, IN_TEX)))
    assert read(of_0001, again, DAILY, EVENING) == Outcome(unchanged=2)
    assert papers(of_0001) == before
    assert rows(of_0001, REVISIONS) == revisions


def test_the_way_back_keeps_the_papers_and_what_refers_to_them(of_0001: Engine) -> None:
    upgrade(of_0001, MADE)
    migrate(of_0001, "0001")
    there = as_they_stand(of_0001)
    assert {name: len(found) for name, found in there.items()} == {
        "papers": 3,
        **{name: len(given) for name, given in OTHERS.items()},
    }
    assert refuses_strays(of_0001)
