"""Which lists should be out and were not read: told by the calendars, so that a run that never began is missed too.

Values in, values out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from models.records import SETTLED, Expectation, Listing
from models.verdicts import Entry, due_days

GRACE = timedelta(hours=4)
"""So long a list may be due and not read: the next round comes within three hours, and takes its time."""

_MINUTE = timedelta(minutes=1)

Expects = Callable[[Listing, datetime], Expectation]
"""A calendar: what a site's habit says of a listing at a moment (aware UTC); what is due once stays so."""


class Calendar(Protocol):
    """What is known of a source without asking it: its sections that are read for every date, and its calendar."""

    @property
    def name(self) -> str:
        """The source, as the ledger names it."""
        ...

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections that have a listing for every date."""
        ...

    @property
    def expects(self) -> Expects:
        """What the calendar says of a listing at a moment."""
        ...


@dataclass(frozen=True, slots=True)
class Overdue:
    """A listing that should be out and is not settled: since when (aware UTC), and its row of the ledger, if any."""

    listing: Listing
    since: datetime
    entry: Entry | None = None

    @property
    def was_asked_for(self) -> bool:
        """Whether a run has asked for it since it is due: then the site lacks it, else the runs."""
        return self.entry is not None and self.entry.read_at >= self.since


def overdue(
    ledger: Sequence[Entry], calendars: Sequence[Calendar], now: datetime, installed_at: datetime
) -> list[Overdue]:
    """What is overdue at a moment, in the order of date, source and section.

    Looked at are the days that a round would read (`models.verdicts.due_days`): so what was before the first
    round is not missed, nor what lies before a stop of more than three months. A section without any row is new:
    what of it was due before something else was read, or before `installed_at`, waits for its first round. The
    ledger should go back for a month from its newest date. Times are aware UTC.
    """
    known: defaultdict[tuple[str, str], dict[date, Entry]] = defaultdict(dict)
    for entry in ledger:
        known[entry.source, entry.section][entry.date] = entry
    begun_at = max((installed_at, *(entry.read_at for entry in ledger)))
    found = [
        each
        for calendar in calendars
        for section in dict.fromkeys(calendar.sections)
        for each in _of_section(calendar, section, known[calendar.name, section], now - GRACE, begun_at)
    ]
    return sorted(found, key=lambda each: (each.listing.date, each.listing))


def _of_section(
    calendar: Calendar, section: str, rows: Mapping[date, Entry], at: datetime, begun_at: datetime
) -> Iterator[Overdue]:
    """What has been due at a moment, counted for a section without rows from `begun_at` on, and is not settled."""
    for day in due_days(rows, at.date(), ()):
        listing, entry = Listing(calendar.name, section, day), rows.get(day)
        if entry is not None and entry.verdict in SETTLED:
            continue
        since = due_since(calendar.expects, listing, at)
        if since is not None and not rows:
            since = max(since, begun_at)
        if since is not None and since <= at:
            yield Overdue(listing, since, entry)


def due_since(expects: Expects, listing: Listing, at: datetime) -> datetime | None:
    """The minute (aware UTC) from which on a listing is due, at the earliest the first of its date.

    None for what is not due at a moment. The calendar is asked for it some ten times.
    """
    start = datetime.combine(listing.date, time(), UTC)
    if at < start or expects(listing, at) is not Expectation.DUE:
        return None
    minutes = range((at - start) // _MINUTE + 1)
    first = bisect_left(minutes, True, key=lambda n: expects(listing, start + n * _MINUTE) is Expectation.DUE)
    return min(start + first * _MINUTE, at)
