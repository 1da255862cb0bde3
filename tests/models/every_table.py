"""Rows in every table that METADATA declares, of values that differ: a table that comes later has some, too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, Engine, Integer, Table, insert, select
from sqlmodel import UTCDateTime

from models.database import writing
from models.tables import INSTALLATION, METADATA
from tests.models.stored import Rows, rows

NUMBER = 3
"""So many rows has each table."""
_BEGAN = datetime(2025, 10, 1, 8, 15, 0, 123456, tzinfo=UTC)


def fill(engine: Engine) -> None:
    """Puts rows into all tables but `installation`, which has its own."""
    with writing(engine) as connection:
        for table in METADATA.sorted_tables:
            if table is not INSTALLATION:
                fill_table(connection, table)


def all_rows(engine: Engine) -> dict[str, Rows]:
    """All rows of all tables."""
    return {table.name: rows(engine, table) for table in METADATA.sorted_tables}


def fill_table(connection: Connection, table: Table) -> None:
    """Puts rows into a table that refer to those that there are already."""
    counted = table.autoincrement_column
    for number in range(NUMBER):
        row = {each.name: _value(connection, each, number) for each in table.columns if each is not counted}
        connection.execute(insert(table).values(row))


def _value(connection: Connection, column: Column[Any], number: int) -> object:
    for key in column.foreign_keys:
        known = connection.execute(select(key.column).order_by(key.column)).scalars().all()
        return known[number % len(known)]
    if column.nullable and number == 0:
        return None
    of_kind = (make(number) for kind, make in _MADE if isinstance(column.type, kind))
    return next(of_kind, f"{column.name} é\n'{number}'\\ \t")


_MADE: tuple[tuple[type, Callable[[int], object]], ...] = (
    (JSON, lambda number: ["é", "\u200f", "\U0001f3ee"] * number),
    (Boolean, lambda number: number % 2 == 0),
    (Integer, lambda number: number + 1),
    (Date, lambda number: date(2025, 10, 1) + timedelta(days=number)),
    (UTCDateTime, lambda number: _BEGAN + timedelta(hours=number, microseconds=number)),
)
