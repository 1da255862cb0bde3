"""A copy of all that a database holds into an empty one, of the other kind or the same.

It goes by what METADATA declares: a table that comes later is copied, too. The search index is of another kind in
each database, and built anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, RowMapping, Table, delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError

import models.mail.tables  # noqa: F401  # its tables belong to METADATA
from models.errors import DatabaseError
from models.fulltext.index import index_papers
from models.tables import INSTALLATION, METADATA

_BATCH = 1_000
_DIGEST_BYTES = 16


class CopiedTable(NamedTuple):
    """A table that was copied: how many rows it has, and a digest of them that their order does not change."""

    name: str
    rows: int
    digest: str


Advance = Callable[[int], None]
"""Called with the number of rows that were just copied, and of papers that were just indexed."""


def copy_all(source: Connection, target: Connection, advance: Advance) -> Sequence[CopiedTable]:
    """Copies all rows of all tables, and what numbers were given out; both databases are of this program's version.

    Each table is read back: DatabaseError where it is not row by row what the source has. The caller's transaction on
    the target makes it all or nothing, that on the source one moment; neither keeps more than a batch in memory.
    """
    target.execute(delete(INSTALLATION))
    copied = [_copy(source, target, table, advance) for table in METADATA.sorted_tables]
    for table in METADATA.sorted_tables:
        if table.autoincrement_column is not None:
            _go_on(target, table.autoincrement_column, _last_given(source, table.autoincrement_column))
    index_papers(target, advance)
    return copied


def _copy(source: Connection, target: Connection, table: Table, advance: Advance) -> CopiedTable:
    read, written = _Digest(), _Digest()
    try:
        for rows in _batches(source, table):
            target.execute(insert(table), [dict(row) for row in rows])
            read.take(rows)
            advance(len(rows))
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        raise DatabaseError(f"a row of {table.name} cannot be copied: {reason}") from error
    for rows in _batches(target, table):
        written.take(rows)
    if read != written:
        raise DatabaseError(f"{table.name} is not the same after it was copied: the copy was given up")
    return CopiedTable(table.name, read.rows, str(read))


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[RowMapping]]:
    found = connection.execute(select(table), execution_options={"yield_per": _BATCH})
    yield from found.mappings().partitions()


@dataclass(slots=True)
class _Digest:
    """How many rows were taken, and the sum of their digests: two databases do not sort words in the same way."""

    rows: int = 0
    total: int = 0

    def take(self, rows: Sequence[RowMapping]) -> None:
        self.rows += len(rows)
        self.total += sum(map(_number, rows))

    def __str__(self) -> str:
        return f"{self.total % 256**_DIGEST_BYTES:0{2 * _DIGEST_BYTES}x}"


def _number(row: RowMapping) -> int:
    said = json.dumps(list(row.values()), default=_said).encode()
    return int.from_bytes(blake2b(said, digest_size=_DIGEST_BYTES).digest())


def _said(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _last_given(connection: Connection, column: Column[Any]) -> int:
    """The last number that a database has given out: never given again, even where its row is gone."""
    highest = connection.execute(select(func.max(column))).scalar() or 0
    if connection.dialect.name == "postgresql":
        last = connection.execute(_SEQUENCE_STANDS_AT, _named(column)).scalar()
    elif _is_counted(column):
        last = connection.execute(_COUNTER_STANDS_AT, {"table": column.table.name}).scalar()
    else:
        last = None
    return max(last or 0, highest)


def _go_on(connection: Connection, column: Column[Any], last: int) -> None:
    """Lets a database give out the numbers behind a last one."""
    if not last:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_SET_SEQUENCE, {**_named(column), "last": last})
    elif _is_counted(column):
        connection.execute(_FORGET_COUNTER, {"table": column.table.name})
        connection.execute(_SET_COUNTER, {"table": column.table.name, "last": last})


def _named(column: Column[Any]) -> dict[str, str]:
    return {"table": column.table.name, "column": column.name}


def _is_counted(column: Column[Any]) -> bool:
    """Whether SQLite counts the numbers that it has given out; else it goes by the highest that is there."""
    return bool(column.table.dialect_options["sqlite"]["autoincrement"])


_SEQUENCE_STANDS_AT = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:table, :column)::regclass)")
_SET_SEQUENCE = text("SELECT setval(pg_get_serial_sequence(:table, :column)::regclass, :last)")
_COUNTER_STANDS_AT = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
_FORGET_COUNTER = text("DELETE FROM sqlite_sequence WHERE name = :table")
_SET_COUNTER = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)")
