"""Decides which rows a batch of records asks for. Values in, values out: the store writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from models.announcing import announce
from models.changes import Change, Counters, Stored, counters, first_row, merged
from models.papers import Weight
from models.records import Listing, PaperRecord

Row = dict[str, Any]

NEWS_FOR = timedelta(days=30)
"""As long as rounds look for a day that is missing."""


_TEXTS = ("title", "abstract", "authors", "comment", "categories", "organization")


@dataclass(frozen=True, slots=True)
class Seen:
    """Where and when (aware UTC) records were seen; `whole_day` where the listing names its whole day.

    `voice` tells apart the ways in which a source speaks of the same papers, each with its own words.
    """

    listing: Listing
    reading_id: int
    at: datetime
    whole_day: bool
    voice: str = ""

    @property
    def heard_as(self) -> str:
        """Under what the hash of a record is kept."""
        return self.listing.source + self.voice

    @property
    def is_news(self) -> bool:
        """What a list of more than a month ago tells is history: a backfill moves nothing in a feed."""
        return self.at.date() - self.listing.date <= NEWS_FOR


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
        found = counters(Counters(), record)
        row = first_row(record, self.seen.listing.source) | {
            "seq": self.seq,
            "heard": {self.seen.heard_as: content_hash},
            "first_listed": None,
            "announced_at": None,
            "announced_by": None,
            "updated_at": None,
            **found._asdict(),
        }
        announce(row, record, self.seen.listing, self.seen.whole_day, self.seen.at)
        self.new.append(row)
        self._observe(record.id, Counters(), found)

    def revise(self, stored: Stored, record: PaperRecord, content_hash: str) -> bool:
        """Takes what a record changes of a known paper; whether that is more than enrichment."""
        source = self.seen.listing.source
        found = merged(stored, record, source)
        row = found.row
        is_announced = announce(row, record, self.seen.listing, self.seen.whole_day, self.seen.at)
        if row == stored:
            return False
        row["heard"] = {**stored["heard"], self.seen.heard_as: content_hash}
        if found.changes or is_announced or _reads_otherwise(row, stored):
            self.seq += 1
            row["seq"] = self.seq
        if self.seen.is_news and any(change.weight is Weight.NOTICED for change in found.changes):
            row["updated_at"] = self.seen.at
        row["paper_id"] = row.pop("id")
        self.changed.append(row)
        self.revisions.extend(_revision(row, change, self.seen) for change in found.changes)
        return any(change.weight is not Weight.ENRICHMENT for change in found.changes)

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


def _reads_otherwise(row: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    """Whether a text is spelt anew, though it says the same: who exports or searches papers has to see it."""
    return any(row[name] != stored[name] for name in _TEXTS)


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
