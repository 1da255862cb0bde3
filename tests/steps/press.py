"""An invented site with a past: lists by month of what is old, by day of what is not, and details apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from flows.sources.base import Details, Source, Way
from flows.sources.client import Validators
from flows.steps.resources import Get, Resources
from models.records import Answer, Expectation, Listing, PaperRecord, ParsedPage

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REACHED = date(2026, 8, 28)
"""What is older is listed by month."""

SECTIONS = ("bio", "geo")


class Killed(BaseException):
    """The process is gone: nothing may catch it."""


@dataclass
class Press:
    """The site: it answers, and remembers what; after `lives_for` answers whoever asks is killed."""

    asked: list[str] = field(default_factory=list)
    lives_for: int | None = None
    visits: int = 0
    refuse: Callable[[str], Answer] | None = None
    titles: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def visit(self, _source: Source) -> Iterator[Get]:
        self.visits += 1
        yield self.get

    def get(self, url: str, _validators: Validators | None) -> Answer:
        if self.lives_for is not None:
            if self.lives_for == 0:
                raise Killed
            self.lives_for -= 1
        self.asked.append(url)
        return self.refuse(url) if self.refuse else Answer(url, NOW, 200, body=url.encode())

    def open_in(self, resources: Resources) -> Resources:
        """The resources, with this site in place of all others."""
        return replace(resources, sources={"press": self.source()}, visit=self.visit)

    def source(self) -> Source:
        return Source(
            name="press",
            base_urls=("https://press.example",),
            sections=SECTIONS,
            ways=lambda _listing, _now: (Way("list", _url, self._parse),),
            expects=lambda _listing, _now: Expectation.DUE,
            min_interval_seconds=1.0,
            reread_after_days=(),
            past=_past,
            details=Details(lambda listing, _: _url(listing) + "/told", lambda _: "", 1, _parse_details),
        )

    def _parse(self, listing: Listing, _: Answer) -> ParsedPage:
        title = self.titles.get(listing.section, "Rivers of ice")
        record = PaperRecord(_paper(listing.date), title, "", ("A. Sole",), 1)
        is_month = listing.section.endswith("/month")
        return ParsedPage((record,), declared=1, date=listing.date, complete=not is_month)


def _parse_details(answer: Answer) -> ParsedPage:
    day = date.fromisoformat(answer.url.split("/")[-2])
    record = PaperRecord(_paper(day), "Rivers of ice", "It melts.", ("A. Sole",), 1, published_at=NOW)
    return ParsedPage((record,), declared=1)


def _url(listing: Listing) -> str:
    return f"https://press.example/{listing.section.replace('/', '-')}/{listing.date}"


def _paper(day: date) -> str:
    """Each day has one paper, which all sections list."""
    return f"press/{day}"


def _past(first: date, last: date, _now: datetime) -> tuple[Listing, ...]:
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    months = dict.fromkeys(day.replace(day=1) for day in days if day < REACHED)
    by_month = [Listing("press", f"{name}/month", month) for month in months for name in SECTIONS]
    return (*by_month, *(Listing("press", name, day) for day in days if day >= REACHED for name in SECTIONS))
