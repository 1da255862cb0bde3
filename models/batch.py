"""Decides which rows a batch of records asks for. Values in, values out: the store writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.changes import (
    Change,
    Counters,
    Stored,
    announcement,
    applied,
    as_json,
    changes,
    counters,
    may_announce,
)
from models.papers import Weight
from models.records import Listing, PaperRecord

Row = dict[str, Any]
_GIVEN = tuple(name for name in PaperRecord.__slots__ if name not in ("rank", "listed_at"))


@dataclass(frozen=True, slots=True)
class Seen:
    """Where and when (aware UTC) records were seen; `whole_day` where the listing names its whole day."""

    listing: Listing
    reading_id: int
    at: datetime
    whole_day: bool


@dataclass(slots=True)
class Batch:
    """The rows that records ask for, by what is to be done; `paper_id` names the paper of a changed row.

    `seq` is the last number given out, at first the database's own.
    """

    seen: Seen
    seq: int
    new: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    counted: list[Row] = field(default_factory=list)
    revisions: list[Row] = field(default_factory=list)
    observations: list[Row] = field(default_factory=list)

    def add(self, record: PaperRecord, content_hash: str) -> None:
        """Takes a paper that was not known."""
        self.seq += 1
        row: Row = {name: as_json(getattr(record, name)) for name in _GIVEN} | {
            "seq": self.seq,
            "content_hash": content_hash,
            "links": dict(record.links),
            "withdrawn": bool(record.withdrawn),
            "first_listed": None,
            "announced_at": None,
            "updated_at": None,
        }
        _announce(row, record, self.seen)
        self.new.append(row)
        self._observe(record.id, Counters(), counters(Counters(), record))

    def revise(self, stored: Stored, record: PaperRecord, content_hash: str) -> bool:
        """Takes what a record changes of a known paper; whether that is more than enrichment."""
        found = changes(stored, record)
        row = applied(stored, found)
        is_announced = _announce(row, record, self.seen)
        if not found and not is_announced:
            return False
        self.seq += 1
        row |= {"seq": self.seq, "content_hash": content_hash, "paper_id": row.pop("id")}
        if any(change.weight is Weight.NOTICED for change in found):
            row["updated_at"] = self.seen.at
        self.changed.append(row)
        self.revisions.extend(_revision(row, change, self.seen) for change in found)
        return any(change.weight is not Weight.ENRICHMENT for change in found)

    def count(self, record: PaperRecord, known: Counters) -> None:
        """Takes the counters of a known paper, where the record moves them."""
        found = counters(known, record)
        if self._observe(record.id, known, found):
            self.counted.append({"paper_id": record.id, **found._asdict()})

    def _observe(self, paper_id: str, known: Counters, found: Counters) -> bool:
        if found == known:
            return False
        self.observations.append({"paper_id": paper_id, "at": self.seen.at, **found._asdict()})
        return True


def _announce(row: Row, record: PaperRecord, seen: Seen) -> bool:
    """Sets a paper's announcement, where this is the first or an earlier one; `updated_at` never goes back."""
    if not may_announce(row["first_listed"], seen.listing, seen.whole_day):
        return False
    found = announcement(record, seen.listing, seen.whole_day)
    if found is None:
        return False
    row["first_listed"], row["announced_at"] = found
    row["updated_at"] = max(row["updated_at"] or found[1], found[1])
    return True


def _revision(row: Row, change: Change, seen: Seen) -> Row:
    return {
        "seq": row["seq"],
        "field": change.field,
        "paper_id": row["paper_id"],
        "old": _plain(change.old),
        "new": _plain(change.new),
        "weight": change.weight.value,
        "source": seen.listing.source,
        "seen_at": seen.at,
        "reading_id": seen.reading_id,
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
