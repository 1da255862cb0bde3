"""Rebuilds papers, history and ledger from the snapshots alone, through the very steps of the first time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import Connection, Engine, delete, func, insert, select

from flows.sources.archive import Archive
from flows.sources.base import Fetch
from flows.sources.reading import read
from flows.steps.ingesting import settle
from flows.steps.resources import Resources
from models.database import connect, reading, upgrade, writing
from models.errors import DatabaseError, FetchError, UsageError
from models.records import Answer
from models.snapshots import KeptReading, Snapshot, kept_readings
from models.tables import DERIVED, INSTALLATION, PAPERS, READINGS, SNAPSHOTS

Progress = Callable[[int, int], None]
"""Called with the number of readings done and their number in all."""


@dataclass(frozen=True, slots=True)
class Replay:
    """How much was replayed: readings, and the papers that they gave."""

    readings: int
    papers: int


def replay(
    resources: Resources,
    from_date: date | None = None,
    to_date: date | None = None,
    into: str | None = None,
    progress: Progress | None = None,
) -> Replay:
    """Rebuilds the database from its snapshots, or builds it in another, empty one; no network.

    In place, all that derives from the snapshots is emptied and built anew in one transaction: a replay
    that fails, or gives fewer papers than there were, leaves the database as it was. A range of dates (both included) needs `into`.
    """
    if into is None and (from_date or to_date):
        raise UsageError("a part of the snapshots can only be replayed --into another database")
    with reading(resources.engine) as connection:
        readings = list(kept_readings(connection, from_date, to_date))
    if into is None:
        return _replay_in_place(resources, readings, progress)
    return _replay_into(connect(into), resources, readings, progress)


def _replay_in_place(resources: Resources, readings: list[KeptReading], progress: Progress | None) -> Replay:
    with writing(resources.engine) as connection:
        before = _papers(connection)
        for table in DERIVED:
            connection.execute(delete(table))
        _rebuild(connection, resources, readings, progress)
        papers = _papers(connection)
        if papers < before:
            raise DatabaseError(
                f"the snapshots give {papers} papers, the database holds {before}: left as it was; "
                "`replay --into` shows what they give"
            )
        return Replay(len(readings), papers)


def _replay_into(
    target: Engine, resources: Resources, readings: list[KeptReading], progress: Progress | None
) -> Replay:
    try:
        upgrade(target, resources.now())
        with reading(resources.engine) as origin, writing(target) as connection:
            if connection.execute(select(READINGS.c.id).limit(1)).first():
                raise DatabaseError(f"{target.url} is not empty: replay builds a new database")
            _copy(origin, connection, {kept.id for kept in readings})
            _rebuild(connection, resources, readings, progress)
            return Replay(len(readings), _papers(connection))
    finally:
        target.dispose()


def _copy(origin: Connection, target: Connection, ids: set[int]) -> None:
    """The identity of the installation, and the readings and snapshots that are replayed."""
    target.execute(delete(INSTALLATION))
    target.execute(
        insert(INSTALLATION), [dict(row) for row in origin.execute(select(INSTALLATION)).mappings()]
    )
    for table, key in ((READINGS, READINGS.c.id), (SNAPSHOTS, SNAPSHOTS.c.reading_id)):
        rows = [dict(row) for row in origin.execute(select(table)).mappings() if row[key] in ids]
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
        found = read(source, kept.listing, _from(kept, resources.archive), kept.read_at)
        settle(connection, source, found, kept.id)
        if progress:
            progress(done, len(readings))


def _from(kept: KeptReading, archive: Archive) -> Fetch:
    """A fetch that gives the answers of a reading once more, and knows no others."""
    remaining: dict[str, list[Snapshot]] = defaultdict(list)
    for snapshot in kept.snapshots:
        remaining[_page(snapshot.url)].append(snapshot)

    def fetch(url: str) -> Answer:
        answers = remaining[_page(url)]
        if not answers:
            raise FetchError(Answer(url, kept.read_at, error="not among the snapshots of this reading"))
        snapshot = answers.pop(0)
        body = archive.load(snapshot.content_hash) if snapshot.content_hash else b""
        answer = Answer(url, snapshot.at, snapshot.status, snapshot.headers, body, snapshot.error)
        if answer.error:
            raise FetchError(answer)
        return answer

    return fetch


def _page(url: str) -> str:
    """An address without its host: what a mirror gave is a snapshot of the same page."""
    return urlunsplit(urlsplit(url)._replace(scheme="", netloc=""))


def _papers(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(PAPERS)).scalar_one()
