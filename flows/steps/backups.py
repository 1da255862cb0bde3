"""The folder of the backups: what stands there under names of our own, and what of it may go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from feeds.site.words import count

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


def later(folder: Path, now: datetime) -> list[Kept]:
    """The backups of after a moment (aware UTC), the newest first: made while a clock was wrong."""
    return [each for each in kept(folder) if each.at > now]


def told_later(paths: Sequence[Path]) -> str:
    """Those of them in words, for people: how many, which one, and what to do. There is at least one."""
    which = f", {paths[0]}" if len(paths) == 1 else f", such as {paths[0]}"
    told = f"{count(len(paths), 'backup')} dated later than now{which}"
    return f"{told}: not counted, and not removed before then; delete by hand what a wrong clock made"


def surplus(folder: Path, keep: int, now: datetime, made: Path | None = None) -> Sequence[Kept]:
    """What may go: backups beyond the newest `keep`, and what a kill has left of others a day ago (aware UTC).

    The one that was just made is counted and stays, whatever the others are called. Those of later than now are
    neither counted nor given: they would be the newest for ever, and no new one would stay.
    """
    counted = [each for each in kept(folder) if each.at <= now and each.path != made]
    unfinished = [
        Kept(path, at, path.stat().st_size)
        for path in folder.glob(f".paperround-*{UNFINISHED}")
        if (at := datetime.fromtimestamp(path.stat().st_mtime, UTC)) < now - _GIVEN_UP_AFTER
    ]
    return [*counted[keep - (made is not None) :], *unfinished]
