"""Pruning where something cannot be removed: all else goes, and then it is told what failed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from flows.sources.archive import Archive
from flows.steps import pruning
from flows.steps.backing_up import make_backup
from flows.steps.pruning import prune, try_to_prune
from models.database import posting
from models.errors import ArchiveError, PaperRoundError
from models.mail.tables import SUBSCRIBERS
from models.pruning import loose_bodies
from models.run import Run, RunKind
from models.runs import keep as keep_run
from models.tables import READINGS, RUNS
from tests.databases import opened
from tests.mail.subscribed import asked
from tests.steps.house import MON, TUE, WED, House, Site, at

YEARS_LATER = at(WED) + timedelta(days=400)
"""When all that was read here is old, and was written long ago."""


@pytest.fixture
def lived(house: House) -> House:
    """A house with old bodies, old runs, someone who did not confirm, and a backup too many."""
    kept = {"keep_snapshots_days": 31, "keep_backups": 2}
    lived = House(house.settings.model_copy(update=kept), Site(YEARS_LATER))
    for moment in (at(MON, "08:15"), at(MON), at(TUE, "08:15"), at(TUE), at(WED)):
        lived.ingest(moment)
    for path in lived.archived():
        os.utime(path, (0, at(WED).timestamp()))
    with opened(lived.settings.database) as engine, posting(engine) as connection:
        asked(connection)
        for day in (MON, TUE):
            keep_run(connection, Run(str(day), RunKind.ROUND, at(day), at(day)))
    for hours in (3, 2, 1):
        make_backup(lived.settings, YEARS_LATER - timedelta(hours=hours), keep=9)
    return lived


def everything(house: House) -> object:
    """All that a pruning could change."""
    return house.rows(READINGS, RUNS, SUBSCRIBERS), sorted(house.settings.home.rglob("*"))


@pytest.fixture
def stubborn(lived: House, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes of two bodies in a folder of root's, the first one's first: they can neither go nor be looked at."""

    def remove(archive: Archive, content_hash: str, until: datetime) -> int:
        if content_hash in stay:
            raise ArchiveError(f"{content_hash} cannot be removed: Permission denied")
        return really_remove(archive, content_hash, until)

    def size(archive: Archive, content_hash: str, until: datetime) -> int:
        if content_hash in stay:
            raise PermissionError(13, "Permission denied", content_hash)
        return really_size(archive, content_hash, until)

    def noting(connection: Connection) -> Sequence[str]:
        found = loose_bodies(connection)
        stay[:] = found[:2]
        return found

    stay: list[str] = []
    really_remove, really_size = Archive.remove, Archive.size
    monkeypatch.setattr(pruning, "loose_bodies", noting)
    monkeypatch.setattr(Archive, "remove", remove)
    monkeypatch.setattr(Archive, "size", size)
    return stay


@pytest.mark.parametrize("dry_run", [False, True])
def test_bodies_that_cannot_be_removed_keep_nothing_else_from_going(
    lived: House, request: pytest.FixtureRequest, dry_run: bool
) -> None:
    possible = try_to_prune(lived.settings, YEARS_LATER, dry_run=True)
    before, bodies = everything(lived), len(lived.archived())
    request.getfixturevalue("stubborn")
    done = try_to_prune(lived.settings, YEARS_LATER, dry_run=dry_run)
    assert (done.mail.pending, done.runs, done.backups.number, done.bodies.number > 0) == (1, 1, 1, True)
    assert replace(done, failures=(), bodies=possible.bodies) == possible
    assert done.bodies.number == possible.bodies.number - 2
    assert len(lived.archived()) == bodies - (0 if dry_run else done.bodies.number)
    assert (everything(lived) == before) is dry_run


@pytest.mark.parametrize("dry_run", [False, True])
def test_they_are_one_error_that_names_the_first(lived: House, stubborn: list[str], dry_run: bool) -> None:
    with pytest.raises(
        ArchiveError, match=r"denied.*; and 1 more archived answer cannot be removed$"
    ) as told:
        prune(lived.settings, YEARS_LATER, dry_run=dry_run)
    assert stubborn[0] in str(told.value)
    assert stubborn[1] not in str(told.value)


def test_whatever_fails_all_else_is_done_and_each_failure_is_told(
    lived: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OperationalError("DELETE", {}, Exception("database is locked"))

    monkeypatch.setattr(pruning, "prune_readings", broken)
    monkeypatch.setattr(pruning, "tidy", broken)
    with pytest.raises(
        PaperRoundError, match=r"^OperationalError: .* is locked; OperationalError: .* is locked$"
    ):
        prune(lived.settings, YEARS_LATER)
    assert len(list(lived.settings.backups.iterdir())) == 2
    assert [row["id"] for row in lived.rows(RUNS)["runs"]] == [str(TUE)]


def test_a_backup_that_cannot_be_removed_keeps_no_other_from_going(
    lived: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path == second:
            raise PermissionError(1, "Operation not permitted", str(path))
        really_unlink(path, missing_ok)

    first, second, third = sorted(lived.settings.backups.iterdir())
    really_unlink = Path.unlink
    monkeypatch.setattr(Path, "unlink", unlink)
    only_one = lived.settings.model_copy(update={"keep_backups": 1})
    assert try_to_prune(only_one, YEARS_LATER).backups.number == 1
    assert [path.exists() for path in (first, second, third)] == [False, True, True]
    with pytest.raises(PermissionError, match="Operation not permitted"):
        prune(only_one, YEARS_LATER)
