"""What the recorded mailings of arXiv hold, found by plain searches and not by the program's own parser."""

from __future__ import annotations

import gzip
import html
import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from tests.acceptance.stand_in import UPSTREAM

ARXIV = UPSTREAM / "data" / "arxiv"
CATEGORIES = ("cs.AI", "cs.CL", "cs.CV", "cs.LG")
FRI, SAT, SUN, MON, TUE, WED, THU, NEXT_FRI, NEXT_SAT = (date(2026, 3, day) for day in range(6, 15))
WEEK = (FRI, SAT, SUN, MON, TUE, WED, THU, NEXT_FRI, NEXT_SAT)
MAILINGS = (FRI, MON, TUE, WED, THU, NEXT_FRI)
GROUNDHOG_DAY = date(2011, 2, 3)
"""The label of the mailing of the evening of 2 February 2011."""

_NAMES = {
    (GROUNDHOG_DAY, "hep-th"): "mailing-2011-02-03/new_hep-th",
    (GROUNDHOG_DAY, "math"): "mailing-2011-02-03/new_math_2011-02-03",
}


@dataclass(frozen=True)
class Shown:
    """One entry of a page as a person reads it there; `rank` counts from 1 in its part."""

    paper_id: str
    part: str
    rank: int
    title: str
    authors: tuple[str, ...]
    comments: str
    categories: tuple[str, ...]
    abstract: str


@cache
def page(day: date, category: str) -> str:
    """The page of a mailing."""
    name = _NAMES.get((day, category), f"{day}/new_{category}")
    return gzip.decompress((ARXIV / f"{name}.html.gz").read_bytes()).decode()


@cache
def shown(day: date, category: str) -> tuple[Shown, ...]:
    """All entries of the page of a mailing, in order."""
    found: list[Shown] = []
    for section in page(day, category).split("<dl id='articles'>")[1:]:
        part = re.search(r"<h3>(New|Cross|Replacement) submissions", section)
        assert part is not None
        ids = re.split(r'<a href ="/abs/([^"]+)" title="Abstract"', section)[1:]
        pieces = zip(ids[::2], ids[1::2], strict=True)
        found += [_entry(paper_id, part[1].lower(), n, rest) for n, (paper_id, rest) in enumerate(pieces, 1)]
    return tuple(found)


@cache
def entries_of(day: date) -> dict[str, Shown]:
    """The papers of a day's mailing in the categories of the week, by id."""
    return {entry.paper_id: entry for category in CATEGORIES for entry in shown(day, category)}


def declared(day: date, category: str) -> int:
    """How many entries a page says that it has."""
    total = re.search(r"Total of (\d+) entries", page(day, category))
    assert total is not None
    return int(total[1])


def without_scheme(text: str) -> str:
    """A text without `http://`, which arXiv's pages put before whatever looks to them like an address."""
    return text.replace("http://", "")


def _entry(paper_id: str, part: str, rank: int, text: str) -> Shown:
    people = re.sub(r" \([^)]*\)", "", _said("div class='list-authors", text))
    return Shown(
        paper_id=paper_id,
        part=part,
        rank=rank,
        title=_said("div class='list-title", text),
        authors=tuple(name.removeprefix("and ") for name in people.split(", ")),
        comments=_said("div class='list-comments", text),
        categories=tuple(re.findall(r"\(([\w.-]+)\)(?:;|$)", _said("div class='list-subjects", text))),
        abstract=_said("p class='mathjax", text),
    )


def _said(start: str, text: str) -> str:
    """What stands in the first element with this start, behind its name, with the addresses of its links."""
    tag = start.partition(" ")[0]
    found = re.search(
        rf"<{start}[^>]*>(?:<span class='descriptor'>.*?</span>)?(.*?)</{tag}>", text, re.DOTALL
    )
    if found is None:
        return ""
    bared = re.sub(r'<a href="([^"]*)"[^>]*>this (?:https?|ftp) URL</a>', r"\1", found[1])
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", bared.replace("<br>", " "))).split())
