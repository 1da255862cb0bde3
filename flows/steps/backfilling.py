"""Reads past days, month after month, and goes on where it was stopped. It publishes and sends nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from http import HTTPStatus

from sqlalchemy import Connection

from flows.sources.base import Fetch, Source
from flows.sources.detailing import DETAILS, of_details
from flows.steps.ingesting import ReadListing, between, check_days, ingest, is_done, read_and_store
from flows.steps.recording import recorded
from flows.steps.resources import Get, Resources
from flows.steps.rounds import failures, read_counts
from models.database import reading
from models.errors import FetchError
from models.gaps import lacking
from models.ledger import entries
from models.records import Answer, Listing
from models.run import RunKind
from models.snapshots import whole_since
from models.verdicts import Entry

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 900.0
"""A backfill has time: a site that asks it to wait may ask for more than of a round."""

Shard = tuple[date, date]
"""Days of one month: the first and the last, both included."""

Progress = Callable[[int, int], None]
"""Called with the number of listings that are done and their number in all."""


def shards(first: date, last: date) -> tuple[Shard, ...]:
    """A range of days, both included, cut at the ends of its months; oldest first."""
    found: list[Shard] = []
    while first <= last:
        next_month = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
        found.append((first, min(last, next_month - timedelta(days=1))))
        first = next_month
    return tuple(found)


def backfill(
    resources: Resources,
    first: date,
    last: date,
    names: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> list[Entry]:
    """Reads what is unfinished of a range of days, shard after shard, and gives the ledger's rows.

    Run again after a kill it goes on where it was: the ledger knows what is done. Raises UsageError for a
    range that makes no sense.
    """
    check_days(first, last, resources.now().date())
    months = shards(first, last)
    ends = _ends(resources, months, names)
    course = _Course(ends[-1], resources.now(), progress)
    read = _counted(obeying(read_and_store), course)
    found: list[Entry] = []
    with _staying(resources) as here:
        for number, (month, end) in enumerate(zip(months, ends, strict=True), start=1):
            found += read_shard(here, month, names, read)
            course.reach(end)
            told = course.told(resources.now())
            logger.info("%s read: %d of %d months, %s", f"{month[0]:%Y-%m}", number, len(months), told)
    return found


def _ends(resources: Resources, months: Sequence[Shard], names: Sequence[str] | None) -> list[int]:
    """For each month, how many listings are to be read up to its end."""
    ends, whole = [], 0
    for month in months:
        whole += sum(len(_unfinished(resources, source, month)) for source in resources.chosen(names))
        ends.append(whole)
    return ends


@dataclass(slots=True)
class _Course:
    """How far a backfill has come, in listings, since it began (aware UTC)."""

    whole: int
    began: datetime
    progress: Progress | None
    done: int = 0

    def reach(self, done: int) -> None:
        self.done = done
        if self.progress and self.whole:
            self.progress(done, self.whole)

    def told(self, now: datetime) -> str:
        left = time_left(self.done, self.whole, now - self.began)
        estimate = f", about {in_words(left)} left" if left else ""
        return f"{self.done} of {self.whole} listings{estimate}"


def time_left(done: int, whole: int, elapsed: timedelta) -> timedelta:
    """How long the rest takes if it goes on as it went; nothing where nothing can be said."""
    return elapsed / done * (whole - done) if done else timedelta()


def in_words(duration: timedelta) -> str:
    """A duration as rough as an estimate is: `2 h 5 min`, `12 min`, `40 s`."""
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


@contextmanager
def _staying(resources: Resources) -> Iterator[Resources]:
    """The same resources, but the way to each site stays open: one connection and one pace for all shards."""
    with ExitStack() as ways:
        opened: dict[str, Get] = {}

        @contextmanager
        def visit(source: Source) -> Iterator[Get]:
            if source.name not in opened:
                opened[source.name] = ways.enter_context(resources.visit(source))
            yield opened[source.name]

        yield replace(resources, visit=visit)


def _counted(read: ReadListing, course: _Course) -> ReadListing:
    def read_and_count(of: Resources, source: Source, listing: Listing, fetch: Fetch) -> Sequence[Entry]:
        rows = read(of, source, listing, fetch)
        course.reach(course.done + 1)
        return rows

    return read_and_count


def obeying(read: ReadListing) -> ReadListing:
    """Reads as `read` does, but no more of a source that has once answered 403.

    What is left out has no row in the ledger, rather than one for each day that says that it failed.
    """
    refusing: set[str] = set()

    def read_unless_refused(of: Resources, source: Source, listing: Listing, fetch: Fetch) -> Sequence[Entry]:
        def ask(url: str) -> Answer:
            try:
                return fetch(url)
            except FetchError as error:
                if error.answer.status == HTTPStatus.FORBIDDEN:
                    refusing.add(source.name)
                    logger.warning("%s; %s is left alone", error, source.name)
                raise

        return () if source.name in refusing else read(of, source, listing, ask)

    return read_unless_refused


def read_shard(
    resources: Resources,
    shard: Shard,
    names: Sequence[str] | None = None,
    read: ReadListing = read_and_store,
) -> list[Entry]:
    """Reads what is unfinished of a shard's days and gives the ledger's rows.

    A settled listing whose details were never had, as after a kill, is not read again: they are asked for.
    """
    planned: dict[Listing, Entry | None] = {}

    def choose(of: Resources, source: Source) -> Sequence[Listing]:
        found = _unfinished(of, source, shard)
        planned.update(found)
        return tuple(found)

    def go_on(of: Resources, source: Source, listing: Listing, fetch: Fetch) -> Sequence[Entry]:
        settled = planned[listing]
        return [settled] if settled else read(of, source, listing, fetch)

    with recorded(resources.engine, RunKind.BACKFILL, resources.now) as note:
        ledger = ingest(resources, names, choose, go_on)
        note.failures, note.counts = failures(ledger), read_counts(ledger)
    return ledger


def _unfinished(resources: Resources, source: Source, shard: Shard) -> dict[Listing, Entry | None]:
    """The listings of a shard that are not done, each with its row where only its details are missing."""
    unread = between(*shard, unread_only=True)(resources, source)
    with reading(resources.engine) as connection:
        bare = _without_details(connection, source, shard)
    return {**{row.listing: row for row in bare}, **dict.fromkeys(unread)}


def _without_details(connection: Connection, source: Source, shard: Shard) -> list[Entry]:
    """The rows of settled listings whose papers lack what their source was never, or in vain, asked for."""
    first, last = shard[0].replace(day=1), shard[1]
    if source.details is None:
        return []
    told = whole_since(connection, source.name, DETAILS, first)
    return [
        row
        for row in reversed(entries(connection, since=first, source=source.name))
        if row.date <= last and row.parsed and is_done(row, source)
        if of_details(row.listing) not in told and lacking(connection, row.listing)
    ]
