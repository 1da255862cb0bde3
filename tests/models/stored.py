"""What the tests do with a database: read pages into it, and look at what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, event, select

from models.database import reading, writing
from models.records import Listing, Outcome, ParsedPage
from models.snapshots import keep
from models.store import store
from models.tables import DERIVED, PAPERS, READINGS, SNAPSHOTS
from tests.models.invented import MORNING, RECORD, daily

EVERYTHING = (READINGS, SNAPSHOTS, *DERIVED)
Rows = list[dict[str, Any]]


def read(engine: Engine, page: ParsedPage, listing: Listing | None = None, at: datetime = MORNING) -> Outcome:
    """Stores a page of a listing (the day's, unasked) as a reading of a moment."""
    with writing(engine) as connection:
        return read_with(connection, page, listing or daily(), at)


def read_with(connection: Connection, page: ParsedPage, listing: Listing, at: datetime) -> Outcome:
    """The same in a transaction that is open already."""
    return store(connection, listing, page, keep(connection, listing, at, ()), at)


def rows(engine: Engine, table: Table) -> Rows:
    """All rows of a table, by its key."""
    with reading(engine) as connection:
        return rows_with(connection, table)


def rows_with(connection: Connection, table: Table) -> Rows:
    found = connection.execute(select(table).order_by(*table.primary_key)).mappings()
    return [dict(row) for row in found]


def everything(engine: Engine) -> dict[str, Rows]:
    """All rows of all tables, but for what tells installations apart."""
    return {table.name: rows(engine, table) for table in EVERYTHING}


def paper(engine: Engine, paper_id: str = RECORD.id) -> dict[str, Any]:
    """The row of a paper."""
    (found,) = [row for row in rows(engine, PAPERS) if row["id"] == paper_id]
    return found


@contextmanager
def writes(engine: Engine) -> Iterator[list[str]]:
    """The statements so far that write, but for the note that there was a reading."""
    found: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        words = statement.split(maxsplit=3)
        if words[0] in ("INSERT", "UPDATE", "DELETE") and "readings" not in words[:3]:
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
