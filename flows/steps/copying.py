"""Moves all that the database holds into another one: from SQLite to PostgreSQL as an installation grows, or back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from feeds.site.words import count
from flows.setting_kinds import DATABASES
from flows.settings import Settings
from models.contents import Contents, contents
from models.copying import CopiedTable, copy_all
from models.database import connect, reading, require_current, shown, upgrade, version, writing
from models.errors import DatabaseError, UsageError
from models.tables import METADATA

Progress = Callable[[int, int], None]
"""Called with how much is done and how much there is: rows to copy, and papers to index."""


class Copied(NamedTuple):
    """What was copied from where to where, as people may see it.

    `strangers` are tables that are not of this program: they stayed behind. `changed` are those that had another
    number of rows when the copy was done: someone went on writing, and the copy has nothing of it.
    """

    source: str
    target: str
    tables: Sequence[CopiedTable]
    strangers: Sequence[str]
    changed: Sequence[str]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(table.rows for table in self.tables)


def copy_database(settings: Settings, into: str, now: datetime, progress: Progress | None = None) -> Copied:
    """Copies everything into an empty database, as it stands at one moment; `now` is aware UTC.

    All of it or nothing: an error, or a kill, leaves the other database empty. Raises DatabaseError where that one
    is not empty, or where a table is not row by row the same on both sides.
    """
    if not into.startswith(DATABASES):
        raise UsageError(f"--into must begin with {' or '.join(DATABASES)}")
    with opened(settings.database) as source:
        require_current(source)
        with opened(into) as target:
            require_empty(target)
            upgrade(target, now)
            return _copied(source, target, progress)


def require_empty(target: Engine) -> None:
    """Raises DatabaseError for a database that anything was put into."""
    held = contents_of(target)
    if not held.is_empty:
        raise DatabaseError(
            f"{shown(target)} is not empty ({count(held.papers, 'paper')}): name a new one, or move the old one away"
        )


def contents_of(engine: Engine) -> Contents:
    """What a database holds; DatabaseError where it cannot be opened."""
    version(engine)
    with reading(engine) as connection:
        return contents(connection)


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """The engine of a database, closed at the end."""
    engine = connect(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _copied(source: Engine, target: Engine, progress: Progress | None) -> Copied:
    try:
        with reading(source) as origin, writing(target) as connection:
            before = contents(origin)
            tables = copy_all(
                origin, connection, _counter(sum(before.rows.values()) + before.papers, progress)
            )
    except SQLAlchemyError as error:
        reason = " ".join(str(error.__cause__ or error).split())
        raise DatabaseError(f"the copy was given up, {shown(target)} stays empty: {reason}") from error
    after = contents_of(source)
    return Copied(
        shown(source),
        shown(target),
        tables,
        strangers=[name for name in before.rows if name not in METADATA.tables],
        changed=[name for name, number in before.rows.items() if after.rows.get(name) != number],
    )


def _counter(whole: int, progress: Progress | None) -> Callable[[int], None]:
    done = 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        if progress:
            progress(done, whole)

    return advance
