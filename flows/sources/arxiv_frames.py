"""What stands on an arXiv list page around its entries: its date, its total, where it goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from flows.sources.arxiv_xml import NAME, shown
from models.errors import ParseError
from models.text import clean

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = re.compile(
    r"(?:Showing new listings for|Catchup results for .* on)"
    r" [A-Z][a-z]+, (?P<day>\d\d?) (?P<month>[A-Z][a-z]+) (?P<year>(?:19|20)\d\d)",
    re.ASCII,
)
_MONTH = re.compile(r"Authors and titles for (?P<month>[A-Z][a-z]+) (?P<year>(?:19|20)\d\d)", re.ASCII)
_TOTAL = re.compile(r"Total of (\d{1,7}) entries", re.ASCII)
_PLACE = re.compile(r"(\d{1,7})(?:-(\d{1,7}))?", re.ASCII)
_START = re.compile(r"#item(\d{1,7})$", re.ASCII)
_CATCHUP_DAY = re.compile(r"/catchup/[^/]+/(\d{4}-\d\d-\d\d)", re.ASCII)
_NOTHING = re.compile(r"No (?:further )?updates")
_PARTS = MappingProxyType({"New submissions": "new", "Cross-lists": "cross", "Replacements": "replacement"})


@dataclass(frozen=True, slots=True)
class Frame:
    """A list page without its entries.

    `headings` are the texts of its `h1`, `h2` and `h3`, `lists` its `dl`s. `total` counts the entries of
    the whole listing, through all pages; `shows` are the numbers of the first and the last one on this
    page, where the page names them. `starts` gives the number of the first entry of each part. `days` are
    other days that a catchup page links to. `says_nothing`: it has a sentence in place of entries.
    """

    headings: Mapping[str, str]
    lists: tuple[LexborNode, ...]
    total: int | None
    shows: tuple[int, int] | None
    next_url: str | None
    starts: Mapping[str, int]
    days: frozenset[str]
    says_nothing: bool

    def day(self) -> date | None:
        """The date of the mailing that the page says it shows."""
        found = _DAY.fullmatch(self.headings.get("h3", "")) or _DAY.fullmatch(self.headings.get("h1", ""))
        return _date(found["year"], found["month"], found["day"]) if found else None

    def month(self) -> date | None:
        """The first day of the month that the page says it shows."""
        found = _MONTH.fullmatch(self.headings.get("h2", ""))
        return _date(found["year"], found["month"], "1") if found else None


def read_frame(body: bytes, base_url: str) -> Frame:
    """What stands around the entries of a page. Raises ParseError for what is no list page."""
    tree = LexborHTMLParser(body)
    root = tree.css_first("#dlpage")
    if root is None:
        title = tree.css_first("title")
        raise ParseError(NAME, f"`#dlpage` (the title: {shown(clean(title.text()) if title else '')})")
    parts = tuple(elements(root))
    lists = tuple(element for element in parts if element.tag == "dl")
    around = [element for element in parts if element.tag != "dl"]
    counting = next((element for element in around if _total(element) is not None), None)
    line = tuple(elements(counting)) if counting else ()
    return Frame(
        headings={e.tag: clean(e.text()) for e in reversed(around) if e.tag in ("h1", "h2", "h3")},
        lists=lists,
        total=_total(counting) if counting else None,
        shows=_shows(line),
        next_url=_next_url(line, base_url),
        starts=_starts(around),
        days=_days(line),
        says_nothing=any(map(_says_nothing, (*around, *_first_children(lists)))),
    )


def elements(parent: LexborNode) -> Iterator[LexborNode]:
    """The elements right below another; a comment, which can stand anywhere and has no attributes, is none."""
    return (child for child in parent.iter() if child.is_element_node)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), _MONTHS.index(month[:3]) + 1, int(day))
    except ValueError:
        return None


def _total(element: LexborNode) -> int | None:
    found = _TOTAL.search(element.text()) if element.tag == "div" else None
    return int(found[1]) if found else None


def _place(element: LexborNode, tag: str) -> re.Match[str] | None:
    """What a page's own row of pages says of one of them: `51-100`, and just `2` in catchup."""
    return _PLACE.fullmatch(element.text().strip()) if element.tag == tag else None


def _shows(line: Iterable[LexborNode]) -> tuple[int, int] | None:
    """The place that the page is at: the one in the row that is no link."""
    here = next(filter(None, (_place(element, "span") for element in line)), None)
    return (int(here[1]), int(here[2])) if here and here[2] else None


def _next_url(line: Sequence[LexborNode], base_url: str) -> str | None:
    for here, following in pairwise(line):
        if _place(here, "span") and _place(following, "a"):
            return _absolute(following.attributes.get("href") or "", base_url)
    return None


def _absolute(href: str, base_url: str) -> str:
    try:
        return urljoin(base_url, href)
    except ValueError as error:
        raise ParseError(NAME, f"address of the next page ({shown(href)})") from error


def _starts(around: Iterable[LexborNode]) -> dict[str, int]:
    """Where each part begins; the links say 0 for the part at the top of `/new`."""
    starts: dict[str, int] = {}
    for link in (link for element in around if element.tag == "ul" for link in element.css("a")):
        number = _START.search(link.attributes.get("href") or "")
        if number and (part := _PARTS.get(clean(link.text()))):
            starts[part] = max(int(number[1]), 1)
    return starts


def _days(line: Iterable[LexborNode]) -> frozenset[str]:
    hrefs = (element.attributes.get("href") or "" for element in line)
    return frozenset(found[1] for href in hrefs if (found := _CATCHUP_DAY.search(href)))


def _first_children(lists: Iterable[LexborNode]) -> list[LexborNode]:
    return [first for articles in lists if (first := next(elements(articles), None))]


def _says_nothing(element: LexborNode) -> bool:
    return element.tag in ("p", "div") and _NOTHING.search(element.text()) is not None
