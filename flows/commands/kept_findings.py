"""What `doctor` says of the archive of snapshots and of the backups: whether they would be there when needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from feeds.site.words import count
from flows.commands.finding import Finding, State
from flows.commands.store_findings import current
from flows.settings import Settings
from flows.sources.archive import Archive
from flows.steps.backups import kept, later, told_later
from flows.steps.sizes import size
from models.errors import ArchiveError, DatabaseError
from models.ledger import newest_reading
from models.selection import installation
from models.snapshots import newest_bodies

SPOT_CHECKED = 5
"""So many of the newest answers are looked for in the archive."""
BACKED_UP_WITHIN = timedelta(days=7)


def archive(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether the newest answers are there and whole."""
    with current(settings) as connection:
        hashes = newest_bodies(connection, SPOT_CHECKED) if connection is not None else []
    if not hashes:
        return
    folder = Archive(settings.archive)
    try:
        for content_hash in hashes:
            folder.load(content_hash)
    except ArchiveError as error:
        said = f"{error}: bring {settings.archive} back from where it is kept, or let all machines share it"
        yield Finding("archive", State.WARNING, f"{said}; `paperround replay` needs it")
        return
    checked = f"the newest {len(hashes)}" if len(hashes) > 1 else "the newest"
    yield Finding("archive", State.GOOD, f"{settings.archive}, {checked} looked at")


def backups(settings: Settings, now: datetime) -> Iterator[Finding]:
    """How old the newest backup is, where there is something to lose; on PostgreSQL whether one can be made."""
    with current(settings) as connection:
        if connection is None or not _is_worth_it(connection, now):
            return
        missing = _missing_program(connection)
    if missing:
        yield Finding("backups", State.WARNING, missing)
        return
    if ahead := later(settings.backups, now):
        yield Finding("clock", State.WARNING, told_later([each.path for each in ahead]))
    found = [each for each in kept(settings.backups) if each.at <= now]
    if not found:
        said = f"none in {settings.backups}: `paperround db backup` makes one, housekeeping with `backup` one each day"
        yield Finding("backups", State.WARNING, said)
        return
    days = (now - found[0].at).days
    told = f"{count(len(found), 'backup')} in {settings.backups}, the newest of {found[0].at:%Y-%m-%d}, {size(found[0].size)}"
    if days > BACKED_UP_WITHIN.days:
        yield Finding("backups", State.WARNING, f"{told}: {days} days old; `paperround db backup` makes one")
    else:
        yield Finding("backups", State.GOOD, told)


def _is_worth_it(connection: Connection, now: datetime) -> bool:
    _, made = installation(connection)
    return newest_reading(connection) is not None and made < now - BACKED_UP_WITHIN


def _missing_program(connection: Connection) -> str:
    """What to do where PostgreSQL's programs are not there; "" where all is well."""
    if connection.dialect.name != "postgresql":
        return ""
    from flows.steps.postgresql_tools import find, server_major

    try:
        for name in ("pg_dump", "pg_restore"):
            find(name, server_major(connection))
    except DatabaseError as error:
        return str(error)
    return ""
