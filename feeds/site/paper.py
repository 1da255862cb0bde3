"""The page of a paper: all that is known of it, and how that came about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from feeds.bibtex import bibtex
from feeds.entries import shown_title
from feeds.links import Link, links
from feeds.naming import source_name
from feeds.site import paths
from feeds.site.chart import Chart, chart, votes_told
from feeds.site.citing import coins, doi_of, meta
from feeds.site.frame import Frame, Page, Site, page
from feeds.site.history import Edition, history
from feeds.site.licences import licence_name
from feeds.site.mathematics import with_formulas
from feeds.site.rows import Tag
from feeds.site.words import count, field_name, long_day, moment, plain_day, section_name
from feeds.text import one_line, web_address
from models.papers import Paper

SHOWN_AUTHORS = 40
"""More stand behind a fold."""

_SUMMARY = 160


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that is known of a paper; `href` where it leads somewhere."""

    name: str
    value: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """An appearance in words; `href` leads to its day."""

    list: str
    day: str
    href: str
    rank: str
    removed: str


@dataclass(frozen=True, slots=True)
class _Values:
    frame: Frame
    title: Markup
    authors: tuple[str, ...]
    more_authors: tuple[str, ...]
    day: Tag | None
    withdrawn: bool
    abstract: Markup
    links: tuple[Link, ...]
    summary: Markup
    keywords: str
    summary_source: str
    known: tuple[Known, ...]
    chart: Chart | None
    votes: tuple[tuple[str, str], ...]
    counters: str
    history: tuple[Edition, ...]
    appearances: tuple[Listed, ...]
    provenance: tuple[Known, ...]
    bibtex: str
    bibtex_href: str
    meta: tuple[tuple[str, str], ...]
    coins: str


def paper_pages(site: Site, paper: Paper) -> tuple[Page, Page]:
    """A paper's page, and the paper as a BibTeX file."""
    path = paths.paper_path(paper.id)
    title = shown_title(paper)
    frame = site.frame(path, title, _shortened(one_line(paper.abstract)), paths.DAYS)
    html = page(path, "paper.html", _values(frame, paper))
    return html, Page(paths.bibtex_path(paper.id), bibtex(paper).encode())


def _values(frame: Frame, paper: Paper) -> _Values:
    authors = tuple(line for name in paper.authors if (line := one_line(name)))
    return _Values(
        frame=frame,
        title=with_formulas(shown_title(paper)),
        authors=authors[:SHOWN_AUTHORS],
        more_authors=authors[SHOWN_AUTHORS:],
        day=_day(frame, paper),
        withdrawn=paper.withdrawn,
        abstract=with_formulas(paper.abstract),
        links=links(paper),
        summary=with_formulas(paper.summary),
        keywords=", ".join(filter(None, map(one_line, paper.keywords))),
        summary_source=_teller(paper, "summary"),
        known=tuple(known for known in _known(paper) if known.value),
        chart=chart(paper.observations),
        votes=tuple((moment(at), f"{value:,}") for at, value in votes_told(paper.observations)),
        counters=_counters(paper),
        history=tuple(history(paper.revisions)),
        appearances=tuple(_appearances(frame, paper)),
        provenance=tuple(
            Known(field_name(field), source_name(source))
            for field, source in sorted(paper.provenance.items())
        ),
        bibtex=bibtex(paper),
        bibtex_href=paths.bibtex_path(paper.id).rpartition("/")[2],
        meta=tuple(meta(paper)),
        coins=coins(paper),
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _SUMMARY else f"{text[:_SUMMARY].rpartition(' ')[0] or text[:_SUMMARY]} …"


def _day(frame: Frame, paper: Paper) -> Tag | None:
    day = paper.first_listed
    return Tag(frame.root + paths.day_path(day), long_day(day)) if day else None


def _known(paper: Paper) -> Iterator[Known]:
    yield Known("Categories", " ".join(map(one_line, paper.categories)))
    yield Known("Authors\u2019 comment", one_line(paper.comment))
    yield Known("Published in", one_line(paper.journal_ref))
    yield Known("DOI", doi_of(paper))
    yield Known("Licence", licence_name(one_line(paper.license)), web_address(paper.license))
    yield Known("Organization", one_line(paper.organization))
    yield Known("Submitted by", one_line(paper.submitter))
    yield Known("Announced", moment(paper.announced_at) if paper.announced_at else "")
    yield Known("First version", plain_day(paper.published_at) if paper.published_at else "")
    yield Known("Versions", _versions(paper))
    yield Known("Id", one_line(paper.id))


def _versions(paper: Paper) -> str:
    if paper.versions:
        return ", ".join(f"{number} of {plain_day(at)}" for number, at in enumerate(paper.versions, 1))
    return str(paper.version) if paper.version else ""


def _teller(paper: Paper, field: str) -> str:
    source = paper.provenance.get(field) or paper.provenance.get("*", "")
    return source_name(source) if source else "its source"


def _counters(paper: Paper) -> str:
    told = ((paper.votes, "vote"), (paper.comments, "comment"), (paper.stars, "star"))
    return ", ".join(count(number, noun) for number, noun in told if number is not None)


def _appearances(frame: Frame, paper: Paper) -> Iterator[Listed]:
    for found in paper.appearances:
        yield Listed(
            list=f"{source_name(found.source)}, {section_name(found.section)}",
            day=plain_day(found.date),
            href=frame.root + paths.day_path(found.date),
            rank=f"{found.rank:,}",
            removed=f"taken off by {moment(found.removed_at)}" if found.removed_at else "",
        )
