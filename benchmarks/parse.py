"""Parsing a day beside the bare parse of the same bytes and beside BeautifulSoup: Hugging Face's, arXiv's.

`python -m benchmarks.parse`
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from importlib.util import find_spec
from itertools import count, islice
from pathlib import Path

from bs4 import BeautifulSoup
from selectolax.lexbor import LexborHTMLParser

from benchmarks.arxiv_markup import mailing_page
from benchmarks.arxiv_soup import fields_of, read_mailing
from benchmarks.invented import FIRST_DAY, Entry, entries
from benchmarks.invented_arxiv import paper
from benchmarks.measuring import Contender, medians, print_table
from flows.demo.markup import listing_page
from flows.sources.arxiv_calendar import announced_at
from flows.sources.arxiv_pages import parse_mailing
from flows.sources.base import Way
from flows.sources.huggingface import huggingface
from flows.sources.huggingface_page import ELEMENT
from models.records import Answer, Listing, ParsedPage

ROUNDS = 9
ROUNDS_OF_MAILINGS = 5
SIZES = (50, 100)
ENTRIES_OF_A_MAILING = 2_000
RECORDED = Path(__file__).parents[2] / "shared" / "upstream" / "data"
"""Answers of real days, which lie beside some checkouts."""

OURS = "Paper Round"

Parser = Callable[[bytes], object]
_TUESDAY = date(2026, 1, 6)
_LISTING = Listing("huggingface", "daily", FIRST_DAY)
_PAGE, _API = huggingface().ways(_LISTING, datetime.now(UTC))


def main() -> None:
    """Measures and prints."""
    print(
        f"CPU of one parse, median of {ROUNDS} rounds, of a mailing {ROUNDS_OF_MAILINGS}. Of Hugging Face's page\n"
        "BeautifulSoup only finds the JSON, of arXiv's it reads the same fields. Allowed for a mailing of\n"
        f"{ENTRIES_OF_A_MAILING:,}: 4 x the bare parse; BeautifulSoup takes at least 20 x Paper Round.\n"
    )
    rows: list[list[str]] = []
    for size in SIZES:
        rows += _rows("invented", entries(size))
        if RECORDED.is_dir():
            rows += _rows("recorded", _recorded(size))
    rows += _rows_of_mailings()
    print_table(("", "entries", "kB", "entries per CPU-s", "x bare parse", "x Paper Round"), rows)


def _recorded(size: int) -> list[Entry]:
    """Entries of real days one after another, for the recorded answers hold at most 50."""
    found: list[Entry] = []
    for path in sorted((RECORDED / "hf").glob("*.json.gz")):
        found += json.loads(gzip.decompress(path.read_bytes()))
    return found[:size]


def _rows(kind: str, found: list[Entry]) -> list[list[str]]:
    page = listing_page(found, date_string=FIRST_DAY.isoformat()).encode()
    answer = json.dumps(found, ensure_ascii=False).encode()
    return [
        *_compared(f"{kind} page", page, len(found), _page_parsers(), ROUNDS),
        *_compared(f"{kind} API answer", answer, len(found), _answer_parsers(), ROUNDS),
    ]


def _rows_of_mailings() -> list[list[str]]:
    """An invented mailing, and the largest of those recorded."""
    numbered = map(paper, count())
    papers = list(islice((each for each in numbered if "cs.LG" in each.categories), ENTRIES_OF_A_MAILING))
    mailings = [("invented", "cs.LG", _TUESDAY, mailing_page("cs.LG", _TUESDAY, papers))]
    if RECORDED.is_dir():
        kept = RECORDED / "arxiv" / "2026-03-10" / "new_cs.CV.html.gz"
        mailings += [("recorded", "cs.CV", date(2026, 3, 10), gzip.decompress(kept.read_bytes()))]
    rows: list[list[str]] = []
    for kind, category, day, body in mailings:
        parse = partial(_parse_mailing, Listing("arxiv", category, day))
        whole = parse(body)
        if list(map(fields_of, whole.records)) != read_mailing("html.parser", body) or whole.problems:
            raise AssertionError(f"the {kind} mailing is not read alike")
        parsers = _parsers(parse, read_mailing)
        rows += _compared(f"{kind} mailing", body, whole.declared, parsers, ROUNDS_OF_MAILINGS)
    return rows


def _page_parsers() -> dict[str, Parser]:
    return _parsers(partial(_parse, _PAGE), _soup)


def _parsers(ours: Parser, soup: Callable[[str, bytes], object]) -> dict[str, Parser]:
    """The first is the one that the others are compared with."""
    backends = [name for name in ("html.parser", "lxml") if name == "html.parser" or find_spec(name)]
    return {
        "Lexbor alone": LexborHTMLParser,
        OURS: ours,
        **{f"BeautifulSoup ({name})": partial(soup, name) for name in backends},
    }


def _answer_parsers() -> dict[str, Parser]:
    return {"json.loads alone": json.loads, OURS: partial(_parse, _API)}


def _parse(way: Way, body: bytes) -> ParsedPage:
    return way.parse(_LISTING, Answer(way.url(_LISTING), datetime.now(UTC), 200, {}, body))


def _parse_mailing(listing: Listing, body: bytes) -> ParsedPage:
    evening = announced_at(listing.date) + timedelta(hours=1)
    return parse_mailing(listing, Answer("", evening, 200, {}, body), "https://arxiv.example")


def _soup(backend: str, body: bytes) -> object:
    element = BeautifulSoup(body, backend).select_one(ELEMENT)
    return json.loads(str(element["data-props"])) if element else None


def _compared(
    what: str, body: bytes, size: int, parsers: Mapping[str, Parser], rounds: int
) -> list[list[str]]:
    seconds = medians({name: _given(body, parse) for name, parse in parsers.items()}, rounds)
    bare, ours = next(iter(seconds.values())), seconds[OURS]
    sizes = (str(size), f"{len(body) / 1000:.0f}")
    return [
        [f"{what}, {name}", *sizes, f"{size / each:,.0f}", f"{each / bare:.1f}", f"{each / ours:.1f}"]
        for name, each in seconds.items()
    ]


def _given(body: bytes, parse: Parser) -> Contender:
    return lambda: partial(parse, body)


if __name__ == "__main__":
    main()
