"""What a database holds, in numbers: to see that a copy of it is whole, and that another has room for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, String, column, func, inspect, select, table

from models.tables import INSTALLATION, PAPERS, is_declared

VERSION_TABLE = "alembic_version"
"""Where Alembic notes the version of a database."""
_VERSION = table(VERSION_TABLE, column("version_num", String())).c.version_num


@dataclass(frozen=True, slots=True)
class Contents:
    """The version of a database (None without one), and how many rows each of its tables has."""

    version: str | None
    rows: Mapping[str, int]

    @property
    def papers(self) -> int:
        """How many papers there are."""
        return self.rows.get(PAPERS.name, 0)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was put into it since it was made."""
        return not any(number for name, number in self.rows.items() if name != INSTALLATION.name)


def contents(connection: Connection) -> Contents:
    """The contents of the database as the connection's transaction sees it, of whatever version it is.

    The search index is left out: it derives from the papers, and is of another kind in each database.
    """
    there = inspect(connection).get_table_names()
    names = sorted(name for name in there if name != VERSION_TABLE and is_declared(name, "table", {}))
    rows = {
        name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in names
    }
    at = connection.execute(select(_VERSION)).scalar() if VERSION_TABLE in there else None
    return Contents(at, rows)
