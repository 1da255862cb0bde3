"""An invented site whose ways give what a test says, so that no parser is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from flows.sources.base import Source, Way
from flows.sources.reading import read
from models.errors import ArchiveError, FetchError, ParseError
from models.records import Answer, Expectation, Listing, PaperRecord, ParsedPage, Reading

DAY = date(2026, 3, 10)
BEFORE = DAY - timedelta(days=1)
AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
LISTING = Listing("invented", "daily", DAY)
LOST = ParseError("invented", "list of papers")

Given = ParsedPage | Exception
"""What a parser makes of an answer; a FetchError means that there is no answer."""


def papers(count: int, first: int = 1) -> tuple[PaperRecord, ...]:
    return tuple(PaperRecord(f"2603.{n:05}", f"Thing {n}", "", (), n) for n in range(first, first + count))


def page(count: int = 2, first: int = 1, day: date | None = DAY, **changes: object) -> ParsedPage:
    """A page of so many papers; unasked whole, the last, and of the day that was asked for."""
    made = ParsedPage(papers(count, first), declared=count, date=day)
    return replace(made, **changes)  # type: ignore[arg-type]  # names of its own fields


def in_short(given: object) -> str:
    """What a test is called by."""
    if isinstance(given, ParsedPage):
        return f"{len(given.records)} of {given.declared} on {given.date}"
    return str(given)


def unreachable(url: str) -> FetchError:
    return FetchError(Answer(url, AT, 503, error="answers 503 Service Unavailable"), retryable=True)


@dataclass
class Site:
    """Answers by address; what each means is given, so that no parser is needed."""

    given: Mapping[str, Given]

    def __post_init__(self) -> None:
        self.asked: list[str] = []

    def fetch(self, url: str) -> Answer:
        self.asked.append(url)
        if isinstance(error := self.given[url], FetchError | ArchiveError):
            raise error
        return Answer(url, AT, 200, body=url.encode())

    def parse(self, _: Listing, answer: Answer) -> ParsedPage:
        found = self.given[answer.url]
        if isinstance(found, Exception):
            raise found
        return found

    def source(self, expectation: Expectation, names: tuple[str, ...]) -> Source:
        ways = tuple(Way(name, address(name), self.parse, rescue=name.startswith("rescue")) for name in names)
        return Source("invented", (), ("daily",), lambda _, __: ways, lambda _, __: expectation, 0, ())


def address(name: str) -> Callable[[Listing], str]:
    return lambda listing: f"{name}/{listing.date}"


def reading_of(expectation: Expectation = Expectation.DUE, **ways: Given) -> Reading:
    """The reading of a site whose ways, in their order, give this on their only page.

    A way whose name begins with `rescue` is one.
    """
    site = Site({f"{name}/{DAY}": given for name, given in ways.items()})
    return read(site.source(expectation, tuple(ways)), LISTING, site.fetch, AT)
