"""The page of what is trending: the papers in the order of their score, each with what the score is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from feeds.entries import shown_title
from feeds.links import links
from feeds.rendering import render
from feeds.text import one_line
from models.trending import Event, Standing

NAMED_AUTHORS = 4


@dataclass(frozen=True, slots=True)
class _Row:
    title: str
    href: str
    authors: str
    votes: str
    score: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    title: str
    as_of: str
    feed_url: str
    home_url: str
    rows: tuple[_Row, ...]


def trending_page(standings: Sequence[Standing], events: Sequence[Event], public_url: str) -> bytes:
    """The page in UTF-8: where papers stand, best first, and by paper what happened to its votes of late."""
    home = public_url.rstrip("/")
    told: dict[str, list[str]] = {}
    for event in events:
        told.setdefault(event.paper.id, []).append(str(event))
    page = _Page(
        title="Trending papers",
        as_of=_moment(max(each.at for each in standings)) if standings else "",
        feed_url=f"{home}/feeds/trending.atom",
        home_url=f"{home}/",
        rows=tuple(_row(each, told.get(each.paper.id, ())) for each in standings),
    )
    return render("trending.html", page).encode()


def _row(standing: Standing, events: Sequence[str]) -> _Row:
    paper = standing.paper
    where = links(paper)
    authors = [one_line(name) for name in paper.authors[:NAMED_AUTHORS]]
    more = len(paper.authors) - len(authors)
    return _Row(
        title=shown_title(paper),
        href=where[0].href if where else "",
        authors=", ".join(authors) + (f" and {more} more" if more else ""),
        votes=str(standing),
        score=f"{standing.score:.1f}",
        events=tuple(events),
    )


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
