"""What a database holds, in numbers: to see that a copy of it is whole, and that another has room for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, String, column, func, inspect, select, table, text

import models.mail.tables  # noqa: F401  # its tables belong to METADATA
from models.tables import INSTALLATION, METADATA, PAPERS, is_declared

VERSION_TABLE = "alembic_version"
"""Where Alembic notes the version of a database."""
_VERSION = table(VERSION_TABLE, column("version_num", String())).c.version_num
_HOME = text(
    "SELECT coalesce((SELECT nspname FROM pg_catalog.pg_class AS c "
    "JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(:name)), "
    "current_schema(), '')"
)


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

    def differing(self, other: Contents) -> list[str]:
        """The names of the tables that the two do not hold alike."""
        every = {*self.rows, *other.rows}
        names = {name for name in every if self.rows.get(name) != other.rows.get(name)}
        return sorted(names if self.version == other.version else {*names, VERSION_TABLE})


def home(connection: Connection) -> str:
    """The schema of PostgreSQL that our tables are in, or would be made in; "" where there is none, as on SQLite."""
    if connection.dialect.name != "postgresql":
        return ""
    name: str = connection.execute(_HOME, {"name": VERSION_TABLE}).scalar_one()
    return name


def contents(connection: Connection) -> Contents:
    """The contents of the database as the connection's transaction sees it, of whatever version it is.

    The search index is left out: it derives from the papers, and is of another kind in each database. Other schemas
    are someone else's.
    """
    there = _tables(connection)
    names = sorted(name for name in there if name != VERSION_TABLE and is_declared(name, "table", {}))
    rows = {
        name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in names
    }
    at = connection.execute(select(_VERSION)).scalar() if VERSION_TABLE in there else None
    return Contents(at, rows)


def _tables(connection: Connection) -> set[str]:
    """The tables of our schema, and those of ours that have come into another one of the search path."""
    inspector = inspect(connection)
    strayed = METADATA.tables.keys() & set(inspector.get_table_names())
    return strayed.union(inspector.get_table_names(schema=home(connection) or None))
