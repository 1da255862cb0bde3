"""Turns papers into entries: what a feed of any format says of a paper, clean and in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from feeds.contents import body, revision_body, why
from feeds.differences import noticed
from feeds.links import Link, links, paper_path, permanent_id, revision_id
from feeds.text import one_line
from feeds.votes import edition_votes
from models.papers import Appearance, Observation, Paper, Revision

_NEVER = datetime.min.replace(tzinfo=UTC)


class Item(NamedTuple):
    """A paper in a feed, why it is there (or nothing), and when (aware UTC) it came in where that was later.

    With a `day` (UTC) the entry is of what a reader would have noticed to change of the paper on that day.
    """

    paper: Paper
    reason: str = ""
    since: datetime | None = None
    day: date | None = None


class Draft(NamedTuple):
    """All that an entry is made from, but for why it is there and when it was updated.

    `told` are the fields of the paper that entries tell, in the order of their names here; the others cannot
    be told, since the entry's own `paper` is without them. So equal drafts give equal entries. `votes` is
    the one observation that is told.
    """

    told: tuple[object, ...]
    places: tuple[str, ...]
    revisions: tuple[Revision, ...]
    votes: tuple[datetime, int | None] | None
    day: date | None
    home_url: str

    @property
    def paper(self) -> Paper:
        """The paper with what is told of it alone."""
        return Paper(
            **(_NOTHING | dict(zip(_TOLD, self.told, strict=True))),
            appearances=tuple(Appearance(source, "", date.min, 0) for source in self.places),
            revisions=self.revisions,
            observations=(Observation(*self.votes, None, None),) if self.votes else (),
        )


_TOLD = (
    "id", "title", "abstract", "authors", "announced_at", "categories", "version", "withdrawn", "comment",
    "journal_ref", "doi", "links", "organization",
)  # fmt: skip
_told = attrgetter(*_TOLD)
_NOTHING: dict[str, Any] = {"seq": 0, "first_listed": None, "updated_at": None}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of a paper. Text is clean and not escaped, `body` is HTML, times aware UTC.

    `page_url` is the paper's page on our site, `paper_id` its id in our database.
    """

    id: str
    title: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    links: tuple[Link, ...]
    published_at: datetime
    updated_at: datetime
    body: str
    reason: str
    page_url: str
    paper_id: str
    version: int | None
    is_withdrawn: bool

    @property
    def content(self) -> str:
        """The body, and why the entry is there, as HTML."""
        return self.body + why(self.reason)


def ordered(items: Iterable[Item]) -> list[Item]:
    """What came last first, then by id.

    A paper that no listing has announced yet has no date to stand under, and is left out; so is a day on
    which nothing of it changed.
    """
    timed = [(at, item) for item in items if (at := came(item)) > _NEVER]
    timed.sort(key=lambda found: found[1].paper.id)
    timed.sort(key=itemgetter(0), reverse=True)
    return [item for _, item in timed]


def came(item: Item) -> datetime:
    """When (aware UTC) an item came into the feed: with its announcement, later, or with its change."""
    announced_at = item.paper.announced_at
    if announced_at is None:
        return _NEVER
    if item.day is not None:
        seen = (revision.seen_at for revision in noticed(item.paper).get(item.day, ()))
        return max(seen, default=_NEVER)
    return announced_at if item.since is None else max(announced_at, item.since)


def updated_at(item: Item) -> datetime:
    """When (aware UTC) its entry was last changed. To have come in later is news to the feed's readers."""
    at = came(item)
    return at if item.day or item.paper.updated_at is None else max(item.paper.updated_at, at)


def draft(item: Item, home_url: str, newest: date | None) -> Draft:
    """What the entry of an item is made from, votes as of the day of the newest list."""
    paper, day = item.paper, item.day
    votes = None if day else edition_votes(paper, newest)
    by_day = noticed(paper) if paper.revisions else {}
    return Draft(
        told=_told(paper),
        places=tuple(sorted({found.source for found in paper.appearances})),
        revisions=tuple(found for each, of_day in by_day.items() if day in (None, each) for found in of_day),
        votes=(votes.at, votes.votes) if votes else None,
        day=day,
        home_url=home_url,
    )


def entry(made: Draft, reason: str, updated: datetime) -> Entry:
    """The entry of a draft, why it is there (or nothing), and when (aware UTC) it was last changed."""
    paper = made.paper
    where = _places(paper, made.home_url)
    authors = _lines(paper.authors)
    return Entry(
        id=revision_id(paper.id, made.day) if made.day else permanent_id(paper.id),
        title=_revised_title(paper) if made.day else shown_title(paper),
        authors=authors,
        categories=_lines(paper.categories),
        links=where,
        published_at=updated if made.day else paper.announced_at or updated,
        updated_at=updated,
        body=revision_body(paper, where) if made.day else body(paper, authors, where),
        reason=reason,
        page_url=where[-1].href,
        paper_id=one_line(paper.id),
        version=paper.version,
        is_withdrawn=paper.withdrawn,
    )


def _places(paper: Paper, home_url: str) -> tuple[Link, ...]:
    """Where the paper is found, our own page last; it is the alternate of a paper that has no other."""
    elsewhere = links(paper)
    has_home = any(link.rel == "alternate" for link in elsewhere)
    page = Link(f"{home_url}{paper_path(paper.id)}", "related" if has_home else "alternate", "History")
    return (*elsewhere, page)


def _lines(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for text in texts if (line := one_line(text)))


def shown_title(paper: Paper) -> str:
    """A title for people, never empty; that of a withdrawn paper says so."""
    return f"[withdrawn] {_title(paper)}" if paper.withdrawn else _title(paper)


def _revised_title(paper: Paper) -> str:
    last = {revision.field: revision.new for revision in paper.revisions}
    return f"{'Withdrawn' if last.get('withdrawn') else 'Revised'}: {_title(paper)}"


def _title(paper: Paper) -> str:
    return one_line(paper.title) or one_line(paper.id) or "Untitled"
