"""A database that has to be there already, for programs that run for long: none is made in its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from models.database import connect
from models.errors import DatabaseError


@contextmanager
def followed(url: str, pragmas: str) -> Iterator[Engine]:
    """An engine over the database of a URL, closed at the end; nothing is connected yet.

    Of SQLite the file is opened anew where another has taken its place, and each connection gets these pragmas.
    DatabaseError is raised where the file is not there, now or when a connection is made.
    """
    require_file(url)
    engine = connect(url, makes_file=False)
    if engine.dialect.name == "sqlite":
        _follow_file(engine, url, pragmas)
    try:
        yield engine
    finally:
        engine.dispose()


def require_file(url: str) -> None:
    """SQLite would make an empty database in place of a missing one: DatabaseError."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        raise DatabaseError(
            f"there is no database {parsed.database} yet: `paperround run` makes it and fills it"
        )


def _follow_file(engine: Engine, url: str, pragmas: str) -> None:
    """A connection would keep the file that is gone."""
    path = Path(make_url(url).database or "")

    def before(*_: object) -> None:
        require_file(url)

    def opened(connection: SqliteConnection, record: ConnectionPoolEntry) -> None:
        connection.executescript(pragmas)
        record.info["file"] = _identity(path)

    def taken(_: object, record: ConnectionPoolEntry, __: object) -> None:
        if record.info["file"] != _identity(path):
            raise DisconnectionError(f"{path} is another file now")

    event.listen(engine, "do_connect", before)
    event.listen(engine, "connect", opened)
    event.listen(engine, "checkout", taken)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
