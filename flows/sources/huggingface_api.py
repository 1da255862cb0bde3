"""Reads an answer of the Hugging Face API: the same entries as in the page, without the page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from urllib.parse import parse_qsl, urlencode, urlsplit

from flows.sources.huggingface_entries import NAME, listed_day, records, shown
from flows.sources.huggingface_periods import PERIODS, Period
from models.errors import ParseError
from models.records import Answer, Listing, ParsedPage

PAGE_SIZE = 100
"""The most entries that the API gives at once. It gives 50 unasked, and days have up to 78."""


def parse_answer(listing: Listing, answer: Answer, base_url: str) -> ParsedPage:
    """What one answer lists; `next_url` where it is full, for the API names neither a total nor a next.

    It states no date: its date is the one at which most of its entries were listed, and the asked one
    for an empty array, which is how it answers a date without papers. Raises ParseError for an answer
    that is no list of entries.
    """
    entries = _entries(answer.body)
    number = _number(answer.url)
    found, problems = records(entries, base_url, first_rank=number * PAGE_SIZE + 1)
    period = PERIODS[listing.section]
    is_full = len(entries) >= PAGE_SIZE
    stated, doubts = _date(entries, period, listing.date) if period else (None, ())
    return ParsedPage(
        found,
        declared=len(entries),
        date=stated,
        problems=problems + doubts,
        next_url=_page_url(answer.url, number + 1) if period and is_full else None,
        complete=listing.section == "daily",
    )


def _entries(body: bytes) -> Sequence[object]:
    try:
        entries = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ParseError(NAME, "readable JSON") from error
    if not isinstance(entries, list):
        raise ParseError(NAME, f"JSON array of entries ({shown(entries)})")
    return entries


def _number(url: str) -> int:
    """Which page of the answer an address asks for, from 0."""
    number = dict(parse_qsl(urlsplit(url).query)).get("p", "")
    return int(number) if number.isdecimal() else 0


def _page_url(url: str, number: int) -> str:
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query)), "p": str(number)}
    return parts._replace(query=urlencode(query)).geturl()


def _date(entries: Sequence[object], period: Period, asked: date) -> tuple[date, tuple[str, ...]]:
    """The date of most entries, and a sentence where others are of another: then it is no one listing."""
    dates = Counter(period.start(day) for entry in entries if (day := listed_day(entry)))
    if not dates:
        return asked, ()
    stated, count = dates.most_common(1)[0]
    others = dates.total() - count
    return stated, (f"{others} of {len(entries)} entries are not of {stated}",) if others else ()
