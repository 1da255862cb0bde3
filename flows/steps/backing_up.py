"""A backup of the database: made while others write, checked before it has its name, the oldest removed after it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from flows.settings import Settings
from flows.steps import backups, sqlite_files
from models.contents import Contents
from models.database import connect, shown, version
from models.errors import DatabaseError, UsageError

_FOR_US_ALONE = 0o600
_FOLDER_FOR_US_ALONE = 0o700


class Backup(NamedTuple):
    """A backup that was made: where, how many bytes it has, what it holds, how many older ones made room, and which
    others are of after its moment by their names.
    """

    path: Path
    size: int
    contents: Contents
    removed: int = 0
    later: Sequence[Path] = ()


def back_up(settings: Settings, now: datetime) -> Path:
    """Makes the backup of a moment (aware UTC) in `HOME/backups/`, where the newest KEEP_BACKUPS stay; gives its path."""
    return make_backup(settings, now).path


def make_backup(settings: Settings, now: datetime, to: Path | None = None, keep: int | None = None) -> Backup:
    """The same, into a file that is not there yet, or with another number of those that stay.

    The file is not readable by others, and has its name only once it was read to its end and holds all rows.
    DatabaseError says what stood in the way; then nothing is left of it.
    """
    engine = connect(settings.database)
    try:
        if version(engine) is None:
            raise DatabaseError(f"the database {shown(engine)} is empty: there is nothing to back up")
        if to is not None:
            return _made(engine, to)
        path = settings.backups / backups.name(now, _kind(engine))
        path.parent.mkdir(mode=_FOLDER_FOR_US_ALONE, parents=True, exist_ok=True)
        made = _made(engine, path)
        old = backups.surplus(path.parent, settings.keep_backups if keep is None else keep, now, path)
        for each in old:
            each.path.unlink(missing_ok=True)
        later = tuple(each.path for each in backups.later(path.parent, now))
        return made._replace(removed=len(old), later=later)
    finally:
        engine.dispose()


def _kind(engine: Engine) -> str:
    return backups.SQLITE if engine.dialect.name == "sqlite" else backups.POSTGRESQL


def _made(engine: Engine, path: Path) -> Backup:
    if path.exists():
        raise UsageError(f"{path} is there already: a backup overwrites nothing")
    unfinished = path.with_name(f".{path.name}.{os.getpid()}{backups.UNFINISHED}")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FOR_US_ALONE))
        found = _copied(engine, unfinished)
        size = unfinished.stat().st_size
        unfinished.rename(path)
        return Backup(path, size, found)
    except (OSError, sqlite3.Error, SQLAlchemyError) as error:
        reason = next(iter(str(error).splitlines()), "")
        raise DatabaseError(f"the backup {path} could not be made: {reason}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _copied(engine: Engine, unfinished: Path) -> Contents:
    """What the database holds and, as it was looked at, the copy as well."""
    if engine.dialect.name == "sqlite":
        before, found = sqlite_files.copy_out(engine, unfinished), sqlite_files.checked(unfinished)
    else:
        from flows.steps import postgresql_dumps

        before, found = (
            postgresql_dumps.dump(engine, unfinished),
            postgresql_dumps.checked(unfinished, engine),
        )
    if found != before:
        names = ", ".join(found.differing(before))
        raise DatabaseError(f"the backup does not hold what the database held: look at {names}")
    return found
