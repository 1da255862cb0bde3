"""Hugging Face's own search over all papers that it knows: the API, and its page as the second way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from selectolax.lexbor import LexborHTMLParser

from flows.sources.base import Search, Way
from flows.sources.huggingface_entries import NAME, records, shown
from flows.sources.huggingface_page import ELEMENT
from models.errors import ParseError
from models.records import Answer, ParsedPage

MOST_RESULTS = 120
"""The most that the API gives at once, and about what the page shows; neither has a second page."""


def site_search(base_url: str) -> Search:
    """The search at an address. It refuses a text of more than 250 characters.

    Results come best first, from all papers that the site knows: most were never on a day's list, none of
    them is of the day that is asked.
    """

    def ways(text: str) -> tuple[Way, ...]:
        query = urlencode({"q": text}, quote_via=quote)
        return (
            Way(
                "api",
                lambda _: f"{base_url}/api/papers/search?{query}&limit={MOST_RESULTS}",
                lambda _, answer: _parse_answer(answer, base_url),
            ),
            Way(
                "page",
                lambda _: f"{base_url}/papers?{query}",
                lambda _, answer: _parse_page(answer, text, base_url),
            ),
        )

    return Search(ways, _text)


def _text(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("q", [""])[0]


def _parse_answer(answer: Answer, base_url: str) -> ParsedPage:
    return _found(_json(answer.body, "the answer"), "as the answer", base_url)


def _parse_page(answer: Answer, text: str, base_url: str) -> ParsedPage:
    """The page's `dailyPapers` are still the day's list, whatever it was asked for."""
    element = LexborHTMLParser(answer.body).css_first(ELEMENT)
    if element is None:
        raise ParseError(NAME, ELEMENT)
    props = _json(element.attributes.get("data-props") or "", f"data-props of {ELEMENT}")
    if not isinstance(props, dict):
        raise ParseError(NAME, f"object in data-props of {ELEMENT} ({shown(props)})")
    searched = _searched(props)
    if not isinstance(searched, str) or searched.split() != text.split():
        raise ParseError(NAME, f"answer to {text!r} in `query` ({shown(searched)})")
    return _found(props.get("searchResults"), "`searchResults`", base_url)


def _searched(props: Mapping[str, object]) -> object:
    """What a page was asked for; it says so in an object, and once did in a text."""
    query = props.get("query")
    return query.get("q") if isinstance(query, dict) else query


def _json(text: str | bytes, where: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(NAME, f"readable JSON in {where}") from error


def _found(entries: object, where: str, base_url: str) -> ParsedPage:
    if not isinstance(entries, list):
        raise ParseError(NAME, f"list {where} ({shown(entries)})")
    best = entries[:MOST_RESULTS]
    found, problems = records(best, base_url)
    return ParsedPage(found, declared=len(best), problems=problems, complete=False)
