"""SQLite's own way to copy a database that others write to, and to look at a file without touching it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError

from models.contents import Contents, contents
from models.database import reading
from models.errors import DatabaseError


def copy_out(engine: Engine, target: Path) -> Contents:
    """Copies a database as it stands at one moment into an empty file; gives what it holds. Nobody waits for it.

    The copy is a single file: no log of SQLite's stands beside it.
    """
    with reading(engine) as connection, closing(sqlite3.connect(target)) as copy:
        found = contents(connection)  # begins the moment that the copy is of
        _driver(connection).backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    return found


def copy_in(source: Path, engine: Engine, look: Callable[[], None]) -> None:
    """Puts a file in the place of all that a database holds, in one transaction: a kill leaves what there was.

    `look` is called once nobody else can write any more, on what there was; an error of it leaves that as it is.
    """
    looked = False

    def look_once(status: int, _remaining: int, _total: int) -> None:
        nonlocal looked
        if status == sqlite3.SQLITE_OK and not looked:  # not while it waits for another writer
            looked = True
            look()

    with closing(_read_only(source)) as file, engine.connect() as connection:
        # The first page takes the lock, the last one commits.
        file.backup(_driver(connection), pages=1, progress=look_once)


def checked(path: Path) -> Contents:
    """What a file holds; DatabaseError where it is no whole database."""
    look = create_engine("sqlite://", creator=lambda: _read_only(path))
    try:
        with look.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalars().all()
            if found != ["ok"]:
                raise DatabaseError(f"{path} is damaged: {found[0]}")
            return contents(connection)
    except DBAPIError as error:
        raise DatabaseError(f"{path} is no database that SQLite can read: {error.orig}") from error
    finally:
        look.dispose()


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)


def _driver(connection: Connection) -> sqlite3.Connection:
    found = connection.connection.driver_connection
    if not isinstance(found, sqlite3.Connection):
        raise TypeError("not a database of SQLite")
    return found
