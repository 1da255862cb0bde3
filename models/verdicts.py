"""What a listing declared, held and gave; the verdict on it; and which days are to be read. Values only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.records import SETTLED, Expectation, Listing, Outcome, ParsedPage, Reading, Verdict

_RETRIED_FOR = timedelta(days=30)
"""For so long a day that was not settled is read again by each run."""
_CAUGHT_UP_FOR = timedelta(days=90)
"""After a longer stop a run begins anew with today: what lies between is a backfill's."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The ledger's row of one listing: what its last reading declared, held and gave.

    `error` says in words what was wrong, empty where nothing was. Times are aware UTC; `good_at` is the
    last reading that settled the listing.
    """

    source: str
    section: str
    date: date
    declared: int
    parsed: int
    new: int
    revised: int
    unchanged: int
    removed: int
    verdict: Verdict
    via: str
    error: str
    read_at: datetime
    good_at: datetime | None = None

    @property
    def listing(self) -> Listing:
        """The listing that this row is about."""
        return Listing(self.source, self.section, self.date)


_NOTHING_THERE = {
    Expectation.NONE: Verdict.QUIET,
    Expectation.LATER: Verdict.WAITING,
    Expectation.DUE: Verdict.STALLED,
}


def judge(reading: Reading, expectation: Expectation, outcome: Outcome) -> tuple[Entry, ...]:
    """The ledger's rows that a reading gives: of the listing asked for, and of the one that answered.

    They differ where a site answers a day without papers with the nearest earlier one.
    """
    page = reading.page
    if page is None:
        return (_empty(reading, Verdict.FAILED),)
    nothing = _empty(reading, Verdict.QUIET if page.has_none else _NOTHING_THERE[expectation])
    if page.date not in (None, reading.listing.date):
        return nothing, _held(stated(reading), reading, page, outcome, _doubts(page))
    if page.declared or page.records or page.problems or outcome.vanished:
        return (_held(reading.listing, reading, page, outcome, reading.problems or _doubts(page)),)
    return (nothing,)


def stated(reading: Reading) -> Listing:
    """The listing that the answer itself says it is (the one asked for, where it does not say)."""
    asked, page = reading.listing, reading.page
    return Listing(asked.source, asked.section, page.date if page and page.date else asked.date)


def _empty(reading: Reading, verdict: Verdict) -> Entry:
    listing, good = reading.listing, verdict in SETTLED
    error = "; ".join(reading.problems)
    if verdict is Verdict.STALLED and not error:
        error = f"nothing for {listing.date} yet, and it should be out"
    return Entry(
        listing.source, listing.section, listing.date,
        declared=0, parsed=0, new=0, revised=0, unchanged=0, removed=0,
        verdict=verdict, via=reading.via, error=error,
        read_at=reading.read_at, good_at=reading.read_at if good else None,
    )  # fmt: skip


def _doubts(page: ParsedPage) -> tuple[str, ...]:
    if page.problems or len(page.records) == page.declared:
        return page.problems
    return (f"{len(page.records)} of {page.declared} entries",)


def _held(
    listing: Listing, reading: Reading, page: ParsedPage, outcome: Outcome, problems: tuple[str, ...]
) -> Entry:
    if outcome.vanished:
        problems += (f"{outcome.vanished} papers of the day are missing: too many to be believed",)
    is_whole = not (_doubts(page) or outcome.vanished)
    return Entry(
        listing.source, listing.section, listing.date,
        declared=page.declared, parsed=len(page.records),
        new=outcome.new, revised=outcome.revised, unchanged=outcome.unchanged, removed=outcome.removed,
        verdict=Verdict.FRESH if is_whole else Verdict.PARTIAL, via=reading.via, error="; ".join(problems),
        read_at=reading.read_at, good_at=reading.read_at if is_whole else None,
    )  # fmt: skip


def due_days(known: Mapping[date, Entry], today: date, reread_after_days: Collection[int]) -> list[date]:
    """The days of one section that a run reads, oldest first: today, what is missing, what is due again.

    A day counts as missing from the first day that was ever read on, but not before a gap of more than a
    month, such as a backfill leaves; after a stop of more than three months none does. A day that is not
    settled is read by each run for a month; a settled one once more at each of the given ages in days.
    """
    first = _first_day(known, today)
    days = (first + timedelta(n) for n in range((today - first).days))
    return [day for day in days if _is_due(known.get(day), day, today, reread_after_days)] + [today]


def _first_day(known: Collection[date], today: date) -> date:
    month_ago = today - _RETRIED_FOR
    recent = min((day for day in known if month_ago <= day <= today), default=None)
    older = max((day for day in known if day < month_ago), default=None)
    first = recent or today
    if older is not None and first - older <= (_RETRIED_FOR if recent else _CAUGHT_UP_FOR):
        return older + timedelta(days=1)
    return first


def _is_due(entry: Entry | None, day: date, today: date, reread_after_days: Collection[int]) -> bool:
    if entry is None or entry.verdict not in SETTLED:
        return True
    return any(
        day + timedelta(age) <= today and entry.read_at.date() < day + timedelta(age)
        for age in reread_after_days
    )
