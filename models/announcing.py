"""When a paper was announced: by which listing, on which day, at which moment. Values in, values out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from models.records import Listing, PaperRecord
from models.trust import outranks

REPLACEMENT = "replacement"
"""The part of a listing that names papers announced before."""


def may_announce(
    first_listed: date | None, announced_by: str | None, listing: Listing, whole_day: bool
) -> bool:
    """Whether a listing can be a better announcement of a paper than the one known, if any is.

    An earlier day is better, and on the same day the better source.
    """
    if first_listed is None or announced_by is None:
        return True
    if not whole_day or listing.date > first_listed:
        return False
    return listing.date < first_listed or outranks(listing.source, announced_by)


def announcement(
    record: PaperRecord, listing: Listing, whole_day: bool, seen_at: datetime
) -> tuple[date, datetime] | None:
    """The day and moment (UTC) at which a listing announced a paper; None where it does not say.

    A moment that lies more than a day ahead of the reading is no answer: one such paper would make all
    others old.
    On a whole day's list the day is the listing's own. A site that gives only a date gets the seconds
    before one o'clock by rank, so that a day's papers keep their order. A replacement announces nothing.
    """
    moment = record.listed_at
    if moment and moment > seen_at + timedelta(days=1):
        moment = None
    if record.part == REPLACEMENT:
        return None
    if not whole_day:
        return (moment.date(), moment) if moment else None
    if moment and moment.date() == listing.date:
        return listing.date, moment
    midnight = datetime.combine(listing.date, time(), UTC)
    return listing.date, midnight + timedelta(seconds=max(0, 300 - record.rank))


def announce(
    row: dict[str, Any], record: PaperRecord, listing: Listing, whole_day: bool, seen_at: datetime
) -> bool:
    """Sets a paper's announcement where this is a better one; `updated_at` never goes back."""
    if not may_announce(row["first_listed"], row["announced_by"], listing, whole_day):
        return False
    found = announcement(record, listing, whole_day, seen_at)
    if found is None:
        return False
    row["first_listed"], row["announced_at"] = found
    row["announced_by"] = listing.source
    row["updated_at"] = max(row["updated_at"] or found[1], found[1])
    return True
