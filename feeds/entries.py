"""Turns papers into entries: what a feed of any format says of a paper, clean and in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from feeds.links import Link, links, permanent_id
from feeds.rendering import render
from feeds.text import one_line
from models.papers import Paper, Revision, Weight

NAMED_AUTHORS = 20
"""The content names so many authors and counts the rest; the entry's own authors are all of them."""


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


def entries(papers: Iterable[tuple[Paper, str]]) -> list[Entry]:
    """One entry for each paper and the reason why it is there: the newest announced first, then by id.

    A paper that no listing has announced yet has no date to stand under, and is left out.
    """
    announced = [(paper.announced_at, paper, reason) for paper, reason in papers if paper.announced_at]
    announced.sort(key=lambda found: found[1].id)
    announced.sort(key=lambda found: found[0], reverse=True)
    return [_entry(paper, announced_at, reason) for announced_at, paper, reason in announced]


def _entry(paper: Paper, announced_at: datetime, reason: str) -> Entry:
    authors = _lines(paper.authors)
    where = links(paper)
    return Entry(
        id=permanent_id(paper.id),
        title=_title(paper),
        authors=authors,
        categories=_lines(paper.categories),
        links=where,
        published_at=announced_at,
        updated_at=paper.updated_at or announced_at,
        content=render("entry.html", _content(paper, reason, authors, where)),
    )


def _lines(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for text in texts if (line := one_line(text)))


def _title(paper: Paper) -> str:
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
