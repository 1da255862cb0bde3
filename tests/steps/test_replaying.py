"""Replay: the same database from the snapshots alone, or the old one untouched."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, delete, update

from flows.settings import load_settings
from flows.sources.base import Source, Way
from flows.steps import replaying
from flows.steps.ingesting import of_day
from flows.steps.replaying import Replay, replay
from flows.steps.resources import Get, Resources
from models.database import writing
from models.errors import ArchiveError, DatabaseError, PaperRoundError, UsageError
from models.records import Answer, Listing, ParsedPage
from models.tables import APPEARANCES, LEDGER, OBSERVATIONS, PAPERS, READINGS, REVISIONS, SNAPSHOTS
from tests.databases import opened
from tests.steps.house import (
    ALL,
    CHALLENGE,
    FRI,
    MON,
    PAGE,
    SAT,
    SUN,
    THU,
    TUE,
    WED,
    Fault,
    House,
    Rows,
    Site,
    at,
    refused,
    rows,
    silent,
    with_database,
)

NEXT_MON = SUN + timedelta(days=1)
YEARS_LATER = at(date(2031, 6, 1))

Parse = Callable[[Listing, Answer], ParsedPage]

HISTORY: tuple[tuple[datetime, str, Fault | None], ...] = (
    (at(MON, "08:15"), "", None),
    (at(MON, "20:15"), PAGE, CHALLENGE),
    (at(TUE, "08:15"), ALL, silent),
    (at(TUE, "20:15"), "", None),
    (at(TUE, "20:15"), "", None),
    (at(WED, "08:15"), PAGE, refused(500)),
    (at(WED, "20:15"), "", None),
    (at(THU, "08:15"), "", None),
    (at(THU, "20:15"), "", None),
    (at(FRI, "02:30"), "", None),
    (at(FRI, "20:15"), ALL, refused(429)),
    (at(SAT, "08:15"), "", None),
    (at(SUN, "08:15"), PAGE, CHALLENGE),
    (at(NEXT_MON, "12:30"), "", None),
    (at(NEXT_MON, "13:00"), str(NEXT_MON), CHALLENGE),
)
"""Moments of reading, and what was wrong with which addresses: all that a replay has to bring back."""


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> House:
    """The house after the history; never changed, but copied."""
    home = with_database(tmp_path_factory.mktemp("history") / "var", sqlite_template)
    settings = load_settings(
        _env_file=None, home=home, sources="huggingface", huggingface_url="https://papers.example"
    )
    house = House(settings, Site(at(MON)))
    for moment, part, fault in HISTORY:
        house.site.faults = {part: fault} if fault else {}
        house.ingest(moment)
    return house


@pytest.fixture
def lived(history: House, tmp_path: Path) -> House:
    """A house of one's own after the history."""
    home = tmp_path / "var"
    shutil.copytree(history.settings.home, home)
    return House(history.settings.model_copy(update={"home": home}), Site(YEARS_LATER))


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a replay needs no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def unvisited(_: Source) -> AbstractContextManager[Get]:
    raise AssertionError("a replay visits no site")


def replayed(
    house: House,
    into: str | None = None,
    days: tuple[date | None, date | None] = (None, None),
    **changes: object,
) -> Replay:
    """A replay, years later and without a site; `changes` are those of the resources."""
    with house.opened(YEARS_LATER) as resources:
        cut_off: Resources = replace(resources, visit=unvisited, **changes)  # type: ignore[arg-type]  # own fields
        return replay(cut_off, *days, into)


def rows_of(url: str) -> Rows:
    with opened(url) as engine:
        return rows(engine)


def sources(house: House, parse: Parse) -> dict[str, Source]:
    """The sources of a house, their parsers replaced."""
    with house.opened(YEARS_LATER) as resources:
        source = resources.sources["huggingface"]

    def ways(listing: Listing, now: datetime) -> tuple[Way, ...]:
        return tuple(replace(way, parse=parse) for way in source.ways(listing, now))

    return {"huggingface": replace(source, ways=ways)}


def find_nothing(_: Listing, __: Answer) -> ParsedPage:
    return ParsedPage((), declared=0)


def know_nothing(_: Listing, __: Answer) -> ParsedPage:
    raise KeyError("dailyPapers")


@pytest.mark.parametrize(
    ("days", "into", "words"),
    [
        ((MON, None), None, "can only be replayed --into another database"),
        ((None, TUE), None, "can only be replayed --into another database"),
        ((TUE, MON), "sqlite:///x.db", "2026-11-10 is after 2026-11-09"),
        ((None, None), "papers.db", "--into must begin with sqlite:/// or postgresql"),
        ((None, None), "mysql://db.example/papers", "--into must begin with sqlite:/// or postgresql"),
    ],
)
def test_what_makes_no_sense_is_refused(
    lived: House, days: tuple[date | None, date | None], into: str | None, words: str
) -> None:
    before = lived.rows()
    with pytest.raises(UsageError, match=words):
        replayed(lived, into, days)
    assert lived.rows() == before


def test_a_target_that_is_not_empty_is_refused_and_left_as_it_is(lived: House, database_url: str) -> None:
    replayed(lived, database_url)
    before = rows_of(database_url)
    with pytest.raises(DatabaseError, match="is not empty: replay builds a new database"):
        replayed(lived, database_url)
    assert rows_of(database_url) == before


def test_its_own_database_is_no_target(lived: House) -> None:
    before = lived.rows()
    with pytest.raises(DatabaseError, match="is not empty"):
        replayed(lived, lived.settings.database)
    assert lived.rows() == before


