"""Reads one listing: tries its ways in order, follows its pages, says what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flows.sources.base import Fetch, Source, Way
from models.errors import FetchError, ParseError
from models.records import Answer, Expectation, Listing, ParsedPage, Reading

MOST_PAGES = 50
"""A listing that goes on for longer than this is a loop."""


def read(source: Source, listing: Listing, fetch: Fetch, read_at: datetime) -> Reading:
    """The reading of a listing at a moment: by the first way that satisfies, else by the best that came.

    Never raises for what a site does: a site that cannot be read is a reading without a page, whose
    `problems` say why.
    """
    answers: list[Answer] = []
    problems: list[str] = []
    best: tuple[int, str, ParsedPage] | None = None
    expectation = source.expects(listing.date, read_at)
    for way in source.ways:
        page = _follow(way, listing, fetch, answers, problems)
        if page is None:
            continue
        worth = _worth(page, listing, expectation)
        if best is None or worth > best[0]:
            best = (worth, way.name, page)
        if worth == SATISFIES:
            break
        problems.extend(f"{way.name}: {problem}" for problem in _doubts(page, listing))
    if best is None:
        return Reading(listing, read_at, tuple(answers), problems=tuple(problems))
    return Reading(listing, read_at, tuple(answers), best[2], best[1], tuple(problems))


SATISFIES, IN_PART, OF_ANOTHER_DAY, EMPTY = 3, 2, 1, 0


def _worth(page: ParsedPage, listing: Listing, expectation: Expectation) -> int:
    """How far a page answers what was asked; the calendar decides whether nothing is an answer."""
    if page.date not in (None, listing.date):
        settled = page.has_none or expectation is not Expectation.DUE
        return SATISFIES if settled else OF_ANOTHER_DAY
    if not page.declared:
        return EMPTY if expectation is Expectation.DUE else SATISFIES
    return IN_PART if page.problems or len(page.records) != page.declared else SATISFIES


def _doubts(page: ParsedPage, listing: Listing) -> tuple[str, ...]:
    if page.date not in (None, listing.date):
        return (f"answers with {page.date}",)
    return page.problems or (f"{len(page.records)} of {page.declared} entries",)


def _follow(
    way: Way, listing: Listing, fetch: Fetch, answers: list[Answer], problems: list[str]
) -> ParsedPage | None:
    """All pages of one way as one; a page that fails after the first leaves what came before it."""
    whole: ParsedPage | None = None
    url: str | None = way.url(listing)
    for _ in range(MOST_PAGES):
        if url is None:
            break
        try:
            answers.append(answer := fetch(url))
            page = way.parse(listing, answer)
        except FetchError as error:
            answers.append(error.answer)
            return _cut_short(whole, f"{way.name}: {error}", problems)
        except ParseError as error:
            return _cut_short(whole, f"{way.name}: {error.missing}", problems)
        whole = page if whole is None else _joined(whole, page)
        url = page.next_url
    return whole


def _cut_short(whole: ParsedPage | None, problem: str, problems: list[str]) -> ParsedPage | None:
    if whole is None:
        problems.append(problem)
        return None
    return replace(whole, complete=False, problems=(*whole.problems, problem))


def _joined(whole: ParsedPage, page: ParsedPage) -> ParsedPage:
    return replace(
        whole,
        records=whole.records + page.records,
        declared=whole.declared + page.declared,
        problems=whole.problems + page.problems,
        complete=whole.complete and page.complete,
    )
