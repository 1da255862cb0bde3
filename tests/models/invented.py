"""Invented records, pages and listings; their first paper is that of the feeds' tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from models.batch import Batch, Row, Seen
from models.changes import content_hash
from models.records import SETTLED, Listing, PaperRecord, ParsedPage, Verdict
from models.verdicts import Entry
from tests.feeds.invented import ANNOUNCED, PAPER

DAY, NEXT_DAY, DAY_BEFORE = date(2025, 10, 1), date(2025, 10, 2), date(2025, 9, 30)
MORNING = datetime(2025, 10, 1, 8, 15, tzinfo=UTC)
EVENING = MORNING + timedelta(hours=12)
TOMORROW = MORNING + timedelta(days=1)

RECORD = PaperRecord(
    id=PAPER.id,
    title=PAPER.title,
    abstract=PAPER.abstract,
    authors=PAPER.authors,
    rank=1,
    categories=PAPER.categories,
    version=1,
    versions=(datetime(2025, 9, 29, 17, 59, 58, tzinfo=UTC),),
    withdrawn=False,
    comment="12 pages, 3 lanterns",
    journal_ref="J. Lanterns 7 (2025) 12",
    doi="10.1000/lanterns.7",
    license="https://creativecommons.org/licenses/by/4.0/",
    links=PAPER.links,
    published_at=datetime(2025, 9, 29, 17, 59, 58, tzinfo=UTC),
    listed_at=ANNOUNCED,
    summary="Lanterns show what a layer does.",
    keywords=("lanterns", "layers"),
    organization=PAPER.organization,
    submitter="lamplighter",
    votes=3,
    comments=1,
    stars=40,
)
BARE = PaperRecord(id=PAPER.id, title="", abstract="", authors=(), rank=1)
"""A record of the same paper that says nothing of it."""


def record(**changes: Any) -> PaperRecord:
    """An invented record, but for the changes."""
    return replace(RECORD, **changes)


def records(count: int) -> tuple[PaperRecord, ...]:
    """So many papers, in the order of their ranks."""
    return tuple(record(id=f"2510.{n:05}", title=f"Lantern {n}", rank=n) for n in range(1, count + 1))


def page(*given: PaperRecord, **changes: Any) -> ParsedPage:
    """A whole page that names these papers."""
    return replace(ParsedPage(given, len(given)), **changes)


def daily(day: date = DAY) -> Listing:
    return Listing("huggingface", "daily", day)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def entry(day: date = DAY, verdict: Verdict = Verdict.FRESH, at: datetime | None = None) -> Entry:
    """A row of the ledger, read at noon of its day unless told otherwise."""
    read_at = at or noon(day)
    good_at = read_at if verdict in SETTLED else None
    return Entry("huggingface", "daily", day, 3, 3, 3, 0, 0, 0, verdict, "page", "", read_at, good_at)


def seen(day: date = DAY, at: datetime = MORNING, *, whole_day: bool = True) -> Seen:
    return Seen(daily(day), 1, at, whole_day)


def stored(given: PaperRecord = RECORD) -> Row:
    """The row of a paper that was first stored from a record."""
    batch = Batch(seen(), 0)
    batch.add(given, content_hash(given))
    return batch.new[0]
