"""Puts a backup into an empty database, and brings it up to this program's version."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from flows.setting_kinds import DATABASES
from flows.settings import Settings
from flows.steps import sqlite_files
from flows.steps.copying import contents_of, opened, require_empty
from flows.steps.progress import forget_progress
from models.contents import Contents
from models.database import VERSION, reading, shown, upgrade, writing
from models.errors import DatabaseError, UsageError
from models.ledger import newest_reading

_BEGINS = {b"SQLite format 3\0": "sqlite", b"PGDMP": "postgresql"}
_KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class Restored(NamedTuple):
    """A backup that was put into a database: which one, as people may see it, of what version the backup was, what
    the database holds now, and when (aware UTC) a listing was read last.
    """

    target: str
    was_at: str
    contents: Contents
    newest: datetime | None


def restore(settings: Settings, path: Path, into: str | None, now: datetime) -> Restored:
    """Puts a backup into the database of a URL, or into the configured one; `now` is aware UTC.

    The database has to be new or empty: nothing is ever overwritten. The backup is read to its end first, and
    the database is looked at again after that; DatabaseError says what is wrong, and then the database is as it was.
    """
    if into is not None and not into.startswith(DATABASES):
        raise UsageError(f"--into must begin with {' or '.join(DATABASES)}")
    kind = _kind(path)
    with opened(into or settings.database) as target:
        if kind != target.dialect.name:
            raise UsageError(
                f"{path} is a backup of {_KINDS[kind]}: restore it --into a database of that kind, "
                "and `paperround db copy` moves it on"
            )
        require_empty(target)
        was_at = _put_in(path, target)
        upgrade(target, now)
        with reading(target) as connection:
            newest = newest_reading(connection)
        if into is None:
            forget_progress(settings.public)  # what is published may be of later than the backup
        return Restored(shown(target), was_at, contents_of(target), newest)


def _kind(path: Path) -> str:
    try:
        with path.open("rb") as file:
            begins = file.read(16)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    kind = next((kind for mark, kind in _BEGINS.items() if begins.startswith(mark)), None)
    if kind is None:
        raise UsageError(
            f"{path} is no backup: neither a database of SQLite nor a dump of pg_dump's custom format"
        )
    return kind


def _put_in(path: Path, target: Engine) -> str:
    """Puts a checked backup in; the version that it is of."""
    if target.dialect.name == "sqlite":
        found = sqlite_files.checked(path)
        was_at = _usable(path, found)
        # Someone may have written while the backup was read.
        sqlite_files.copy_in(path, target, lambda: require_empty(target))
    else:
        from flows.steps import postgresql_dumps

        found = postgresql_dumps.checked(path, target)
        was_at = _usable(path, found)
        with writing(target):  # no round writes meanwhile; no table is read in it: pg_restore would wait
            require_empty(target)
            postgresql_dumps.put_back(path, target)
    if contents_of(target) != found:
        raise DatabaseError(f"{shown(target)} does not hold what {path} does: make it anew, and try again")
    return was_at


def _usable(path: Path, found: Contents) -> str:
    if found.version is None or found.version > VERSION:
        said = "no database of this program" if found.version is None else f"of version {found.version}"
        fix = "" if found.version is None else f", this program of {VERSION}: install the newer program"
        raise DatabaseError(f"{path} is {said}{fix}")
    return found.version
