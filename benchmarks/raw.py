"""The least that storing could cost: the very same rows, inserted by the bare driver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, Column, Engine, Table

from models.database import writing

Rows = list[tuple[Any, ...]]


def rows(engine: Engine, table: Table) -> Rows:
    """The rows of a table as the driver takes them: JSON is text, and so are SQLite's times."""
    columns = [
        f"{column.name}::text" if _is_json(engine, column) else column.name for column in table.columns
    ]
    with engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT {', '.join(columns)} FROM {table.name} ORDER BY 1, 2")
        return [tuple(row) for row in found]


def _is_json(engine: Engine, column: Column[Any]) -> bool:
    return engine.dialect.name == "postgresql" and isinstance(column.type, JSON)


def insert(engine: Engine, rows_of: Mapping[Table, Rows]) -> None:
    """Inserts rows into their tables, in one transaction."""
    mark = "%s" if engine.dialect.name == "postgresql" else "?"
    with writing(engine) as connection:
        for table, values in rows_of.items():
            names = ", ".join(column.name for column in table.columns)
            marks = ", ".join([mark] * len(table.columns))
            into = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"
            connection.connection.cursor().executemany(into, values)
