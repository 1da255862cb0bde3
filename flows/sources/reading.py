"""Reads one listing: tries its ways in order, follows its pages, says what came of it."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from flows.sources.base import Fetch, Source, Way
from models.errors import FetchError, ParseError
from models.records import Answer, Expectation, Listing, ParsedPage, Reading

MOST_PAGES = 50
"""A listing that goes on for longer than this is a loop."""

_LOG = logging.getLogger(__name__)


def read(source: Source, listing: Listing, fetch: Fetch, read_at: datetime) -> Reading:
    """The reading of a listing at a moment: by the first way that satisfies, else by the best that came.

    Where a source has no way to read it, its calendar is the answer.
    Never raises for what a site does: a site that cannot be read is a reading without a page, whose
    `problems` say why.
    """
    answers: list[Answer] = []
    problems: list[str] = []
    found: list[tuple[int, ParsedPage, str]] = []
    expectation = source.expects(listing, read_at)
    ways = source.ways(listing, read_at)
    if not ways:
        said = ParsedPage((), declared=0, date=listing.date, has_none=expectation is Expectation.NONE)
        return Reading(listing, read_at, (), said, "calendar")
    for way in ways:
        if way.rescue and any(worth in (OF_ANOTHER_DAY, EMPTY) for worth, _, _ in found):
            continue
        page = _follow(way, listing, fetch, answers, problems)
        if page is None:
            continue
        worth = _worth(page, listing, expectation)
        found.append((worth, page, way.name))
        if worth == SATISFIES:
            break
        problems.extend(f"{way.name}: {problem}" for problem in _doubts(page, listing))
    _, best, via = max(found, key=lambda way: (way[0], len(way[1].records)), default=(None, None, ""))
    return Reading(listing, read_at, tuple(answers), best, via, tuple(problems))


SATISFIES, IN_PART, OF_ANOTHER_DAY, EMPTY = 3, 2, 1, 0


def _worth(page: ParsedPage, listing: Listing, expectation: Expectation) -> int:
    """How far a page answers what was asked; the calendar decides whether nothing is an answer."""
    nothing_will_do = page.has_none or expectation is not Expectation.DUE
    if page.date not in (None, listing.date):
        return SATISFIES if nothing_will_do else OF_ANOTHER_DAY
    if page.problems or len(page.records) != page.declared:
        return IN_PART
    return SATISFIES if page.declared or nothing_will_do else EMPTY


def _doubts(page: ParsedPage, listing: Listing) -> tuple[str, ...]:
    if page.date not in (None, listing.date):
        return (f"answers with {page.date}",)
    if page.problems:
        return page.problems
    return (f"{len(page.records)} of {page.declared} entries" if page.declared else "names no papers",)


def _follow(
    way: Way, listing: Listing, fetch: Fetch, answers: list[Answer], problems: list[str]
) -> ParsedPage | None:
    """All pages of one way as one; a page that fails after the first leaves what came before it."""
    whole: ParsedPage | None = None
    url = way.url(listing)
    for _ in range(MOST_PAGES):
        page = _take(way, listing, url, fetch, answers)
        if isinstance(page, str):
            return _cut_short(way, whole, page, problems)
        whole = page if whole is None else _joined(whole, page)
        if page.next_url is None:
            return whole
        url = page.next_url
    problems.append(f"{way.name}: goes on after {MOST_PAGES} pages")
    return None


def _take(way: Way, listing: Listing, url: str, fetch: Fetch, answers: list[Answer]) -> ParsedPage | str:
    """One page of a way, or in words why there is none; what came is added to the answers."""
    try:
        answer = fetch(url)
    except FetchError as error:
        answers.append(error.answer)
        return str(error)
    answers.append(answer)
    try:
        return way.parse(listing, answer)
    except ParseError as error:
        return f"no {error.missing}"
    except Exception as error:  # noqa: BLE001 - a defect of one parser must not stop the other listings
        _LOG.exception("%s: the parser of its %s has a defect", listing, way.name)
        return f"its parser has a defect: {error!r:.200}"


def _cut_short(way: Way, whole: ParsedPage | None, problem: str, problems: list[str]) -> ParsedPage | None:
    if whole is None:
        problems.append(f"{way.name}: {problem}")
        return None
    return replace(whole, complete=False, problems=(*whole.problems, problem))


def _joined(whole: ParsedPage, page: ParsedPage) -> ParsedPage:
    strays = page.records and page.date != whole.date
    doubts = (f"goes on with entries of {page.date}",) if strays else ()
    return replace(
        whole,
        records=whole.records + page.records,
        declared=whole.declared + page.declared,
        problems=tuple(dict.fromkeys(whole.problems + page.problems + doubts)),
        complete=whole.complete and page.complete,
        lists=whole.lists and page.lists,
    )
