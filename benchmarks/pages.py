"""The site after one more day: what it costs on a large store beside a small one.

`python -m benchmarks.pages [--papers N]`; the large store takes some minutes to make.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.invented import each_listing
from benchmarks.measuring import print_table
from flows.settings import load_settings
from flows.steps.progress import keep_progress
from flows.steps.publishing import publish
from flows.steps.resources import Resources, opened
from models.database import reading, writing
from models.fulltext.search import index_papers
from models.matched import keep_matches
from models.records import Listing, ParsedPage
from models.snapshots import keep
from models.store import store
from models.touched import mark

SMALL = 1_000
PER_DAY = 50
DAYS = 5
"""Days that are measured, each on top of the one before."""
_NOW = datetime(2033, 1, 1, 12, tzinfo=UTC)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=100_000, metavar="N")
    asked = parser.parse_args()
    print(
        f"Days of {PER_DAY} papers, ten topics, SQLite. Publishing after one more day: feeds, archives and pages;\n"
        f"CPU of this process, median of {DAYS} days. `again` is publishing with nothing new.\n"
    )
    with _store(SMALL) as small, _store(asked.papers) as large:
        for case in (small, large):
            case.warm_up()
        for _ in range(DAYS):
            for case in (small, large):
                case.one_more_day()
        base = median(small.seconds)
        rows = [
            [
                f"{case.papers:,}",
                *(f"{median(of):.2f}" for of in (case.seconds, case.idle)),
                f"{median(case.seconds) / base:.2f}",
            ]
            for case in (small, large)
        ]
    print_table(("papers", "a day s", "again s", "x the small one"), rows)


@dataclass
class _Case:
    """A store with its site; `pages` are the days that are still to come."""

    papers: int
    resources: Resources
    pages: Iterator[tuple[Listing, ParsedPage]]
    seconds: list[float]
    idle: list[float]

    def warm_up(self) -> None:
        """All pages of the past count as written; then a day, after which everything else is in its place."""
        with writing(self.resources.engine) as connection:
            index_papers(connection)
            keep_matches(connection, self.resources.topics)
        with reading(self.resources.engine) as connection:
            now = mark(connection)
        keep_progress(self.resources, now)
        self.read_a_day()
        publish(self.resources)

    def one_more_day(self) -> None:
        """Reads a day, which is not measured, and publishes."""
        self.read_a_day()
        self.seconds.append(self._published())
        self.idle.append(self._published())

    def read_a_day(self) -> None:
        """Stores the listing of the next day."""
        read(self.resources, *next(self.pages))

    def _published(self) -> float:
        gc.collect()
        begun = time.process_time()
        publish(self.resources)
        return time.process_time() - begun


def read(resources: Resources, listing: Listing, page: ParsedPage) -> None:
    """Stores a listing as a reading of its day's noon."""
    at = datetime.combine(listing.date, datetime.min.time(), UTC) + timedelta(hours=12)
    with writing(resources.engine) as connection:
        store(connection, listing, page, keep(connection, listing, at, ()), at)


@contextmanager
def _store(papers: int) -> Iterator[_Case]:
    """A store of so many papers, in a folder that goes with it."""
    print(f"{papers:,} papers", file=sys.stderr)
    with TemporaryDirectory() as folder:
        settings = load_settings(home=Path(folder), _env_file=None)
        with opened(settings, lambda: _NOW) as resources:
            pages = each_listing(PER_DAY)
            for listing, page in islice(pages, papers // PER_DAY):
                read(resources, listing, page)
            yield _Case(papers, resources, pages, [], [])


if __name__ == "__main__":
    main()
