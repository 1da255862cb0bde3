"""The databases of the tests: SQLite in a file, and a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from sqlalchemy import URL, Engine, create_engine, text

from models.database import connect, upgrade
from models.mail.tables import BOUNCES, DELIVERIES, FRAGMENTS, SUBSCRIBERS, TOLD
from models.tables import DERIVED, KEPT_UP, READINGS, RULES, RUNS, SEARCH_INDEX, SNAPSHOTS

KINDS = ("sqlite", "postgresql")
MADE = datetime(2025, 9, 1, tzinfo=UTC)
"""When the databases of the tests were made."""


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """The engine of a database, closed at the end."""
    engine = connect(url)
    try:
        yield engine
    finally:
        engine.dispose()


def upgraded(url: str) -> str:
    """The URL of a database that is now of the current version."""
    with opened(url) as engine:
        upgrade(engine, MADE)
    return url


def emptied(url: str) -> str:
    """The URL of a PostgreSQL database that now holds the installation and no other row."""
    with opened(url) as engine, engine.begin() as connection:
        sizes = " + ".join(f"pg_relation_size('{name}')" for name in _EMPTIED)
        size = connection.execute(text(f"SELECT {sizes}")).scalar_one()
        if size > _SMALL_BYTES:
            connection.execute(text(f"TRUNCATE {', '.join(_EMPTIED)}"))
        else:  # forty times as fast
            connection.execute(text("; ".join(f"DELETE FROM {name}" for name in _EMPTIED)))
        connection.execute(text("; ".join(f"ALTER SEQUENCE {name}_id_seq RESTART" for name in _NUMBERED)))
    return url


_MAIL = (BOUNCES, TOLD, DELIVERIES, FRAGMENTS, SUBSCRIBERS)
_TABLES = (*_MAIL, *KEPT_UP, *DERIVED, SNAPSHOTS, READINGS, RULES, RUNS)
_EMPTIED = (SEARCH_INDEX, *(table.name for table in _TABLES))
"""In the order in which they may be emptied."""
_NUMBERED = (SUBSCRIBERS.name, BOUNCES.name)
_SMALL_BYTES = 2**20


@dataclass
class Server:
    """A running PostgreSQL server."""

    url: URL
    names: Iterator[str] = field(default_factory=lambda: (f"test_{number}" for number in count()))

    def run(self, *statements: str) -> None:
        """Runs statements as its administrator."""
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()

    def new(self) -> str:
        """Makes an empty database and gives its URL."""
        name = next(self.names)
        self.run(f"CREATE DATABASE {name}")
        return self.url.set(database=name).render_as_string(hide_password=False)
