"""The invented week of `paperround demo` on arXiv: what its mailings announce, as week.toml tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from flows.demo.week import Table, authors, tables
from flows.sources.arxiv_calendar import announced_at, has_mailing

PARTS = ("New", "Cross", "Replacement")
"""What the parts of a mailing are called, in their order."""

_MONDAY = 0


@dataclass(frozen=True, slots=True)
class Preprint:
    """One invented paper as arXiv has it from one mailing on; texts are in the TeX of their authors.

    `categories` has the primary one first; `submitted_at` says when (aware UTC) each of its versions came.
    Of the last one nothing is left where it is `withdrawn`.
    """

    id: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    comment: str
    submitted_at: tuple[datetime, ...]
    withdrawn: bool

    @property
    def version(self) -> int:
        """The number of its last version."""
        return len(self.submitted_at)


@dataclass(frozen=True, slots=True)
class _News:
    """What the mailing of a day makes of a paper; nothing came `before` its first."""

    day: date
    before: Preprint | None
    paper: Preprint


def mailing(category: str, day: date) -> dict[str, list[Preprint]]:
    """The papers that a mailing names to the readers of a category, by part, in the order of their ids."""
    parts: dict[str, list[Preprint]] = {part: [] for part in PARTS}
    for news in _all_news():
        if news.day == day and (part := _part(news, category)):
            parts[part].append(news.paper)
    return parts


def changed_between(category: str, first: date, last: date, newest: date) -> list[tuple[date, Preprint]]:
    """The papers of a category whose last change is of these days, with that day, in the order of their ids.

    They are as they stand after the mailing of the day `newest`.
    """
    latest = {news.paper.id: news for news in _all_news() if news.day <= newest}
    return [
        (news.day, news.paper)
        for news in latest.values()
        if first <= news.day <= last and category in news.paper.categories
    ]


def _part(news: _News, category: str) -> str:
    """In which part of its mailing a category names a paper; "" for none."""
    if category not in news.paper.categories:
        return ""
    if news.before is None and category == news.paper.categories[0]:
        return "New"
    if news.before is None or category not in news.before.categories:
        return "Cross"
    return "Replacement" if news.paper.version > news.before.version else ""


@cache
def _all_news() -> tuple[_News, ...]:
    """All that happens to the papers, in the order of their ids, what happens to one in the order of time."""
    papers = sorted(tables()["papers"], key=lambda table: str(table["id"]))
    return tuple(news for table in papers for news in _history(table))


def _history(table: Table) -> Iterator[_News]:
    submitted_at: tuple[datetime, ...] = (table["published"],)
    paper = _preprint(table, submitted_at)
    yield _News(_first_mailing(table["published"]), None, paper)
    changes = [each for each in tables()["changes"] if "mailing" in each and each["paper"] == paper.id]
    for change in sorted(changes, key=lambda change: change["mailing"]):
        table = {**table, **change["set"]}
        if set(change["set"]) != {"categories"}:
            submitted_at += (_closes_at(change["mailing"]) - timedelta(hours=3),)
        before, paper = paper, _preprint(table, submitted_at)
        yield _News(change["mailing"], before, paper)


def _preprint(table: Table, submitted_at: tuple[datetime, ...]) -> Preprint:
    return Preprint(
        id=table["id"],
        title=table["title"],
        abstract=" ".join(table["abstract"].split()),
        authors=authors(table),
        categories=tuple(table["categories"]),
        comment=table.get("comment", ""),
        submitted_at=submitted_at,
        withdrawn=table.get("withdrawn", False),
    )


def _first_mailing(published: datetime) -> date:
    """The date of the mailing that announces what is submitted at a moment."""
    day = published.date()
    while not has_mailing(day) or _closes_at(day) <= published:
        day += timedelta(days=1)
    return day


def _closes_at(day: date) -> datetime:
    """Until when (UTC) papers are taken for a mailing: 14:00 US Eastern of its evening, of Friday for Monday's.

    From https://info.arxiv.org/help/availability.html.
    """
    return announced_at(day) - timedelta(hours=54 if day.weekday() == _MONDAY else 6)
