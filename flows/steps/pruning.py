"""What is not needed any more goes: old snapshots, what mail need not remember, old runs, old backups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from feeds.site.words import count
from flows.mail.tidying import Tidied, tidy
from flows.settings import Settings
from flows.sources.archive import Archive
from flows.sources.detailing import DETAILS
from flows.steps.backups import surplus
from flows.steps.sizes import size
from models.database import connect, posting, require_current, writing
from models.pruning import PrunedReadings, loose_bodies, prune_readings
from models.runs import forget_before

_SETTLED_WITHIN = timedelta(days=1)
"""So long the reading of a body may take to be stored: a replay, or much that waits for it, may stand before it."""


class Files(NamedTuple):
    """How many files go, and how many bytes they have together."""

    number: int
    size: int


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went, or would go."""

    readings: PrunedReadings
    bodies: Files
    mail: Tidied
    runs: int
    backups: Files

    @property
    def lines(self) -> tuple[str, ...]:
        """Each kind of thing in words, but for those of which there was nothing."""
        mail = self.mail
        told = (
            (self.readings.number, f"snapshots of {self._readings()}"),
            (self.bodies.number, f"{_files(self.bodies, 'archived answer')}"),
            (mail.pending, f"{count(mail.pending, 'subscriber')} who did not confirm"),
            (mail.networks, f"the networks that {count(mail.networks, 'subscriber')} asked from"),
            (mail.letters, f"what became of {count(mail.letters, 'letter')}"),
            (mail.pieces, f"{count(mail.pieces, 'piece')} of letters"),
            (mail.bounces, f"{count(mail.bounces, 'bounce')}"),
            (self.runs, f"what became of {count(self.runs, 'run')}"),
            (self.backups.number, f"{_files(self.backups, 'backup')}"),
        )
        return tuple(words for number, words in told if number)

    def in_words(self) -> str:
        """One line for people."""
        return "; ".join(self.lines) or "nothing that is old enough"

    def _readings(self) -> str:
        first, last = self.readings.first, self.readings.last
        days = f" from {first:%Y-%m-%d} to {last:%Y-%m-%d}" if first and last else ""
        return count(self.readings.number, "reading") + days


def _files(files: Files, noun: str) -> str:
    return f"{count(files.number, noun)}, {size(files.size)}"


def prune(settings: Settings, now: datetime, *, dry_run: bool = False) -> Pruned:
    """Removes it as of a moment (aware UTC) and says what it was; with `dry_run` nothing is changed.

    Snapshots go by KEEP_SNAPSHOTS_DAYS, and by what models.pruning keeps; first the database says that they did, then
    their bodies go: what a kill leaves of these, the next pruning removes. A round may be under way.
    """
    engine = connect(settings.database)
    try:
        require_current(engine)
        readings, bodies = _snapshots(settings, engine, now, dry_run=dry_run)
        with _rehearsed(posting(engine), dry_run=dry_run) as connection:
            mail = tidy(connection, now)
            runs = forget_before(connection, now - timedelta(days=settings.keep_runs_days))
        backups = _backups(settings, now, dry_run=dry_run)
        return Pruned(readings, bodies, mail, runs, backups)
    finally:
        engine.dispose()


def _snapshots(
    settings: Settings, engine: Engine, now: datetime, *, dry_run: bool
) -> tuple[PrunedReadings, Files]:
    if settings.keep_snapshots_days is None:
        return PrunedReadings(0, None, None), Files(0, 0)
    before = now - timedelta(days=settings.keep_snapshots_days)
    with _rehearsed(writing(engine), dry_run=dry_run) as connection:
        readings = prune_readings(connection, before, now, DETAILS)
        loose = loose_bodies(connection)
    archive = Archive(settings.archive)
    let_go = archive.size if dry_run else archive.remove
    return readings, _summed(let_go(content_hash, now - _SETTLED_WITHIN) for content_hash in loose)


def _summed(sizes: Iterable[int]) -> Files:
    gone = [each for each in sizes if each]
    return Files(len(gone), sum(gone))


@contextmanager
def _rehearsed(transaction: AbstractContextManager[Connection], *, dry_run: bool) -> Iterator[Connection]:
    """A transaction that is taken back in the end where it is but a rehearsal: so what it tells is what would be."""
    with transaction as connection:
        yield connection
        if dry_run:
            connection.rollback()


def _backups(settings: Settings, now: datetime, *, dry_run: bool) -> Files:
    found = surplus(settings.backups, settings.keep_backups, now)
    if not dry_run:
        for each in found:
            each.path.unlink(missing_ok=True)
    return Files(len(found), sum(each.size for each in found))
