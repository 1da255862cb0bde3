"""Reads arXiv's list pages: a mailing (`/list/<category>/new`, `/catchup/<category>/<day>`) and a month."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from selectolax.lexbor import LexborNode

from flows.sources.arxiv_calendar import announced_at, expects
from flows.sources.arxiv_entries import Entry, entries, records
from flows.sources.arxiv_frames import Frame, elements, read_frame
from flows.sources.arxiv_xml import NAME, shown
from models.errors import ParseError
from models.records import Answer, Expectation, Listing, PaperRecord, ParsedPage
from models.text import clean

_HEADING = re.compile(
    r"(?P<part>New|Cross|Replacement) submissions"
    r" \((?P<continued>continued, )?showing (?:first |last )?(?P<shown>\d{1,7}) of (?P<whole>\d{1,7}) entries ?\)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class _Section:
    """The entries of one part on one page, the rank of the first, and how many the page declares.

    `shown` is their number on this page, `whole` the number in the part, through all pages.
    """

    part: str
    first_rank: int
    shown: int
    whole: int
    entries: Sequence[Entry]

    @property
    def last_rank(self) -> int:
        return self.first_rank + self.shown - 1


def parse_mailing(listing: Listing, answer: Answer, base_url: str) -> ParsedPage:
    """The New, Cross and Replacement entries of a page of one mailing, under the date that it states.

    `next_url` is where a mailing of more than 2,000 entries goes on. An empty page is no proof that the
    category has none: `has_none` is true only where the page says so of a mailing that is surely out.
    Raises ParseError for any other page than one of a mailing.
    """
    frame = read_frame(answer.body, base_url)
    stated = frame.day()
    if _is_empty(frame):
        has_none = stated == listing.date and _is_out(frame, listing.date, answer.at)
        return ParsedPage((), declared=0, date=stated, has_none=has_none)
    if stated is None:
        raise ParseError(NAME, f"date of a mailing in `#dlpage > h3` or `h1` ({_named(frame)})")
    sections = [_section(articles, frame.starts) for articles in frame.lists]
    return _page(frame, sections, stated, announced_at(stated))


def parse_month(_listing: Listing, answer: Answer, base_url: str) -> ParsedPage:
    """The papers whose ids are of one month, in parts of up to 2,000, dated by its first day.

    Records have neither part nor abstract, nor the day of their mailing; a paper that is not here may
    still be cross-listed later, so that the page is never complete. Raises ParseError for any other page.
    """
    frame = read_frame(answer.body, base_url)
    stated = frame.month()
    if stated is None:
        raise ParseError(NAME, f"month in `#dlpage > h2` ({_named(frame)})")
    if _is_empty(frame):
        return ParsedPage((), declared=0, date=stated, complete=False)
    listed = [entry for articles in frame.lists for entry in entries(articles)]
    whole = len(listed) if frame.total is None else frame.total
    first, last = frame.shows or (1, whole)
    return _page(frame, [_Section("", first, max(last - first + 1, 0), whole, listed)], stated, None)


def _is_empty(frame: Frame) -> bool:
    """Whether the page is one of no entries; asked for a place behind its end, arXiv gives a page like it."""
    if any(element.tag == "dt" for articles in frame.lists for element in elements(articles)):
        return False
    if not frame.says_nothing:
        raise ParseError(NAME, f"`#dlpage > dl > dt` ({_named(frame)})")
    if frame.total:
        raise ParseError(NAME, f"entries at this place of {frame.total}")
    return True


def _is_out(frame: Frame, day: date, at: datetime) -> bool:
    """Whether an empty page of a mailing was made after it was announced.

    `/catchup` says the same before the announcement, but then names no later day. `/new` states the date
    of the newest mailing at all; while that is being written it may be empty for a while.
    """
    if "h3" in frame.headings:
        return expects(day, at) is Expectation.DUE
    return any(other > day.isoformat() for other in frame.days)


def _named(frame: Frame) -> str:
    return shown("; ".join(frame.headings.values()))


def _section(articles: LexborNode, starts: Mapping[str, int]) -> _Section:
    heading = next(elements(articles), None)
    text = clean(heading.text()) if heading and heading.tag == "h3" else ""
    found = _HEADING.fullmatch(text)
    if found is None:
        raise ParseError(NAME, f"heading of a part in `dl > h3` ({shown(text)})")
    part, listed = found["part"].lower(), entries(articles)
    first_rank = _first_rank(part, listed, starts) if found["continued"] and listed else 1
    return _Section(part, first_rank, int(found["shown"]), int(found["whole"]), listed)


def _first_rank(part: str, listed: Sequence[Entry], starts: Mapping[str, int]) -> int:
    """The rank in its part of the first entry of a page on which the part goes on."""
    if part not in starts:
        raise ParseError(NAME, f"link to the {part} part in `#dlpage > ul`")
    rank = listed[0].number() - starts[part] + 1
    if rank < 1:
        raise ParseError(NAME, f"{part} entries before its start at {starts[part]}")
    return rank


def _page(frame: Frame, sections: Sequence[_Section], stated: date, listed_at: datetime | None) -> ParsedPage:
    first = next(entry for section in sections for entry in section.entries)
    remaining = None if frame.total is None else frame.total - first.number() + 1
    found, unread = _records(sections, listed_at)
    declared = sum(section.shown for section in sections)
    return ParsedPage(
        tuple(found),
        declared=declared if frame.next_url else max(declared, remaining or 0),
        date=stated,
        problems=(*unread, *_contradictions(frame, sections, remaining)),
        next_url=frame.next_url,
        complete=listed_at is not None,
    )


def _records(sections: Sequence[_Section], listed_at: datetime | None) -> tuple[list[PaperRecord], list[str]]:
    found: list[PaperRecord] = []
    problems: list[str] = []
    for section in sections:
        read, unread = records(section.entries, section.first_rank, section.part, listed_at)
        found += read
        problems += unread
    if not found:
        raise ParseError(NAME, f"a readable entry among {len(problems)}: {problems[0]}")
    return found, problems


def _contradictions(frame: Frame, sections: Sequence[_Section], remaining: int | None) -> Iterator[str]:
    """A sentence for each number of the page that does not fit to another or to its entries."""
    for section in sections:
        named = f"{section.part} entries".lstrip()
        if len(section.entries) != section.shown:
            yield f"{len(section.entries)} of {section.shown} {named}"
        goes_on = frame.next_url and section is sections[-1]
        if not goes_on and section.last_rank != section.whole:
            yield f"the {named} end at {section.last_rank} of {section.whole}"
    declared = sum(section.shown for section in sections)
    if remaining is None:
        yield "no `Total of N entries`"
    elif not frame.next_url and remaining != declared:
        yield f"{declared} in the parts of the page, where the total of {frame.total} leaves {remaining}"
