"""An announcement day of arXiv from the bytes of its pages to committed rows on SQLite, beside a raw insert.

`python -m benchmarks.mailing [--papers N]`
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote

from sqlalchemy import Table

from benchmarks import raw
from benchmarks.arxiv_markup import mailing_page, oai_answer
from benchmarks.invented_arxiv import CATEGORIES, paper
from benchmarks.measuring import Contender, Work, medians, print_table
from flows.settings import load_settings
from flows.sources.arxiv_calendar import announced_at
from flows.sources.arxiv_oai import oai_set
from flows.sources.base import Source
from flows.sources.client import Validators
from flows.sources.reading import read
from flows.steps.ingesting import ingest, settle
from flows.steps.resources import Get, Resources, clock, opened
from models.database import writing
from models.records import Answer, Listing, Reading
from models.snapshots import keep
from models.tables import APPEARANCES, PAPERS
from models.verdicts import Entry

PAPERS_A_DAY = 5_000
ROUNDS = 3
ALLOWED_SECONDS = 3.0

_DAY = date(2026, 1, 6)
_EVENING = announced_at(_DAY) + timedelta(hours=1)
_NIGHT = announced_at(_DAY) + timedelta(hours=3)
_LISTINGS = tuple(Listing("arxiv", category, _DAY) for category in CATEGORIES)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=PAPERS_A_DAY, metavar="N")
    asked = parser.parse_args()
    site = _Site.of(asked.papers)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        seconds = medians(_Installations(folder, stack, site).contenders(), ROUNDS)
    pages = site.bodies(_LISTINGS)
    print(
        f"CPU of this process, median of {ROUNDS} rounds: {asked.papers:,} papers in {site.entries:,} entries on\n"
        f"{len(pages)} pages of arXiv, {sum(map(len, pages)) / 1e6:.1f} MB. Allowed for the day: "
        f"{ALLOWED_SECONDS:.0f} s for {PAPERS_A_DAY:,} papers.\n"
    )
    least = seconds["raw insert"]
    rows = [[name, f"{each:.2f}", f"{each / least:.1f}"] for name, each in seconds.items()]
    print_table(("", "CPU s", "x raw insert"), rows)


@dataclass(frozen=True, slots=True)
class _Site:
    """The day's page of each category, and its papers by OAI-PMH, by what the address holds of it."""

    entries: int
    pages: Mapping[str, bytes]
    harvests: Mapping[str, bytes]

    @classmethod
    def of(cls, papers: int) -> _Site:
        """With so many papers, each in 1.8 categories."""
        found = [paper(number) for number in range(papers)]
        by_category = {name: [each for each in found if name in each.categories] for name in CATEGORIES}
        return cls(
            sum(map(len, by_category.values())),
            {f"/list/{name}/new": mailing_page(name, _DAY, found) for name in CATEGORIES},
            {f"set={oai_set(name)}&": oai_answer(listed) for name, listed in by_category.items()},
        )

    @contextmanager
    def visit(self, _: Source) -> Iterator[Get]:
        """The way to it."""
        yield self.get

    def get(self, url: str, _: Validators | None) -> Answer:
        """Its answer to an address."""
        known = {**self.pages, **self.harvests}
        body = next(body for part, body in known.items() if part in unquote(url))
        return Answer(url, _EVENING, 200, {"content-type": "text/html"}, body)

    def bodies(self, listings: Sequence[Listing]) -> list[bytes]:
        """The pages of listings."""
        return [self.pages[f"/list/{listing.section}/new"] for listing in listings]


@dataclass(frozen=True, slots=True)
class _Installations:
    """Makes fresh installations, each with its own database, that read this site."""

    folder: Path
    stack: ExitStack
    site: _Site
    numbers: Iterator[int] = field(default_factory=count)
    rows: dict[Table, raw.Rows] = field(default_factory=dict)

    def contenders(self) -> dict[str, Contender]:
        """The day as it is read first, its parts alone, the same day later, and the least that it could cost."""
        return {
            "the day": lambda: partial(_ingest, self._fresh()),
            ". parse": lambda: partial(self._read, self._fresh()),
            ". archive": self._archiving,
            ". store": self._storing,
            "the day again": lambda: partial(_ingest, self._filled()),
            "the day again, with details": lambda: partial(_ingest, self._filled(_NIGHT)),
            "raw insert": self._inserting,
        }

    def _archiving(self) -> Work:
        archive = self._fresh().archive
        return lambda: [archive.keep(body) for body in self.site.bodies(_LISTINGS)]

    def _storing(self) -> Work:
        resources = self._fresh()
        return partial(_store, resources, self._read(resources))

    def _inserting(self) -> Work:
        if not self.rows:
            filled = self._filled()
            self.rows.update({table: raw.rows(filled.engine, table) for table in (PAPERS, APPEARANCES)})
        return partial(raw.insert, self._fresh().engine, self.rows)

    def _read(self, resources: Resources) -> list[Reading]:
        (source,) = resources.sources.values()
        return [
            read(source, listing, lambda url: self.site.get(url, None), _EVENING) for listing in _LISTINGS
        ]

    def _filled(self, now: datetime = _EVENING) -> Resources:
        """An installation in which the day was read."""
        resources = self._fresh()
        _ingest(resources)
        return replace(resources, now=clock(now))

    def _fresh(self) -> Resources:
        home = self.folder / str(next(self.numbers))
        settings = load_settings(
            home=home, database_url=None, sources=("arxiv",), arxiv_categories=tuple(CATEGORIES)
        )
        return self.stack.enter_context(opened(settings, clock(_EVENING), self.site.visit))


def _ingest(resources: Resources) -> list[Entry]:
    """Reads the day; raises AssertionError where a listing was not read whole."""
    rows = ingest(resources, None, lambda _resources, _source: _LISTINGS)
    if not all(row.verdict == "fresh" and row.via == "page" for row in rows):
        raise AssertionError(f"not read whole: {rows}")
    return rows


def _store(resources: Resources, readings: Sequence[Reading]) -> None:
    (source,) = resources.sources.values()
    for found in readings:
        kept = [(answer, "0" * 64) for answer in found.answers]
        with writing(resources.engine) as connection:
            settle(connection, source, found, keep(connection, found.listing, found.read_at, kept))


if __name__ == "__main__":
    main()
