"""Reads a listing page of Hugging Face Daily Papers: its embedded JSON, checked against its cards."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from selectolax.lexbor import LexborHTMLParser

from flows.sources.huggingface_entries import NAME, entry_id, records, shown
from flows.sources.huggingface_periods import PERIODS, Period
from models.errors import ParseError
from models.identity import arxiv_id
from models.records import Answer, Listing, ParsedPage

ELEMENT = '[data-target="DailyPapers"]'
"""The element that carries the listing: other elements have a `data-props` too, its place has moved."""

_PAPER_LINK = re.compile(r"(?:https?://[^/]*)?/papers/([^?#]+)")


def parse_page(listing: Listing, answer: Answer, base_url: str) -> ParsedPage:
    """What a page lists, under the date that it states itself.

    The site answers a date without papers with the nearest earlier one that has some; `has_none` is
    true where the page's own dates prove that. Raises ParseError for any other page than was asked for.
    """
    tree = LexborHTMLParser(answer.body)
    props = _props(tree)
    period = PERIODS[listing.section]
    _refuse_other_kinds(props, period)
    stated, has_none = _dates(props, period, listing.date) if period else (None, False)
    entries = _entries(props)
    found, problems = records(entries, base_url)
    return ParsedPage(
        found,
        declared=len(entries),
        date=stated,
        problems=(*problems, *_disagreement(_cards(tree), entries)),
        complete=listing.section == "daily",
        has_none=has_none,
    )


def _props(tree: LexborHTMLParser) -> Mapping[str, object]:
    element = tree.css_first(ELEMENT)
    if element is None:
        raise ParseError(NAME, ELEMENT)
    text = element.attributes.get("data-props")
    if not text:
        raise ParseError(NAME, f"data-props of {ELEMENT}")
    try:
        props = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(NAME, f"readable JSON in data-props of {ELEMENT}") from error
    if not isinstance(props, dict):
        raise ParseError(NAME, f"object in data-props of {ELEMENT} ({shown(props)})")
    return props


def _refuse_other_kinds(props: Mapping[str, object], period: Period | None) -> None:
    """A search page still carries the ordinary list beside its results; a page of 2024 names no kind."""
    query = props.get("query")
    searched = query.get("q") if isinstance(query, dict) else query
    if searched or "searchResults" in props:
        raise ParseError(NAME, f"listing: the page answers a search (`query`: {shown(searched)})")
    kind = "trending" if props.get("isTrending") else props.get("periodType", "day")
    asked = period.kind if period else "trending"
    if kind != asked:
        raise ParseError(NAME, f"listing of kind {asked!r} in `periodType` and `isTrending` ({shown(kind)})")


def _dates(props: Mapping[str, object], period: Period, asked_day: date) -> tuple[date, bool]:
    """The date that the page states, and whether it says that there is nothing for the asked one.

    The site answers with the nearest earlier list, or, before its first, with that one. A page whose own
    neighbours do not fit to that is some other day's.
    """
    key = "dateString" if "dateString" in props else "date"
    stated, asked = period.read(props.get(key)), period.start(asked_day)
    if stated is None:
        raise ParseError(NAME, f"date of a {period.kind} in `dateString` ({shown(props.get(key))})")
    following, previous = period.read(props.get("nextDate")), period.read(props.get("prevDate"))
    if stated > asked and previous is not None:
        raise ParseError(
            NAME, f"listing of {asked}: the page is of {stated} and names {previous} as the one before"
        )
    if stated < asked and following is not None and following <= asked:
        raise ParseError(
            NAME, f"listing of {asked}: the page is of {stated} and names {following} as the next"
        )
    return stated, stated > asked or (stated < asked and following is not None)


def _entries(props: Mapping[str, object]) -> Sequence[object]:
    """Never an empty list: a date without papers is answered with an earlier one's."""
    entries = props.get("dailyPapers")
    if not isinstance(entries, list):
        raise ParseError(NAME, f"list `dailyPapers` in data-props ({shown(entries)})")
    if not entries:
        raise ParseError(NAME, "entries in `dailyPapers`")
    return entries


def _cards(tree: LexborHTMLParser) -> list[str]:
    """The paper of each card: the first that it links to, for a card may hold everything twice."""
    found: list[str] = []
    is_open = False
    for node in tree.css('article, article a[href*="/papers/"]'):
        if node.tag == "article":
            is_open = True
        elif is_open and (paper_id := _linked_paper(node.attributes.get("href"))):
            found.append(paper_id)
            is_open = False
    return found


def _linked_paper(href: str | None) -> str:
    match = _PAPER_LINK.match(href or "")
    identity = arxiv_id(match[1]) if match else None
    return identity[0] if identity else ""


def _disagreement(cards: Sequence[str], entries: Sequence[object]) -> tuple[str, ...]:
    """A sentence where the cards of a page show other papers than its JSON; neither is trusted alone."""
    shown_ids, named_ids = Counter(cards), Counter(filter(None, map(entry_id, entries)))
    differences = (("without a card", named_ids - shown_ids), ("without an entry", shown_ids - named_ids))
    parts = [f"{said} {', '.join(list(ids.elements())[:3])}" for said, ids in differences if ids]
    return (f"{len(cards)} cards and {len(entries)} entries: {'; '.join(parts)}",) if parts else ()
