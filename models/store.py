"""The only writer of papers: takes what a reading gave, writes what that changes, says what it was.

Deciding is pure (changes.py). Of papers whose record is the same as last time, only the hash and the
counters are read; only what changed is written, in bulk. The same page twice writes nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, bindparam, delete, func, insert, select, update

from models.changes import Change, announcement, applied, as_json, changes, content_hash, counters
from models.database import among
from models.papers import Weight
from models.placing import place
from models.records import Listing, Outcome, PaperRecord, ParsedPage
from models.tables import OBSERVATIONS, PAPERS, REVISIONS

Row = dict[str, Any]
_GLANCE = ("id", "content_hash", "votes", "comments", "stars", "first_listed")
_CONTENT = tuple(column.name for column in PAPERS.columns if column.name != "id")
_BATCH = 10_000
"""Papers decided at a time: bounds the memory of a listing of any length."""


@dataclass(slots=True)
class _Writes:
    """The rows that a batch of records asks for."""

    seq: int
    papers: list[Row] = field(default_factory=list)
    contents: list[Row] = field(default_factory=list)
    counters: list[Row] = field(default_factory=list)
    observations: list[Row] = field(default_factory=list)
    revisions: list[Row] = field(default_factory=list)

    def next_seq(self) -> int:
        self.seq += 1
        return self.seq


@dataclass(frozen=True, slots=True)
class _Seen:
    """Where and when the records were seen."""

    listing: Listing
    reading_id: int
    at: datetime
    whole_day: bool


def store(
    connection: Connection, listing: Listing, page: ParsedPage, reading_id: int, seen_at: datetime
) -> Outcome:
    """Writes what a listing's page changes and says what it was; `seen_at` is aware UTC.

    `listing` bears the date that the page states. The caller's transaction makes it all or nothing.
    """
    seen = _Seen(listing, reading_id, seen_at, page.complete)
    outcome = Outcome()
    by_id = {record.id: record for record in reversed(page.records)}
    records = list(reversed(by_id.values()))
    for start in range(0, len(records), _BATCH):
        _store_batch(connection, records[start : start + _BATCH], seen, outcome)
    outcome.removed, outcome.vanished = place(connection, listing, page, seen_at)
    return outcome


def _store_batch(
    connection: Connection, records: Sequence[PaperRecord], seen: _Seen, outcome: Outcome
) -> None:
    ids = [record.id for record in records]
    columns = [PAPERS.c[name] for name in _GLANCE]
    found = connection.execute(select(*columns).where(among(connection, PAPERS.c.id, ids)))
    known = {row["id"]: row for row in found.mappings()}
    hashes = {record.id: content_hash(record) for record in records}
    unsure = [
        record.id
        for record in records
        if (row := known.get(record.id))
        and (row["content_hash"] != hashes[record.id] or _announces(row, seen))
    ]
    stored = _whole(connection, unsure)
    writes = _Writes(connection.execute(select(func.coalesce(func.max(PAPERS.c.seq), 0))).scalar_one())
    for record in records:
        row = known.get(record.id)
        if row is None:
            _add(writes, record, hashes[record.id], seen)
            outcome.new += 1
            continue
        revised = record.id in stored and _revise(writes, stored[record.id], record, hashes[record.id], seen)
        outcome.revised += revised
        outcome.unchanged += not revised
        _observe(writes, row, record, seen)
    _write(connection, writes)


def _announces(row: RowMapping, seen: _Seen) -> bool:
    """Whether this listing may be an earlier announcement than the one known."""
    return row["first_listed"] is None or (seen.whole_day and seen.listing.date < row["first_listed"])


def _whole(connection: Connection, ids: Sequence[str]) -> dict[str, RowMapping]:
    if not ids:
        return {}
    found = connection.execute(select(PAPERS).where(among(connection, PAPERS.c.id, ids)))
    return {row["id"]: row for row in found.mappings()}


def _add(writes: _Writes, record: PaperRecord, digest: str, seen: _Seen) -> None:
    announced = announcement(record, seen.listing, seen.whole_day)
    first_listed, announced_at = announced or (None, None)
    row: Row = {name: as_json(getattr(record, name)) for name in _CONTENT if hasattr(record, name)}
    row |= {
        "id": record.id,
        "seq": writes.next_seq(),
        "content_hash": digest,
        "links": dict(record.links),
        "withdrawn": bool(record.withdrawn),
        "first_listed": first_listed,
        "announced_at": announced_at,
        "updated_at": announced_at,
    }
    writes.papers.append(row)
    if any(row[name] is not None for name in ("votes", "comments", "stars")):
        writes.observations.append(_observation(row, seen))


def _revise(writes: _Writes, stored: RowMapping, record: PaperRecord, digest: str, seen: _Seen) -> bool:
    """Adds what the record changes of a stored paper; whether that is a revision."""
    found = changes(stored, record)
    row = applied(stored, found)
    _announce(row, announcement(record, seen.listing, seen.whole_day))
    if row == dict(stored):
        return False
    row |= {"seq": writes.next_seq(), "content_hash": digest, "paper_id": row.pop("id")}
    if any(change.weight is Weight.NOTICED for change in found):
        row["updated_at"] = seen.at
    writes.contents.append(row)
    writes.revisions.extend(_revision(row, change, seen) for change in found)
    return any(change.weight is not Weight.ENRICHMENT for change in found)


def _announce(row: Row, announced: tuple[Any, Any] | None) -> None:
    """Moves a paper's announcement to the given one, if that is earlier."""
    if announced is None or (row["announced_at"] is not None and row["announced_at"] <= announced[1]):
        return
    if row["updated_at"] is None or row["updated_at"] == row["announced_at"]:
        row["updated_at"] = announced[1]
    row["first_listed"], row["announced_at"] = announced


