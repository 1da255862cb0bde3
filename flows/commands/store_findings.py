"""What `doctor` says of the database, and of what in it does not fit this machine or the topics."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine

from flows.commands.finding import Finding, State
from flows.commands.mounts import MOUNTS, OVER_A_NETWORK, kind_of
from flows.settings import Settings
from models.database import VERSION, connect, reading, shown, version
from models.errors import DatabaseError
from models.ledger import newest_reading
from models.mail.subscriber import BESIDE_TOPICS
from models.mail.subscribers import readers_by_topic
from models.topics.catalogue import load

_SQLITE = "sqlite:///"
_CLOCKS_DIFFER = timedelta(minutes=5)


def database(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether it can be read and is of our version, where it lies, the clock, and what subscribers chose."""
    if not is_there(settings):
        yield Finding("database", State.WARNING, "not there yet: `paperround run` makes it")
        return
    with _opened(settings) as engine:
        yield _standing(engine)
        yield from _disk(engine)
        yield from _eyes(engine)
    with current(settings) as connection:
        if connection is not None:
            yield from _clock(connection, now)
            yield from _readers(settings, readers_by_topic(connection))


def is_there(settings: Settings) -> bool:
    """Whether there is a database: to look for a file of SQLite would make it."""
    url = settings.database
    return not url.startswith(_SQLITE) or Path(url.removeprefix(_SQLITE)).exists()


@contextmanager
def current(settings: Settings) -> Iterator[Connection | None]:
    """A connection to read by; None where `database` says that there is nothing to read yet."""
    if not is_there(settings):
        yield None
        return
    with _opened(settings) as engine:
        if not _is_current(engine):
            yield None
            return
        with reading(engine) as connection:
            yield connection


def _is_current(engine: Engine) -> bool:
    try:
        return version(engine) == VERSION
    except DatabaseError:
        return False


@contextmanager
def _opened(settings: Settings) -> Iterator[Engine]:
    engine = connect(settings.database)
    try:
        yield engine
    finally:
        engine.dispose()


def _standing(engine: Engine) -> Finding:
    try:
        at = version(engine)
    except DatabaseError as error:
        is_file = engine.dialect.name == "sqlite"
        fix = (
            "move the file away, and `paperround db restore` a backup"
            if is_file
            else "start its server, or mend PAPERROUND_DATABASE_URL"
        )
        return Finding("database", State.BAD, f"{error}: {fix}")
    if at is None:
        return Finding("database", State.WARNING, f"{shown(engine)} is empty: `paperround run` fills it")
    if at != VERSION:
        said = f"{shown(engine)} is at version {at}, this program at {VERSION}"
        fix = "install the newer program" if at > VERSION else "`paperround db upgrade`"
        return Finding("database", State.BAD, f"{said}: {fix}")
    return Finding("database", State.GOOD, f"{shown(engine)} at version {at}")


def _disk(engine: Engine) -> Iterator[Finding]:
    """SQLite's log is shared by memory and locks, which a file system over a network has not, or pretends to have."""
    if engine.dialect.name != "sqlite" or engine.url.database is None or not MOUNTS.exists():
        return
    kind = kind_of(Path(engine.url.database), MOUNTS.read_text())
    if kind in OVER_A_NETWORK:
        said = f"{engine.url.database} lies on {kind}, where SQLite may damage it: put it on a disk of this machine"
        yield Finding("disk", State.WARNING, f"{said}, or `paperround db copy` it into PostgreSQL")


def _eyes(engine: Engine) -> Iterator[Finding]:
    """A file that an earlier version or another program made may be for all users of the machine."""
    path = Path(engine.url.database or "")
    if engine.dialect.name == "sqlite" and path.is_file() and path.stat().st_mode & stat.S_IROTH:
        said = f"every user of this machine can read {path}, with the addresses of subscribers"
        yield Finding("privacy", State.WARNING, f"{said}: `chmod 600 {path}*`")


def _clock(connection: Connection, now: datetime) -> Iterator[Finding]:
    newest = newest_reading(connection)
    if newest and newest > now + _CLOCKS_DIFFER:
        said = f"this machine says {now:%Y-%m-%d %H:%M} UTC, the newest reading is of {newest:%Y-%m-%d %H:%M}"
        yield Finding("clock", State.BAD, f"{said}: set the clock, or wait")


def _readers(settings: Settings, readers: Mapping[str, int]) -> Iterator[Finding]:
    """Who has chosen nothing else gets no digest any more, and is not told why."""
    known = {*BESIDE_TOPICS, *(topic.slug for topic in load(settings.topics_path))}
    gone = [f"{slug} ({number})" for slug, number in readers.items() if slug not in known]
    if gone:
        said = f"subscribers chose topics that {settings.topics_path} has not: {', '.join(gone)}"
        yield Finding("subscribers", State.WARNING, f"{said}; a slug should stay when its topic changes")
