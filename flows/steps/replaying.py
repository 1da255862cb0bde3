"""Rebuilds papers, history and ledger from the snapshots alone, through the very steps of the first time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, func, insert, select

from feeds.site.words import count
from flows.setting_kinds import DATABASES
from flows.sources.archive import Archive
from flows.sources.base import Fetch, Source
from flows.sources.detailing import is_of_details, told_again
from flows.sources.reading import read
from flows.sources.searching import read_search
from flows.steps.ingesting import settle, settle_details
from flows.steps.progress import forget_progress
from flows.steps.recording import recorded
from flows.steps.resources import Resources
from flows.steps.searching import settle_search
from models.database import connect, reading, shown, upgrade, writing
from models.errors import DatabaseError, FetchError, UsageError
from models.fulltext.search import empty_index
from models.records import Answer
from models.run import RunKind
from models.searches import is_of_search
from models.snapshots import KeptReading, Snapshot, kept_readings
from models.tables import DERIVED, INSTALLATION, KEPT_UP, PAPERS, READINGS, RULES, SNAPSHOTS

Progress = Callable[[int, int], None]
"""Called with the number of readings done and their number in all."""


@dataclass(frozen=True, slots=True)
class Replay:
    """How much was replayed: readings, and the papers that they gave.

    `pruned` readings could not be: what they alone told is not there.
    """

    readings: int
    papers: int
    pruned: int = 0

    def in_words(self) -> str:
        """One line for people."""
        done = f"{count(self.readings, 'reading')} replayed: {count(self.papers, 'paper')}"
        if not self.pruned:
            return done
        return f"{done}; {count(self.pruned, 'older reading')} left out as pruned: what those alone told is missing"


def replay(
    resources: Resources,
    from_date: date | None = None,
    to_date: date | None = None,
    into: str | None = None,
    progress: Progress | None = None,
) -> Replay:
    """Rebuilds the database from its snapshots, or builds it in another, empty one; no network.

    In place, all that derives from the snapshots is emptied and built anew in one transaction: a replay
    that fails, or gives fewer papers than there were, leaves the database as it was. So does one where readings
    were pruned: their history would be lost. A range of dates (both included) needs `into`, where pruned readings
    are left out, and told of.
    """
    if into is None and (from_date or to_date):
        raise UsageError("a part of the snapshots can only be replayed --into another database")
    if into is not None and not into.startswith(DATABASES):
        raise UsageError(f"--into must begin with {' or '.join(DATABASES)}")
    if from_date and to_date and from_date > to_date:
        raise UsageError(f"{from_date} is after {to_date}")
    with recorded(resources.engine, RunKind.REPLAY, resources.now) as note:
        if into is None:
            done = _replay_in_place(resources, progress)
            forget_progress(resources.public)
        else:
            done = _replay_into(connect(into), resources, (from_date, to_date), progress)
        note.counts = {"readings": done.readings, "papers": done.papers}
    return done


def _replay_in_place(resources: Resources, progress: Progress | None) -> Replay:
    with writing(resources.engine) as connection:
        readings = list(kept_readings(connection))
        _require_all(readings)
        before = _papers(connection)
        for table in (*KEPT_UP, *DERIVED):
            connection.execute(delete(table))
        empty_index(connection)
        _rebuild(connection, resources, readings, progress)
        papers = _papers(connection)
        if papers < before:
            raise DatabaseError(
                f"the snapshots give {papers} papers, the database holds {before}: left as it was; "
                "`replay --into` shows what they give"
            )
        return Replay(len(readings), papers)


def _require_all(readings: Sequence[KeptReading]) -> None:
    pruned = [kept.read_at for kept in readings if kept.is_pruned]
    if pruned:
        raise DatabaseError(
            f"{count(len(pruned), 'reading')} up to {max(pruned):%Y-%m-%d} were pruned, and their history would be "
            "lost: left as it was; `replay --into` another database builds what the others give"
        )


def _replay_into(
    target: Engine,
    resources: Resources,
    dates: tuple[date | None, date | None],
    progress: Progress | None,
) -> Replay:
    try:
        upgrade(target, resources.now())
        with reading(resources.engine) as origin, writing(target) as connection:
            if connection.execute(select(READINGS.c.id).limit(1)).first():
                raise DatabaseError(f"{shown(target)} is not empty: replay builds a new database")
            found = list(kept_readings(origin, *dates))
            readings = [kept for kept in found if not kept.is_pruned]
            _copy(origin, connection, {kept.id for kept in readings})
            _rebuild(connection, resources, readings, progress)
            return Replay(len(readings), _papers(connection), len(found) - len(readings))
    finally:
        target.dispose()


def _copy(origin: Connection, target: Connection, ids: set[int]) -> None:
    """What snapshots do not give: whose it is, the history of the rules, the readings that are replayed."""
    for whole in (INSTALLATION, RULES):
        target.execute(delete(whole))
        _insert(target, whole, [dict(row) for row in origin.execute(select(whole)).mappings()])
    for table, key in ((READINGS, READINGS.c.id), (SNAPSHOTS, SNAPSHOTS.c.reading_id)):
        rows = [dict(row) for row in origin.execute(select(table)).mappings() if row[key] in ids]
        _insert(target, table, rows)


def _insert(target: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        target.execute(insert(table), rows)


def _rebuild(
    connection: Connection, resources: Resources, readings: list[KeptReading], progress: Progress | None
) -> None:
    for done, kept in enumerate(readings, start=1):
        source = resources.sources.get(kept.listing.source)
        if source is None:
            raise UsageError(
                f"the snapshots hold {kept.listing.source}, which PAPERROUND_SOURCES does not name"
            )
        _replay_reading(connection, resources, source, kept)
        if progress:
            progress(done, len(readings))


def _replay_reading(connection: Connection, resources: Resources, source: Source, kept: KeptReading) -> None:
    fetch = _from(kept, resources.archive, source.base_urls)
    if source.search and is_of_search(kept.listing):
        # The topics of today may ask for something else, or be gone.
        text = next((source.search.text(snapshot.url) for snapshot in kept.snapshots), "")
        sought = read_search(source, source.search, kept.listing, text, fetch, kept.read_at)
        settle_search(connection, sought, kept.id)
        return
    if source.details and is_of_details(kept.listing):
        answers = [_answer(snapshot, resources.archive) for snapshot in kept.snapshots]
        told = told_again(source.details, kept.listing, answers, kept.read_at)
        settle_details(connection, told, kept.id)
        return
    found = read(source, kept.listing, fetch, kept.read_at)
    settle(connection, source, found, kept.id)


def _from(kept: KeptReading, archive: Archive, base_urls: Sequence[str]) -> Fetch:
    """A fetch that gives the answers of a reading once more, wherever the site stood, and knows no others."""
    remaining = list(kept.snapshots)

    def fetch(url: str) -> Answer:
        page = next((url.removeprefix(base) for base in base_urls if url.startswith(base)), url)
        snapshot = next((each for each in remaining if each.url.endswith(page)), None)
        if snapshot is None:
            raise FetchError(Answer(url, kept.read_at, error="not among the snapshots of this reading"))
        remaining.remove(snapshot)
        answer = _answer(snapshot, archive)
        if answer.error:
            raise FetchError(answer)
        return answer

    return fetch


def _answer(snapshot: Snapshot, archive: Archive) -> Answer:
    body = archive.load(snapshot.content_hash) if snapshot.content_hash else b""
    return Answer(snapshot.url, snapshot.at, snapshot.status, snapshot.headers, body, snapshot.error)


def _papers(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(PAPERS)).scalar_one()
