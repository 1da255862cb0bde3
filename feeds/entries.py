"""Turns papers into entries: what a feed of any format says of a paper, clean and in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from feeds.links import Link, links, permanent_id
from feeds.rendering import render
from feeds.text import one_line
from models.papers import Paper, Revision, Weight

NAMED_AUTHORS = 20
"""The content names so many authors and counts the rest; the entry's own authors are all of them."""


_NEVER = datetime.min.replace(tzinfo=UTC)


class Item(NamedTuple):
    """A paper in a feed, why it is there (or nothing), and when (aware UTC) it came in where that was later."""

    paper: Paper
    reason: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of a paper. Text is clean and not escaped, `content` is HTML, times aware UTC."""

    id: str
    title: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    links: tuple[Link, ...]
    published_at: datetime
    updated_at: datetime
    content: str


@dataclass(frozen=True, slots=True)
class _Content:
    """What the template shows. No votes: each would change the bytes of every feed."""

    withdrawn: bool
    authors: tuple[str, ...]
    more_authors: int
    organization: str
    comment: str
    journal_ref: str
    abstract: str
    links: tuple[Link, ...]
    changes: tuple[tuple[date, tuple[str, ...]], ...]
    reason: str


def entries(items: Iterable[Item]) -> list[Entry]:
    """One entry for each item: what came last first, then by id.

    A paper that no listing has announced yet has no date to stand under, and is left out.
    """
    announced = [item for item in items if item.paper.announced_at]
    announced.sort(key=lambda item: item.paper.id)
    announced.sort(key=came, reverse=True)
    return [_entry(item, item.paper.announced_at) for item in announced if item.paper.announced_at]


def came(item: Item) -> datetime:
    """When (aware UTC) a paper came into the feed: with its announcement, or later."""
    announced_at = item.paper.announced_at or _NEVER
    return max(announced_at, item.since or announced_at)


def _entry(item: Item, announced_at: datetime) -> Entry:
    paper = item.paper
    authors = _lines(paper.authors)
    where = links(paper)
    return Entry(
        id=permanent_id(paper.id),
        title=shown_title(paper),
        authors=authors,
        categories=_lines(paper.categories),
        links=where,
        published_at=announced_at,
        # To have come in later is news to the feed's readers, though not to the paper.
        updated_at=max(paper.updated_at or announced_at, came(item)),
        content=render("entry.html", _content(paper, item.reason, authors, where)),
    )


def _lines(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for text in texts if (line := one_line(text)))


def shown_title(paper: Paper) -> str:
    """A title for people, never empty; that of a withdrawn paper says so."""
    title = one_line(paper.title) or one_line(paper.id) or "Untitled"
    return f"[withdrawn] {title}" if paper.withdrawn else title


def _content(paper: Paper, reason: str, authors: tuple[str, ...], where: tuple[Link, ...]) -> _Content:
    return _Content(
        withdrawn=paper.withdrawn,
        authors=authors[:NAMED_AUTHORS],
        more_authors=max(0, len(authors) - NAMED_AUTHORS),
        organization=one_line(paper.organization),
        comment=one_line(paper.comment),
        journal_ref=one_line(paper.journal_ref),
        abstract=one_line(paper.abstract),
        links=where,
        changes=_changes(paper.revisions),
        reason=one_line(reason),
    )


def _changes(revisions: Sequence[Revision]) -> tuple[tuple[date, tuple[str, ...]], ...]:
    """The days (UTC) on which a reader would have noticed a change, the latest first, with the fields."""
    fields: dict[date, dict[str, None]] = {}
    for revision in revisions:
        if revision.weight is Weight.NOTICED:
            fields.setdefault(revision.seen_at.date(), {})[one_line(revision.field)] = None
    return tuple((day, tuple(fields[day])) for day in sorted(fields, reverse=True))
