"""What memory and CPU it takes to store a million records of OAI-PMH, month by month, as a backfill does.

`python -m benchmarks.harvest [--records N] [--pages N] [--without-lists]`; all of it takes half an hour, and
some gigabytes in the folder for temporary files.
"""

from __future__ import annotations

import argparse
import re
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote

from sqlalchemy import func, select

from benchmarks.arxiv_markup import month_page, oai_answer
from benchmarks.invented_arxiv import paper
from benchmarks.measuring import print_table
from flows.settings import load_settings
from flows.sources.arxiv import MONTH
from flows.sources.base import Source
from flows.sources.client import Validators
from flows.steps.ingesting import ingest
from flows.steps.resources import Get, Resources, clock, opened
from models.database import reading
from models.errors import FetchError
from models.records import Answer, Listing
from models.tables import PAPERS

RECORDS = 1_000_000
PER_PAGE = 2_500
"""As many as arXiv gives."""

STEP = 100_000

_NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
_MONTH = re.compile(r"\d{4}-\d\d")
_SKIP = re.compile(r"skip=(\d+)")
_PAGE = re.compile(r"page(\d+)")


def main() -> None:
    """Measures and prints."""
    asked = _arguments()
    site = _Site(asked.pages * PER_PAGE, not asked.without_lists)
    how = "on the lists of their months first, then in full" if site.has_lists else "by OAI-PMH alone"
    print(
        f"Readings of {asked.pages} pages of {PER_PAGE:,} records, by the steps of a run: answers archived, papers\n"
        f"stored on SQLite {how}. CPU without that of inventing the pages.\n"
    )
    with TemporaryDirectory() as folder:
        rows = list(_curve(site, Path(folder), asked.records))
    print_table(("records", "papers", "RSS MB", "most MB", f"CPU s per {STEP:,}"), rows)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS, metavar="N")
    parser.add_argument("--pages", type=int, default=4, metavar="N", help="pages of OAI-PMH in each reading")
    parser.add_argument("--without-lists", action="store_true", help="the lists of the months fail")
    return parser.parse_args()


def _curve(site: _Site, home: Path, records: int) -> Iterator[list[str]]:
    """A row for each so many records."""
    settings = load_settings(home=home, database_url=None, sources=("arxiv",))
    with opened(settings, clock(_NOW), site.visit) as resources:
        done, told, used = 0, 0, 0.0
        yield _row(resources, 0, 0.0)
        while done < records:
            begun, spent = time.process_time(), site.spent_seconds
            _read(resources, site.listing(done))
            used += time.process_time() - begun - (site.spent_seconds - spent)
            done += site.per_reading
            if done - told >= STEP or done >= records:
                print(f"{done:,} records", file=sys.stderr)
                yield _row(resources, done, used * STEP / (done - told))
                told, used = done, 0.0


def _read(resources: Resources, listing: Listing) -> None:
    for row in ingest(resources, None, lambda _resources, _source: [listing]):
        if row.parsed != row.declared:
            raise AssertionError(f"not read whole: {row}")


def _row(resources: Resources, done: int, seconds: float) -> list[str]:
    with reading(resources.engine) as connection:
        papers = connection.execute(select(func.count()).select_from(PAPERS)).scalar_one()
        dated = select(func.count()).where(PAPERS.c.published_at.is_not(None))
        if connection.execute(dated).scalar_one() != papers:
            raise AssertionError("not every paper was told of in full")
    return [f"{done:,}", f"{papers:,}", _resident_mb(), _most_resident_mb(), f"{seconds:.1f}"]


def _resident_mb() -> str:
    """The memory of this process now; "" where the system has no /proc."""
    status = Path("/proc/self/statm")
    if not status.exists():
        return ""
    return f"{int(status.read_text().split()[1]) * resource.getpagesize() / 1e6:.0f}"


def _most_resident_mb() -> str:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f"{most / 1e6 if sys.platform == 'darwin' else most * 1024 / 1e6:.0f}"


@dataclass(slots=True)
class _Site:
    """An arXiv of invented papers, so many in each month; `spent_seconds` of CPU went into inventing them."""

    per_reading: int
    has_lists: bool
    spent_seconds: float = 0.0

    def listing(self, done: int) -> Listing:
        """The month in which the paper of a number is."""
        years, months = divmod(done // self.per_reading, 12)
        return Listing("arxiv", f"cs.LG{MONTH}", date(1900 + years, 1 + months, 1))

    @contextmanager
    def visit(self, _: Source) -> Iterator[Get]:
        """The way to it."""
        yield self._get

    def _get(self, url: str, _: Validators | None) -> Answer:
        if "/list/" in url and not self.has_lists:
            raise FetchError(Answer(url, _NOW, 404, error="HTTP 404"))
        begun = time.process_time()
        body = self._body(unquote(url))
        self.spent_seconds += time.process_time() - begun
        return Answer(url, _NOW, 200, {}, body)

    def _body(self, url: str) -> bytes:
        """Of the list of a month from the 2,000th paper on or so, or of OAI-PMH."""
        named = _MONTH.findall(url)[0]
        year, month = map(int, named.split("-"))
        first = ((year - 1900) * 12 + month - 1) * self.per_reading
        if skip := _SKIP.search(url):
            papers = [paper(first + number) for number in range(self.per_reading)]
            return month_page("cs.LG", date(year, month, 1), papers, int(skip[1]))
        page = int(found[1]) if (found := _PAGE.search(url)) else 0
        start, end = page * PER_PAGE, min((page + 1) * PER_PAGE, self.per_reading)
        token = f"{named} page{page + 1}" if end < self.per_reading else ""
        return oai_answer([paper(first + number) for number in range(start, end)], token)


if __name__ == "__main__":
    main()
