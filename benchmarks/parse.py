"""Parsing a day, as page and as API answer, beside the bare parse of the same bytes and beside BeautifulSoup.

`python -m benchmarks.parse`
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from bs4 import BeautifulSoup
from selectolax.lexbor import LexborHTMLParser

from benchmarks.invented import FIRST_DAY, Entry, entries
from benchmarks.measuring import Contender, medians, print_table
from flows.demo.markup import listing_page
from flows.sources.base import Way
from flows.sources.huggingface import huggingface
from flows.sources.huggingface_page import ELEMENT
from models.records import Answer, Listing, ParsedPage

ROUNDS = 9
SIZES = (50, 100)
RECORDED = Path(__file__).parents[2] / "shared" / "upstream" / "data" / "hf"
"""Answers of real days, which lie beside some checkouts."""

Parser = Callable[[bytes], object]
_LISTING = Listing("huggingface", "daily", FIRST_DAY)
_PAGE, _API = huggingface().ways


def main() -> None:
    """Measures and prints."""
    print(f"CPU of one parse, median of {ROUNDS} rounds. BeautifulSoup only finds the JSON of the page.\n")
    rows: list[list[str]] = []
    for size in SIZES:
        rows += _rows("invented", entries(size))
        if RECORDED.is_dir():
            rows += _rows("recorded", _recorded(size))
    print_table(("", "entries", "kB", "entries per CPU-s", "x bare parse"), rows)


def _recorded(size: int) -> list[Entry]:
    """Entries of real days one after another, for the recorded answers hold at most 50."""
    found: list[Entry] = []
    for path in sorted(RECORDED.glob("*.json.gz")):
        found += json.loads(gzip.decompress(path.read_bytes()))
    return found[:size]


def _rows(kind: str, found: list[Entry]) -> list[list[str]]:
    page = listing_page(found, date_string=FIRST_DAY.isoformat()).encode()
    answer = json.dumps(found, ensure_ascii=False).encode()
    return [
        *_compared(f"{kind} page", page, len(found), _page_parsers()),
        *_compared(f"{kind} API answer", answer, len(found), _answer_parsers()),
    ]


def _page_parsers() -> dict[str, Parser]:
    """The first is the one that the others are compared with."""
    backends = [name for name in ("html.parser", "lxml") if name == "html.parser" or find_spec(name)]
    return {
        "Lexbor alone": LexborHTMLParser,
        "Paper Round": partial(_parse, _PAGE),
        **{f"BeautifulSoup ({name})": partial(_soup, name) for name in backends},
    }


def _answer_parsers() -> dict[str, Parser]:
    return {"json.loads alone": json.loads, "Paper Round": partial(_parse, _API)}


def _parse(way: Way, body: bytes) -> ParsedPage:
    return way.parse(_LISTING, Answer(way.url(_LISTING), datetime.now(UTC), 200, {}, body))


def _soup(backend: str, body: bytes) -> object:
    element = BeautifulSoup(body, backend).select_one(ELEMENT)
    return json.loads(str(element["data-props"])) if element else None


def _compared(what: str, body: bytes, count: int, parsers: Mapping[str, Parser]) -> list[list[str]]:
    seconds = medians({name: _given(body, parse) for name, parse in parsers.items()}, ROUNDS)
    bare = next(iter(seconds.values()))
    size = (str(count), f"{len(body) / 1000:.0f}")
    return [
        [f"{what}, {name}", *size, f"{count / each:,.0f}", f"{each / bare:.1f}"]
        for name, each in seconds.items()
    ]


def _given(body: bytes, parse: Parser) -> Contender:
    return lambda: partial(parse, body)


if __name__ == "__main__":
    main()
