"""The page of a day: its papers, what was new in them, and how its lists were read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from feeds.naming import source_name
from feeds.site import paths
from feeds.site.frame import Frame, Page, Site, page
from feeds.site.rows import Row, Tag, row
from feeds.site.words import VERDICTS, count, long_day, section_name, short_day
from feeds.text import one_line
from models.papers import Appearance, Paper, Weight
from models.verdicts import Entry

MOST_PAPERS = 500
"""Papers on one page; more go on to a next one."""

_PART_MARKS = {"cross": "cross-list", "replacement": "replacement"}


@dataclass(frozen=True, slots=True)
class Day:
    """A day's papers, in any order: those first listed on it, and others that its lists name.

    `topics_of` has the slugs of the topics that a paper has matched, by its id. `earlier` and `later` are the
    nearest days that have a page, `ledger` the rows of this date.
    """

    date: dt.date
    papers: Sequence[Paper] = ()
    topics_of: Mapping[str, Sequence[str]] = field(default_factory=dict)
    earlier: dt.date | None = None
    later: dt.date | None = None
    ledger: Sequence[Entry] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """A list of the day in words: how its reading went."""

    listing: str
    verdict: str
    meaning: str
    papers: str
    error: str


@dataclass(frozen=True, slots=True)
class _Values:
    frame: Frame
    name: str
    summary: str
    rows: tuple[Row, ...]
    reads: tuple[Read, ...]
    earlier: Tag | None
    later: Tag | None
    parts: tuple[Tag, ...]
    part: int


def day_pages(site: Site, day: Day) -> list[Page]:
    """The pages of a day: one, or one for each 500 papers. The most votes come first."""
    papers = in_order(day)
    parts = [papers[start : start + MOST_PAPERS] for start in range(0, len(papers), MOST_PAPERS)] or [[]]
    return [_page(site, day, part, number, len(parts)) for number, part in enumerate(parts, 1)]


def in_order(day: Day) -> list[Paper]:
    """The papers of a day, the most votes first, then by primary category and place on the lists."""
    return sorted(day.papers, key=lambda paper: (-(paper.votes or 0), *_place(paper, day.date)))


def _place(paper: Paper, day: dt.date) -> tuple[str, int, str]:
    ranks = [found.rank for found in paper.appearances if found.date == day]
    return paper.categories[0] if paper.categories else "", min(ranks, default=0), paper.id


def day_row(day: Day, paper: Paper, root: str) -> Row:
    """A paper of a day as a list shows it, on a page from which `root` leads home."""
    topics = day.topics_of.get(paper.id, ())
    return row(paper, root, votes=True, marks=tuple(marks(paper, day.date)), topics=topics)


def marks(paper: Paper, day: dt.date) -> Iterator[str]:
    """What a paper was on a day: new, a cross-list, a replacement; revised; withdrawn (by now)."""
    here = [found for found in paper.appearances if found.date == day]
    if paper.first_listed == day:
        yield "new"
    else:
        yield from dict.fromkeys(mark for found in here if (mark := _PART_MARKS.get(_part(found))))
    if any(each.weight is Weight.NOTICED and each.seen_at.date() == day for each in paper.revisions):
        yield "revised"
    if here and all(found.removed_at for found in here):
        yield "taken off the list"
    if paper.withdrawn:
        yield "withdrawn"


def _part(found: Appearance) -> str:
    return found.section.partition("/")[2]


def reads(ledger: Sequence[Entry]) -> Iterator[Read]:
    """Rows of the ledger in words, by source and section."""
    for entry in sorted(ledger, key=lambda entry: entry.listing):
        papers = count(entry.parsed, "paper")
        if entry.declared != entry.parsed:
            papers += f" of {entry.declared:,} declared"
        yield Read(
            listing=f"{source_name(entry.source)}, {section_name(entry.section)}",
            verdict=entry.verdict.value,
            meaning=VERDICTS[entry.verdict],
            papers=papers if entry.parsed or entry.declared else "",
            error=one_line(entry.error),
        )


def _page(site: Site, day: Day, papers: Sequence[Paper], part: int, parts: int) -> Page:
    path = paths.day_path(day.date, part)
    name = long_day(day.date)
    summary = count(len(day.papers), "paper")
    title = name if part == 1 else f"{name}, part {part}"
    frame = site.frame(path, title, f"The papers of {name}: {summary}.", paths.DAYS)
    return page(
        path,
        "day.html",
        _Values(
            frame=frame,
            name=name,
            summary=summary,
            rows=tuple(day_row(day, paper, frame.root) for paper in papers),
            reads=tuple(reads(day.ledger)) if part == 1 else (),
            earlier=_way(frame.root, day.earlier),
            later=_way(frame.root, day.later),
            parts=tuple(
                Tag(frame.root + paths.day_path(day.date, number), str(number))
                for number in range(1, parts + 1)
                if parts > 1
            ),
            part=part,
        ),
    )


def _way(root: str, day: dt.date | None) -> Tag | None:
    return Tag(root + paths.day_path(day), short_day(day)) if day else None
