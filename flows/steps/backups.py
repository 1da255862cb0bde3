"""The folder of the backups: what stands there under names of our own, and what of it may go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

SQLITE, POSTGRESQL = "db", "dump"
"""How the names of backups end, for each kind of database."""

UNFINISHED = ".part"
_NAMED = re.compile(rf"paperround-(\d{{8}}T\d{{6}}Z)\.(?:{SQLITE}|{POSTGRESQL})")
_TIME = "%Y%m%dT%H%M%SZ"
_GIVEN_UP_AFTER = timedelta(days=1)


class Kept(NamedTuple):
    """A backup that is there: of which moment (aware UTC) it is, and how many bytes it has."""

    path: Path
    at: datetime
    size: int


def name(at: datetime, kind: str) -> str:
    """What a backup of a moment (aware UTC) is called: `paperround-20261120T040000Z.db`."""
    return f"paperround-{at.astimezone(UTC):{_TIME}}.{kind}"


def kept(folder: Path) -> list[Kept]:
    """The backups in a folder that have names of our own, the newest first; none where it is not there."""
    found = [
        Kept(path, datetime.strptime(named[1], _TIME).replace(tzinfo=UTC), path.stat().st_size)
        for path in folder.glob("paperround-*")
        if (named := _NAMED.fullmatch(path.name))
    ]
    return sorted(found, key=lambda each: (each.at, each.path.name), reverse=True)


def surplus(folder: Path, keep: int, now: datetime) -> Sequence[Kept]:
    """What may go: backups beyond the newest `keep`, and what a kill has left of others a day ago (aware UTC)."""
    unfinished = [
        Kept(path, at, path.stat().st_size)
        for path in folder.glob(f".paperround-*{UNFINISHED}")
        if (at := datetime.fromtimestamp(path.stat().st_mtime, UTC)) < now - _GIVEN_UP_AFTER
    ]
    return [*kept(folder)[keep:], *unfinished]