@pytest.mark.parametrize("parse", [find_nothing, know_nothing])
def test_a_replay_that_would_lose_papers_changes_nothing(lived: House, parse: Parse) -> None:
    before = lived.rows()
    with pytest.raises(DatabaseError, match=r"give 0 papers, the database holds 45: left as it was"):
        replayed(lived, sources=sources(lived, parse))
    assert lived.rows() == before


def test_a_snapshot_that_is_missing_leaves_the_database_as_it_was(lived: House) -> None:
    lived.archived()[0].unlink()
    before = lived.rows()
    with pytest.raises(ArchiveError, match="is missing"):
        replayed(lived)
    assert lived.rows() == before


def test_a_replay_into_another_database_that_fails_leaves_that_one_empty(
    lived: House, database_url: str
) -> None:
    lived.archived()[0].unlink()
    with pytest.raises(ArchiveError, match="is missing"):
        replayed(lived, database_url)
    assert [name for name, found in rows_of(database_url).items() if found] == ["installation"]


def test_snapshots_of_a_source_that_is_not_set_are_refused(lived: House) -> None:
    before = lived.rows()
    with pytest.raises(PaperRoundError, match="hold huggingface, which PAPERROUND_SOURCES does not name"):
        replayed(lived, sources={})
    assert lived.rows() == before


def test_the_history_holds_what_a_replay_has_to_bring_back(lived: House) -> None:
    found = lived.rows()
    assert {row["status"] for row in found["snapshots"]} == {200, 304, 429, 500, None}
    assert {row["via"] for row in found["ledger"]} == {"page", "api", ""}
    assert {row["verdict"] for row in found["ledger"]} == {"fresh", "quiet", "failed"}
    assert {row["field"] for row in found["revisions"]} >= {"title", "abstract", "withdrawn", "summary"}
    assert sum(row["removed_at"] is not None for row in found["appearances"]) == 2
    assert len(found["observations"]) > len(found["papers"]) == 45


def test_in_place_every_row_is_what_it_was(lived: House) -> None:
    before = lived.rows()
    assert replayed(lived) == Replay(len(before["readings"]), 45)
    assert lived.rows() == before


def test_in_place_what_was_lost_or_changed_by_hand_comes_back(lived: House) -> None:
    before = lived.rows()
    with opened(lived.settings.database) as engine, writing(engine) as connection:
        for table in (LEDGER, REVISIONS, OBSERVATIONS, APPEARANCES):
            connection.execute(delete(table))
        connection.execute(update(PAPERS).values(title="Lost", seq=PAPERS.c.seq + 1000))
    replayed(lived)
    assert lived.rows() == before


def test_an_empty_database_gets_every_row_of_the_original(lived: House, database_url: str) -> None:
    replayed(lived, database_url)
    assert rows_of(database_url) == lived.rows()


def test_a_database_that_is_not_there_yet_is_made(lived: House, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'papers.db'}"
    replayed(lived, url)
    assert rows_of(url) == lived.rows()


def test_every_database_is_rebuilt_in_place(lived: House, database_url: str) -> None:
    replayed(lived, database_url)
    moved = lived.settings.model_copy(update={"database_url": SecretStr(database_url)})
    replayed(House(moved, lived.site))
    assert rows_of(database_url) == lived.rows()


@pytest.mark.parametrize("url", ["http://mirror.example", "https://mirror.example/hf"])
def test_another_address_of_the_site_gives_the_same_rows(lived: House, url: str) -> None:
    before = lived.rows()
    moved = lived.settings.model_copy(update={"huggingface_url": url})
    replayed(House(moved, lived.site))
    assert lived.rows() == before


def test_a_range_of_days_gives_their_readings_and_papers(lived: House, database_url: str) -> None:
    done = replayed(lived, database_url, (TUE, WED))
    found, whole = rows_of(database_url), lived.rows()
    assert {row["date"] for row in found["readings"]} == {TUE, WED}
    assert found["readings"] == [row for row in whole["readings"] if row["date"] in (TUE, WED)]
    assert {row["date"] for row in found["ledger"]} == {TUE, WED}
    assert done.papers == len(found["papers"]) == len({row["paper_id"] for row in found["appearances"]})


def test_nothing_gives_nothing(house: House, database_url: str) -> None:
    assert replayed(house) == Replay(0, 0)
    assert replayed(house, database_url) == Replay(0, 0)
    assert rows_of(database_url) == house.rows()


def test_progress_is_told_after_each_reading(lived: House) -> None:
    told: list[tuple[int, int]] = []
    with lived.opened(YEARS_LATER) as resources:
        done = replay(resources, progress=lambda *numbers: told.append(numbers))
    assert told == [(number, done.readings) for number in range(1, done.readings + 1)]


def test_a_round_goes_on_after_a_replay_as_if_there_had_been_none(lived: House) -> None:
    replayed(lived)
    before = lived.rows(PAPERS, REVISIONS, OBSERVATIONS, APPEARANCES)
    lived.ingest(at(NEXT_MON, "14:00"), of_day(FRI))
    assert lived.rows(PAPERS, REVISIONS, APPEARANCES)["papers"] == before["papers"]
    assert lived.rows(SNAPSHOTS)["snapshots"][-1]["status"] == 304
    assert lived.rows(READINGS)["readings"][-1]["date"] == FRI


def test_what_is_read_while_a_replay_waits_for_its_turn_is_replayed_too(
    lived: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def after_a_round(engine: Engine) -> AbstractContextManager[Connection]:
        lived.ingest(at(NEXT_MON, "14:00"), of_day(WED))
        return writing(engine)

    monkeypatch.setattr(replaying, "writing", after_a_round)
    replayed(lived)
    rows = lived.rows(LEDGER)["ledger"]
    assert [row["read_at"] for row in rows if row["date"] == WED] == [at(NEXT_MON, "14:00")]
