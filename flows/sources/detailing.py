"""Asks a source for what its listings lack of papers: first for those of a listing as a whole, then by their ids."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from flows.sources.base import Details, Fetch
from models.errors import FetchError, ParseError
from models.records import Answer, Listing, PaperRecord, ParsedPage, Reading

DETAILS = "/details"
"""Ends the section of a reading that lists no papers, but tells more of those of a listing: `cs.CL/details`."""

MOST_PAGES = 50
MOST_LOOKUPS = 100

_LOG = logging.getLogger(__name__)


def read_details(
    details: Details, listing: Listing, lacking: Collection[str], fetch: Fetch, read_at: datetime
) -> Reading:
    """What a source tells of the papers of a listing that lack something, by their ids, at a moment.

    Asks no more than it has to. Never raises for what a site does: `problems` say what could not be had.
    """
    asked = _Asked(details, fetch, set(lacking))
    first = details.harvest(listing, read_at)
    if first is not None:
        asked.follow(first)
        asked.look_up()
    return _reading(listing, read_at, asked.answers, asked.records, asked.problems)


def told_again(details: Details, listing: Listing, answers: Sequence[Answer], read_at: datetime) -> Reading:
    """The same from answers that were kept."""
    pages = [_parsed(details, answer) for answer in answers if not answer.error]
    records = [record for page in pages if isinstance(page, ParsedPage) for record in page.records]
    return _reading(listing, read_at, answers, records, ())


def of_details(listing: Listing) -> Listing:
    """Under what the reading of a listing's details is kept."""
    return replace(listing, section=listing.section.removesuffix(DETAILS) + DETAILS)


def is_of_details(listing: Listing) -> bool:
    """Whether a reading was for details, not of a listing."""
    return listing.section.endswith(DETAILS)


def _reading(
    listing: Listing,
    read_at: datetime,
    answers: Sequence[Answer],
    records: Sequence[PaperRecord],
    problems: Sequence[str],
) -> Reading:
    page = ParsedPage(tuple(records), declared=len(records), complete=False)
    return Reading(of_details(listing), read_at, tuple(answers), page, "", tuple(problems))


class _Asked:
    """What was asked so far, what came of it, and which papers still lack something."""

    def __init__(self, details: Details, fetch: Fetch, missing: set[str]) -> None:
        self._details, self._fetch, self._missing = details, fetch, missing
        self.answers: list[Answer] = []
        self.records: list[PaperRecord] = []
        self.problems: list[str] = []

    def follow(self, url: str) -> None:
        """Asks for one page after another, until nothing is missing."""
        next_url: str | None = url
        for _ in range(MOST_PAGES):
            page = self._take(next_url) if next_url and self._missing else None
            if page is None:
                return
            next_url = page.next_url

    def look_up(self) -> None:
        """Asks for what is still missing by its ids, until the site gives nothing."""
        for number, batch in enumerate(_batches(sorted(self._missing), self._details.most_ids)):
            if number == MOST_LOOKUPS:
                self.problems.append(f"{len(self._missing)} papers are left for another time")
                return
            if self._take(self._details.lookup(batch)) is None:
                return

    def _take(self, url: str) -> ParsedPage | None:
        try:
            answer = self._fetch(url)
        except FetchError as error:
            self.answers.append(error.answer)
            self.problems.append(f"{_page(url)} {error.answer.error}")
            return None
        self.answers.append(answer)
        page = _parsed(self._details, answer)
        if isinstance(page, str):
            self.problems.append(f"{_page(url)}: {page}")
            return None
        self.records += page.records
        self._missing.difference_update(record.id for record in page.records)
        return page


def _parsed(details: Details, answer: Answer) -> ParsedPage | str:
    """What an answer tells, or in words why it tells nothing."""
    try:
        return details.parse(answer)
    except ParseError as error:
        return f"no {error.missing}"
    except Exception as error:  # noqa: BLE001 - a defect of the parser must not stop the listings
        _LOG.exception("%s: the parser of its details has a defect", answer.url)
        return f"its parser has a defect: {error!r:.200}"


def _page(url: str) -> str:
    return url.partition("?")[0]


def _batches(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