def _revision(row: Row, change: Change, seen: _Seen) -> Row:
    return {
        "seq": row["seq"],
        "field": change.field,
        "paper_id": row["paper_id"],
        "old": _plain(change.old),
        "new": _plain(change.new),
        "weight": change.weight.value,
        "source": seen.listing.source,
        "seen_at": seen.at,
        "reading_id": seen.reading_id,
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _observe(writes: _Writes, known: RowMapping, record: PaperRecord, seen: _Seen) -> None:
    found = counters(known, record)
    if found is not None:
        row = {"id": record.id, **found}
        writes.counters.append({**found, "paper_id": record.id})
        writes.observations.append(_observation(row, seen))


def _observation(row: Row, seen: _Seen) -> Row:
    return {"paper_id": row["id"], "at": seen.at} | {
        name: row[name] for name in ("votes", "comments", "stars")
    }


def _write(connection: Connection, writes: _Writes) -> None:
    _insert(connection, PAPERS, writes.papers)
    _update(connection, writes.contents)
    _update(connection, writes.counters)
    _insert(connection, REVISIONS, writes.revisions)
    _observe_anew(connection, writes)


def _observe_anew(connection: Connection, writes: _Writes) -> None:
    """A paper on two listings of one moment has one observation of it: the later read holds."""
    if writes.counters:
        ids = [row["paper_id"] for row in writes.counters]
        at = writes.observations[-1]["at"]
        again = among(connection, OBSERVATIONS.c.paper_id, ids) & (OBSERVATIONS.c.at == at)
        connection.execute(delete(OBSERVATIONS).where(again))
    _insert(connection, OBSERVATIONS, writes.observations)


def _insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _update(connection: Connection, rows: Sequence[Row]) -> None:
    if rows:
        names = [name for name in rows[0] if name != "paper_id"]
        statement = update(PAPERS).where(PAPERS.c.id == bindparam("paper_id"))
        connection.execute(statement.values({name: bindparam(name) for name in names}), rows)
