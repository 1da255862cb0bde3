"""The only writer of papers: takes what a reading gave, writes what that changes, says what it was.

Deciding is pure (batch.py, changes.py). Of papers whose record is the same as last time, only the hash
and the counters are read; only what changed is written, in bulk. The same page twice writes nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, Table, bindparam, delete, func, insert, select, update

from models.announcing import may_announce
from models.batch import NEWS_FOR, Batch, Row, Seen
from models.changes import Counters, content_hash
from models.database import among
from models.placing import place
from models.records import Listing, Outcome, PaperRecord, ParsedPage
from models.tables import OBSERVATIONS, PAPERS, REVISIONS

_BATCH = 10_000
"""Papers decided at a time: bounds the memory of a listing of any length."""


class _Glance(NamedTuple):
    """What is read of every paper that a page names: enough to see that nothing has changed."""

    heard: Mapping[str, str]
    first_listed: date | None
    announced_by: str | None
    counters: Counters


def store(
    connection: Connection, listing: Listing, page: ParsedPage, reading_id: int, seen_at: datetime
) -> Outcome:
    """Writes what a listing's page changes and says what it was; `seen_at` is aware UTC.

    `listing` bears the date that the page states. The caller's transaction makes it all or nothing.
    """
    seen = Seen(listing, reading_id, seen_at, page.complete)
    records = _each_once(page.records)
    new = revised = 0
    for start in range(0, len(records), _BATCH):
        of_batch = _store_batch(connection, records[start : start + _BATCH], seen)
        new, revised = new + of_batch[0], revised + of_batch[1]
    removed, vanished = place(connection, listing, page, seen_at) if page.lists else (0, 0)
    return Outcome(new, revised, len(records) - new - revised, removed, vanished)


def enrich(
    connection: Connection, listing: Listing, page: ParsedPage, reading_id: int, seen_at: datetime
) -> int:
    """Writes what records say of papers that are known already; gives how many of those there are.

    For answers that name papers without listing them: nothing is announced, placed or added.
    """
    seen = Seen(listing, reading_id, seen_at, whole_day=False, voice="/details")
    records = [replace(record, listed_at=None) for record in _each_once(page.records)]
    known = _known(connection, [record.id for record in records])
    found = [record for record in records if record.id in known]
    for start in range(0, len(found), _BATCH):
        _store_batch(connection, found[start : start + _BATCH], seen)
    return len(found)


def store_found(
    connection: Connection, listing: Listing, page: ParsedPage, reading_id: int, seen_at: datetime
) -> int:
    """Writes what a site's search has found, each paper once, and where it stands there; gives how many those are.

    Papers that were not known are added, and no paper is announced. What is told of a paper is as old as its
    announcement: of one of more than a month ago, or of none, it moves nothing in a feed.
    """
    seen = Seen(listing, reading_id, seen_at, whole_day=False, voice="/search")
    history = replace(seen, listing=replace(listing, date=date.min))
    records = [replace(record, listed_at=None) for record in _each_once(page.records)]
    known = _known(connection, [record.id for record in records])
    recent = {paper_id for paper_id, glance in known.items() if _is_recent(glance, seen_at)}
    _store_batch(connection, [record for record in records if record.id in recent], seen)
    _store_batch(connection, [record for record in records if record.id not in recent], history)
    place(connection, listing, replace(page, records=tuple(records), complete=False), seen_at)
    return len(records)


def _is_recent(glance: _Glance, at: datetime) -> bool:
    return glance.first_listed is not None and at.date() - glance.first_listed <= NEWS_FOR


def _each_once(records: Sequence[PaperRecord]) -> list[PaperRecord]:
    """The records in order, of a paper that is named twice the first."""
    by_id: dict[str, PaperRecord] = {}
    for record in records:
        by_id.setdefault(record.id, record)
    return list(by_id.values())


def _store_batch(connection: Connection, records: Sequence[PaperRecord], seen: Seen) -> tuple[int, int]:
    """How many of the papers were new, and how many revised."""
    known = _known(connection, [record.id for record in records])
    hashes = {record.id: content_hash(record) for record in records}
    doubtful = [
        paper_id for paper_id, glance in known.items() if _is_doubtful(glance, hashes[paper_id], seen)
    ]
    stored = _whole(connection, doubtful)
    batch = Batch(seen, _last_seq(connection))
    revised = 0
    for record in records:
        glance = known.get(record.id)
        if glance is None:
            batch.add(record, hashes[record.id])
            continue
        if record.id in stored:
            revised += batch.revise(stored[record.id], record, hashes[record.id])
        batch.count(record, glance.counters)
    _write(connection, batch)
    return len(batch.new), revised


def _known(connection: Connection, ids: Sequence[str]) -> dict[str, _Glance]:
    names = ("id", "heard", "first_listed", "announced_by", *Counters._fields)
    query = select(*(PAPERS.c[name] for name in names)).where(among(connection, PAPERS.c.id, ids))
    return {
        row[0]: _Glance(row[1], row[2], row[3], Counters(*row[4:])) for row in connection.execute(query).all()
    }


def _is_doubtful(glance: _Glance, digest: str, seen: Seen) -> bool:
    if glance.heard.get(seen.heard_as) != digest:
        return True
    return may_announce(glance.first_listed, glance.announced_by, seen.listing, seen.whole_day)


def _whole(connection: Connection, ids: Sequence[str]) -> dict[str, RowMapping]:
    if not ids:
        return {}
    found = connection.execute(select(PAPERS).where(among(connection, PAPERS.c.id, ids)))
    return {row["id"]: row for row in found.mappings()}


def _last_seq(connection: Connection) -> int:
    return connection.execute(select(func.max(PAPERS.c.seq))).scalar() or 0


def _write(connection: Connection, batch: Batch) -> None:
    _insert(connection, PAPERS, batch.new)
    _update(connection, batch.changed)
    _update(connection, batch.counted)
    _insert(connection, REVISIONS, batch.revisions)
    _forget(connection, batch.counted, batch.seen.at)
    _insert(connection, OBSERVATIONS, batch.observations)


def _insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _update(connection: Connection, rows: Sequence[Row]) -> None:
    if rows:
        this = PAPERS.c.id == bindparam("paper_id")
        values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "paper_id"}
        connection.execute(update(PAPERS).where(this).values(values), rows)


def _forget(connection: Connection, counted: Sequence[Row], at: datetime) -> None:
    """A paper on two listings of one moment has one observation of it: the later read holds."""
    if counted:
        ids = [row["paper_id"] for row in counted]
        again = among(connection, OBSERVATIONS.c.paper_id, ids) & (OBSERVATIONS.c.at == at)
        connection.execute(delete(OBSERVATIONS).where(again))
