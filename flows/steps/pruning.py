"""What is not needed any more goes: old snapshots, what mail need not remember, old runs, old backups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, Engine

from feeds.site.words import count
from flows.mail.tidying import Tidied, tidy
from flows.settings import Settings
from flows.sources.archive import Archive
from flows.sources.detailing import DETAILS
from flows.steps.backups import Kept, later, surplus, told_later
from flows.steps.sizes import size
from models.database import connect, posting, require_current, writing
from models.errors import ArchiveError, PaperRoundError
from models.pruning import PrunedReadings, loose_bodies, prune_readings
from models.runs import forget_before

Done = TypeVar("Done")
Thing = TypeVar("Thing")
_SETTLED_WITHIN = timedelta(days=1)
"""So long the reading of a body may take to be stored: a replay, or much that waits for it, may stand before it."""


class Files(NamedTuple):
    """How many files go, and how many bytes they have together."""

    number: int
    size: int


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went, or would go; what stays though it is odd, and what failed."""

    readings: PrunedReadings
    bodies: Files
    mail: Tidied
    runs: int
    backups: Files
    later: tuple[Path, ...] = ()
    """Backups of after that moment by their names: they are not counted, and stay."""
    failures: tuple[Exception, ...] = ()

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

    @property
    def notes(self) -> tuple[str, ...]:
        """What else there is to say in words: of what stays, though it should not be there."""
        return (told_later(self.later),) if self.later else ()

    def in_words(self) -> str:
        """One line for people."""
        return "; ".join([*(self.lines or ["nothing that is old enough"]), *self.notes])

    def raise_failures(self) -> None:
        """Raises what failed, if anything: a single error as it is, several as one with the words of all."""
        if len(self.failures) == 1:
            raise self.failures[0]
        if self.failures:
            told = "; ".join(_told(each) for each in self.failures)
            raise PaperRoundError(told) from ExceptionGroup("pruning", self.failures)

    def _readings(self) -> str:
        first, last = self.readings.first, self.readings.last
        days = f" from {first:%Y-%m-%d} to {last:%Y-%m-%d}" if first and last else ""
        return count(self.readings.number, "reading") + days


def _files(files: Files, noun: str) -> str:
    return f"{count(files.number, noun)}, {size(files.size)}"


def prune(settings: Settings, now: datetime, *, dry_run: bool = False) -> Pruned:
    """The same as `try_to_prune`, but raises what failed, when all else is done."""
    done = try_to_prune(settings, now, dry_run=dry_run)
    done.raise_failures()
    return done


def try_to_prune(settings: Settings, now: datetime, *, dry_run: bool = False) -> Pruned:
    """Removes it as of a moment (aware UTC) and says what it was; with `dry_run` nothing is changed.

    Snapshots go by KEEP_SNAPSHOTS_DAYS, and by what models.pruning keeps; first the database says that they did, then
    their bodies go: what a kill leaves of these, the next pruning removes. A round may be under way. Whatever one
    thing fails at, the others go; without a database of this version DatabaseError is raised, and nothing goes.
    """
    chores = _Chores()
    engine = connect(settings.database)
    try:
        require_current(engine)
        readings, loose = _readings(chores, settings, engine, now, dry_run=dry_run)
        bodies = _bodies(chores, settings, loose, now, dry_run=dry_run)
        mail = chores.do(lambda: _mail(engine, now, dry_run=dry_run)) or Tidied(0, 0, 0, 0, 0)
        old = now - timedelta(days=settings.keep_runs_days)
        runs = chores.do(lambda: _runs(engine, old, dry_run=dry_run)) or 0
    finally:
        engine.dispose()
    backups = _backups(chores, settings, now, dry_run=dry_run)
    ahead = tuple(each.path for each in chores.do(lambda: later(settings.backups, now)) or ())
    return Pruned(readings, bodies, mail, runs, backups, ahead, tuple(chores.failures))


@dataclass(frozen=True, slots=True)
class _Chores:
    """Does one chore after another, each whatever another fails at; and what they failed at."""

    failures: list[Exception] = field(default_factory=list)

    def do(self, chore: Callable[[], Done]) -> Done | None:
        """What a chore gives; None where it fails."""
        try:
            return chore()
        except Exception as error:  # noqa: BLE001 - whatever it is: the others are to be done
            self.failures.append(error)
            return None

    def each(self, things: Iterable[Thing], let_go: Callable[[Thing], int], noun: str) -> list[int]:
        """The bytes that each of many files frees; of those that cannot go, one error names the first."""
        freed: list[int] = []
        failed: list[ArchiveError | OSError] = []
        for thing in things:
            try:
                freed.append(let_go(thing))
            except (ArchiveError, OSError) as error:
                failed.append(error)
        if failed:
            self.failures.append(_as_one(failed, noun))
        return freed


def _as_one(failed: Sequence[Exception], noun: str) -> Exception:
    first, rest = failed[0], len(failed) - 1
    if not rest:
        return first
    error = ArchiveError(f"{_told(first)}; and {count(rest, f'more {noun}')} cannot be removed")
    error.__cause__ = first
    return error


def _told(error: Exception) -> str:
    first_line = next(iter(str(error).splitlines()), "")
    return first_line if isinstance(error, PaperRoundError) else f"{type(error).__name__}: {first_line}"


def _readings(
    chores: _Chores, settings: Settings, engine: Engine, now: datetime, *, dry_run: bool
) -> tuple[PrunedReadings, Sequence[str]]:
    """Which went, and the hashes of the bodies that are to follow."""
    nothing: tuple[PrunedReadings, Sequence[str]] = PrunedReadings(0, None, None), ()
    if settings.keep_snapshots_days is None:
        return nothing
    before = now - timedelta(days=settings.keep_snapshots_days)

    def marked() -> tuple[PrunedReadings, Sequence[str]]:
        with _rehearsed(writing(engine), dry_run=dry_run) as connection:
            return prune_readings(connection, before, now, DETAILS), loose_bodies(connection)

    return chores.do(marked) or nothing


def _bodies(
    chores: _Chores, settings: Settings, loose: Sequence[str], now: datetime, *, dry_run: bool
) -> Files:
    archive = Archive(settings.archive)
    let_go = archive.size if dry_run else archive.remove
    freed = chores.each(loose, lambda body: let_go(body, now - _SETTLED_WITHIN), "archived answer")
    return _summed(size for size in freed if size)


def _mail(engine: Engine, now: datetime, *, dry_run: bool) -> Tidied:
    with _rehearsed(posting(engine), dry_run=dry_run) as connection:
        return tidy(connection, now)


def _runs(engine: Engine, before: datetime, *, dry_run: bool) -> int:
    with _rehearsed(posting(engine), dry_run=dry_run) as connection:
        return forget_before(connection, before)


@contextmanager
def _rehearsed(transaction: AbstractContextManager[Connection], *, dry_run: bool) -> Iterator[Connection]:
    """A transaction that is taken back in the end where it is but a rehearsal: so what it tells is what would be."""
    with transaction as connection:
        yield connection
        if dry_run:
            connection.rollback()


def _backups(chores: _Chores, settings: Settings, now: datetime, *, dry_run: bool) -> Files:
    def let_go(backup: Kept) -> int:
        if not dry_run:
            backup.path.unlink(missing_ok=True)
        return backup.size

    found = chores.do(lambda: surplus(settings.backups, settings.keep_backups, now)) or ()
    return _summed(chores.each(found, let_go, "backup"))


def _summed(sizes: Iterable[int]) -> Files:
    gone = list(sizes)
    return Files(len(gone), sum(gone))
