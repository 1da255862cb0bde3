"""A paper in a digest, as text and as HTML: what is told of one that is new, revised or withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from feeds.differences import changes, note
from feeds.digests.digest import SectionKind, Told
from feeds.digests.inlining import inlined
from feeds.digests.lines import line, shortened, wrapped
from feeds.entries import shown_title
from feeds.links import links
from feeds.naming import named
from feeds.rendering import render
from feeds.site.frame import Site
from feeds.site.paths import paper_path
from feeds.site.rows import NAMED_AUTHORS
from feeds.site.words import count, plain_day
from models.mail.letters import Fragment
from models.papers import Paper, Revision, Weight

ABSTRACT = 300
"""Characters of an abstract at most, or of what a model says of the paper in its place."""

_TITLE = 300
_NAME = 60
_ORGANIZATION = 80
_REASON = 200
_COMMENT = 300
_NOTE = 360
_URL = 400
_MOST_ALSO = 3
_LINKED = ("PDF", "DOI", "Code", "Project page")


@dataclass(frozen=True, slots=True)
class Way:
    """A link: its URL and its name."""

    href: str
    name: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a digest says of a paper: clean lines, not escaped; `home` is its page on our site.

    `facts` are a few words each, `notes` say what changed; `label` says whose words those of `brief` are.
    """

    title: str
    home: Way
    authors: str
    facts: tuple[str, ...]
    notes: tuple[str, ...] = ()
    label: str = ""
    brief: str = ""
    why: str = ""
    ways: tuple[Way, ...] = ()


def later(paper: Paper, since: datetime) -> tuple[Revision, ...]:
    """The revisions after a moment (aware UTC) that a reader would notice, in the order of time."""
    return tuple(each for each in paper.revisions if each.weight is Weight.NOTICED and each.seen_at > since)


def fragment(kind: SectionKind, told: Told, revisions: tuple[Revision, ...], site: Site) -> Fragment:
    """A paper in a section of a kind; `revisions` are those that are told where it is of those revised."""
    paper_shown = shown(kind, told, revisions, site)
    return Fragment(as_text(paper_shown), inlined(render("mail/paper.html", paper_shown)))


def shown(kind: SectionKind, told: Told, revisions: tuple[Revision, ...], site: Site) -> Shown:
    """What is said of a paper."""
    paper = told.paper
    page = site.url(paper_path(paper.id))
    title = shortened(line(shown_title(paper)), _TITLE) or line(paper.id) or "Untitled"
    authors = named((shortened(line(name), _NAME) for name in paper.authors), NAMED_AUTHORS)
    if kind == "withdrawn":
        return Shown(title, Way(page, ""), authors, _facts(told), tuple(_withdrawal(paper)))
    if kind == "revised":
        home = Way(f"{page}#changes", "What changed")
        return Shown(title, home, authors, _facts(told), tuple(_notes(revisions)), ways=(home, *_ways(paper)))
    return Shown(
        title=title,
        home=Way(page, ""),
        authors=authors,
        facts=_facts(told),
        label="In short, by a model:" if line(paper.summary) else "",
        brief=shortened(line(paper.summary) or line(paper.abstract), ABSTRACT),
        why=shortened(line(told.why), _REASON),
        ways=tuple(_ways(paper)),
    )


def _facts(told: Told) -> tuple[str, ...]:
    paper = told.paper
    day = paper.first_listed or (paper.announced_at.date() if paper.announced_at else None)
    also = named((shortened(line(title), _NAME) for title in told.also), _MOST_ALSO)
    facts = (
        count(paper.votes, "vote") if paper.votes else "",
        plain_day(day) if day else "",
        shortened(line(paper.organization), _ORGANIZATION),
        f"also in {also}" if also else "",
    )
    return tuple(filter(None, facts))


def _notes(revisions: tuple[Revision, ...]) -> Iterator[str]:
    """What changed; it may have come and gone."""
    said = [shortened(line(note(change)), _NOTE) for change in changes(revisions)]
    for each in said or ["changed, and changed back"]:
        yield each[:1].upper() + each[1:]


def _withdrawal(paper: Paper) -> Iterator[str]:
    gone = [each for each in paper.revisions if each.field == "withdrawn" and each.new]
    yield f"Withdrawn{f', seen on {plain_day(gone[-1].seen_at)}' if gone else ''}."
    if comment := shortened(line(paper.comment), _COMMENT):
        yield f"The authors say: {comment}"


def _ways(paper: Paper) -> Iterator[Way]:
    for link in links(paper):
        if link.title in _LINKED and len(link.href) <= _URL:
            yield Way(link.href, link.title)


def as_text(it: Shown) -> str:
    """The same as text: the title, all else with an indent, each URL on a line of its own."""
    brief = f"{it.label} {it.brief}" if it.label else it.brief
    blocks = (
        wrapped(it.title)
        + wrapped(it.authors, "  ")
        + wrapped(" · ".join(it.facts), "  ")
        + "".join(wrapped(each, "  ") for each in it.notes),
        wrapped(brief, "  "),
        (wrapped(f"Why it is here: {it.why}", "  ") if it.why else "")
        + "".join(f"  {href}\n" for href in dict.fromkeys(way.href for way in (it.home, *it.ways))),
    )
    return "\n".join(filter(None, blocks)) + "\n"
