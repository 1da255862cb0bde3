"""What was answered, when: the readings and their snapshots in SQL. The bodies are in the archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, func, insert, select

from models.records import Answer, Listing
from models.tables import READINGS, SNAPSHOTS


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One kept answer: `content_hash` finds its body in the archive, None where there was no body."""

    url: str
    at: datetime
    status: int | None
    headers: Mapping[str, str]
    content_hash: str | None
    error: str


@dataclass(frozen=True, slots=True)
class KeptReading:
    """One attempt to read a listing, with its snapshots in the order in which they came.

    Where it `is_pruned`, the archive lacks bodies of theirs, and what it told cannot be told again.
    """

    id: int
    listing: Listing
    read_at: datetime
    snapshots: tuple[Snapshot, ...]
    is_pruned: bool = False


def keep(
    connection: Connection, listing: Listing, read_at: datetime, kept: Sequence[tuple[Answer, str | None]]
) -> int:
    """Writes a reading and its answers, each with the hash of its archived body; gives its number."""
    reading_id = (connection.execute(select(func.max(READINGS.c.id))).scalar() or 0) + 1
    row = {
        "id": reading_id,
        "source": listing.source,
        "section": listing.section,
        "date": listing.date,
        "read_at": read_at,
    }
    connection.execute(insert(READINGS).values(row))
    if kept:
        rows = [_row(reading_id, ordinal, answer, digest) for ordinal, (answer, digest) in enumerate(kept)]
        connection.execute(insert(SNAPSHOTS), rows)
    return reading_id


def _row(reading_id: int, ordinal: int, answer: Answer, content_hash: str | None) -> dict[str, object]:
    return {
        "reading_id": reading_id,
        "ordinal": ordinal,
        "url": answer.url,
        "at": answer.at,
        "status": answer.status,
        "headers": dict(answer.headers),
        "content_hash": content_hash,
        "error": answer.error,
    }


def latest(connection: Connection, url: str) -> Snapshot | None:
    """The newest whole answer (status 200, not cut, not pruned) of a URL: what a conditional request may name."""
    query = (
        select(SNAPSHOTS)
        .join(READINGS, READINGS.c.id == SNAPSHOTS.c.reading_id)
        .where((SNAPSHOTS.c.url == url) & (SNAPSHOTS.c.status == 200) & (SNAPSHOTS.c.error == ""))
        .where(READINGS.c.pruned_at.is_(None))
        .order_by(SNAPSHOTS.c.reading_id.desc(), SNAPSHOTS.c.ordinal.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().first()
    return _snapshot(row) if row else None


def newest_snapshots(connection: Connection, listing: Listing) -> tuple[Snapshot, ...]:
    """What the last reading of a listing got, in the order in which it came; nothing where it was never read."""
    columns = READINGS.c
    last = (
        select(func.max(columns.id))
        .where(columns.source == listing.source, columns.section == listing.section)
        .where(columns.date == listing.date)
    )
    answers = (
        select(SNAPSHOTS)
        .where(SNAPSHOTS.c.reading_id == last.scalar_subquery())
        .order_by(SNAPSHOTS.c.ordinal)
    )
    return tuple(_snapshot(row) for row in connection.execute(answers).mappings())


def newest_bodies(connection: Connection, most: int) -> list[str]:
    """The hashes of the newest bodies that should be in the archive, at most so many."""
    query = (
        select(SNAPSHOTS.c.content_hash)
        .join(READINGS, READINGS.c.id == SNAPSHOTS.c.reading_id)
        .where(SNAPSHOTS.c.content_hash.is_not(None), READINGS.c.pruned_at.is_(None))
        .order_by(SNAPSHOTS.c.reading_id.desc(), SNAPSHOTS.c.ordinal)
        .limit(most)
    )
    return list(connection.execute(query).scalars())


def whole_since(connection: Connection, source: str, suffix: str, first: date) -> set[Listing]:
    """The listings of a source since a day that were read with no answer in vain; by the end of their section."""
    in_vain = select(SNAPSHOTS.c.reading_id).where(SNAPSHOTS.c.error != "")
    columns = READINGS.c
    query = select(columns.source, columns.section, columns.date).where(
        columns.source == source,
        columns.date >= first,
        columns.section.endswith(suffix, autoescape=True),
        columns.id.not_in(in_vain),
    )
    return {Listing(*row) for row in connection.execute(query)}


def kept_readings(
    connection: Connection, from_date: date | None = None, to_date: date | None = None
) -> Iterator[KeptReading]:
    """All readings in the order in which they were made; of listings in a range of dates where asked."""
    query = select(READINGS).order_by(READINGS.c.id)
    if from_date is not None:
        query = query.where(READINGS.c.date >= from_date)
    if to_date is not None:
        query = query.where(READINGS.c.date <= to_date)
    for row in connection.execute(query).mappings().all():
        answers = select(SNAPSHOTS).where(SNAPSHOTS.c.reading_id == row["id"]).order_by(SNAPSHOTS.c.ordinal)
        snapshots = tuple(_snapshot(found) for found in connection.execute(answers).mappings())
        listing = Listing(row["source"], row["section"], row["date"])
        is_pruned = row["pruned_at"] is not None
        yield KeptReading(row["id"], listing, row["read_at"], snapshots, is_pruned)


def _snapshot(row: RowMapping) -> Snapshot:
    return Snapshot(row["url"], row["at"], row["status"], row["headers"], row["content_hash"], row["error"])
