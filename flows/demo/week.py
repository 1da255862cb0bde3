"""The invented week of `paperround demo` on Hugging Face: what its lists hold at a moment, as week.toml tells it."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import islice, product
from typing import Any

from models.tex import displayed

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Count:
    """A number that grows: `points` are (aware UTC moment, number), in the order of time."""

    points: tuple[tuple[datetime, int], ...]

    def at(self, moment: datetime) -> int:
        """The number at a moment: on the straight line between its neighbours, rounded down."""
        if not self.points:
            return 0
        after = bisect_right(self.points, moment, key=lambda point: point[0])
        if after in (0, len(self.points)):
            return self.points[max(after - 1, 0)][1]
        (start, low), (end, high) = self.points[after - 1 : after + 1]
        return low + (high - low) * int((moment - start).total_seconds()) // int(
            (end - start).total_seconds()
        )


@dataclass(frozen=True, slots=True)
class DemoPaper:
    """One invented paper as Hugging Face has it from one moment on; "" where the site would leave a field out.

    `places` is the number of its cards on the list of `listed_at`'s day; `summary` and `keywords` show
    from `summary_at` on; `submitter` is a login, `submitter_name` a person. Times are aware UTC.
    """

    id: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    published_at: datetime
    listed_at: datetime
    places: int
    votes: Count
    comments: Count
    stars: Count
    summary_at: datetime
    summary: str
    keywords: tuple[str, ...]
    organization: str
    submitter: str
    submitter_name: str
    code_url: str
    project_url: str


def lists_at(moment: datetime) -> dict[date, list[DemoPaper]]:
    """The lists that the site has at a moment, oldest day first, each with the most voted paper first.

    A day without papers has no list; a paper that is listed twice is in its list twice.
    """
    lists: defaultdict[date, list[DemoPaper]] = defaultdict(list)
    for versions in _week():
        begun = bisect_right(versions, moment, key=lambda version: version[0])
        if begun:
            paper = versions[begun - 1][1]
            lists[paper.listed_at.date()] += [paper] * paper.places
    for papers in lists.values():
        papers.sort(key=lambda paper: (-paper.votes.at(moment), paper.listed_at, paper.id))
    return {day: lists[day] for day in sorted(lists) if lists[day]}


def found_at(moment: datetime, text: str) -> list[DemoPaper]:
    """The papers listed up to a moment that hold a word of a text, best first: a word counts twice in a title."""
    words = _words(text)
    scores = {
        paper: 2 * len(words & _words(paper.title)) + len(words & _words(paper.abstract))
        for papers in lists_at(moment).values()
        for paper in papers
    }
    found = [paper for paper, score in scores.items() if score]
    return sorted(found, key=lambda paper: (-scores[paper], paper.id))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


@cache
def tables() -> Table:
    """The invented week as it stands in week.toml."""
    return tomllib.loads((files("flows.demo") / "week.toml").read_text(encoding="utf-8"))


def authors(table: Table) -> tuple[str, ...]:
    """The names of a paper's authors as they wrote them in TeX, with those that the crowd adds."""
    crowd = tables()["crowd"]
    names = (f"{first} {last}" for last, first in product(crowd["last"], crowd["first"]))
    return (*table["authors"], *islice(names, table.get("further_authors", 0)))


@cache
def _week() -> tuple[tuple[tuple[datetime, DemoPaper], ...], ...]:
    """Every paper that is listed as its versions, each with the moment from which it counts."""
    return tuple(_versions(table) for table in tables()["papers"] if "listed" in table)


def _versions(table: Table) -> tuple[tuple[datetime, DemoPaper], ...]:
    first_listed: datetime = table["listed"]
    versions = [(first_listed, _paper(table, first_listed))]
    changes = [each for each in tables()["changes"] if "at" in each and each["paper"] == table["id"]]
    for change in sorted(changes, key=lambda change: change["at"]):
        table = {**table, **change["set"]}
        versions.append((change["at"], _paper(table, first_listed)))
    return tuple(versions)


def _paper(table: Table, first_listed: datetime) -> DemoPaper:
    def count(field: str) -> Count:
        return Count(tuple((first_listed + timedelta(hours=h), number) for h, number in table.get(field, ())))

    submitter = table.get("submitter", "")
    return DemoPaper(
        id=table["id"],
        title=table["title"],
        abstract=" ".join(table["abstract"].split()),
        authors=tuple(map(displayed, authors(table))),
        published_at=table["published"],
        listed_at=table["listed"],
        places=table.get("places", 1),
        votes=count("votes"),
        comments=count("comments"),
        stars=count("stars"),
        summary_at=first_listed + timedelta(hours=table.get("summary_after_hours", 0)),
        summary=table.get("summary", ""),
        keywords=tuple(table.get("keywords", ())),
        organization=table.get("organization", ""),
        submitter=submitter,
        submitter_name=tables()["submitters"].get(submitter, ""),
        code_url=table.get("code", ""),
        project_url=table.get("project", ""),
    )
