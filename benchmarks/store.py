"""Loading and refreshing the store, beside a raw insert of the very same rows by the bare driver.

`python -m benchmarks.store [--papers N ...] [--without-postgresql]`; with all, ten minutes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Engine, Table, insert

from benchmarks import raw
from benchmarks.databases import Fresh, postgresql, sqlite
from benchmarks.invented import later, listings
from benchmarks.measuring import Contender, Work, medians, print_table
from models.database import connect, upgrade, writing
from models.records import Listing, ParsedPage
from models.store import store
from models.tables import APPEARANCES, OBSERVATIONS, PAPERS, READINGS

ROUNDS = 3
PER_DAY = 5_000

Pages = list[tuple[Listing, ParsedPage]]

_NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def main() -> None:
    """Measures and prints."""
    asked = _arguments()
    print(
        f"CPU of this process, median of {ROUNDS} rounds; what the PostgreSQL server spends is not in it.\n"
        "raw insert             rows of `papers` as the driver takes them, into that table with its indexes\n"
        "raw insert, all tables the same, and their rows of `appearances` and `observations`\n"
        "load                   all papers for the first time\n"
        "refresh                the same papers again, 1 % with a new title, another 1 % with other votes\n"
        "nothing changed        the very same listings once more\n"
    )
    rows: list[list[str]] = []
    with ExitStack() as stack:
        databases: dict[str, Fresh] = {"SQLite": stack.enter_context(sqlite())}
        if not asked.without_postgresql:
            databases["PostgreSQL"] = stack.enter_context(postgresql())
        for size in asked.papers:
            rows += _compared(databases, listings(size, size), size)
        most = max(asked.papers)
        if most > PER_DAY:
            rows += _compared({"SQLite": databases["SQLite"]}, listings(most, PER_DAY), most)
    print_table(("", "papers", "listings", "CPU s", "papers per CPU-s", "x raw insert"), rows)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, nargs="+", default=[5_000, 100_000], metavar="N")
    parser.add_argument("--without-postgresql", action="store_true", help="start no PostgreSQL server")
    return parser.parse_args()


def _compared(databases: Mapping[str, Fresh], pages: Pages, size: int) -> list[list[str]]:
    rows: list[list[str]] = []
    for name, fresh in databases.items():
        print(f"{name}, {size:,} papers on {len(pages)} listings", file=sys.stderr)
        with closing(_Case(fresh, pages)) as case:
            seconds = medians(case.contenders(), ROUNDS)
        least = seconds["raw insert"]
        rows += [
            [
                f"{name}, {what}",
                f"{size:,}",
                str(len(pages)),
                f"{each:.2f}",
                f"{size / each:,.0f}",
                f"{each / least:.2f}",
            ]
            for what, each in sorted(seconds.items(), key=lambda pair: not pair[0].startswith("raw"))
        ]
    return rows


@dataclass(slots=True)
class _Case:
    """Listings, and the two databases that each round makes anew: `loaded` by the store, `raw` by the driver."""

    fresh: Fresh
    pages: Pages
    engines: dict[str, Engine] = field(default_factory=dict)
    rows: dict[Table, raw.Rows] = field(default_factory=dict)

    def contenders(self) -> dict[str, Contender]:
        """In this order, for each goes on where the one before it ended."""
        changed = [(listing, later(page)) for listing, page in self.pages]
        return {
            "load": self._loading,
            "refresh": lambda: partial(_store, self.engines["loaded"], changed, _NOW + timedelta(hours=1)),
            "nothing changed": lambda: partial(
                _store, self.engines["loaded"], changed, _NOW + timedelta(hours=2)
            ),
            "raw insert": partial(self._inserting, PAPERS),
            "raw insert, all tables": partial(self._inserting, PAPERS, APPEARANCES, OBSERVATIONS),
        }

    def close(self) -> None:
        """Gives up the connections."""
        for engine in self.engines.values():
            engine.dispose()

    def _loading(self) -> Work:
        return partial(_store, self._empty("loaded"), self.pages, _NOW)

    def _inserting(self, *tables: Table) -> Work:
        for table in tables:
            if table not in self.rows:
                self.rows[table] = raw.rows(self.engines["loaded"], table)
        return partial(raw.insert, self._empty("raw"), {table: self.rows[table] for table in tables})

    def _empty(self, name: str) -> Engine:
        if name in self.engines:
            self.engines[name].dispose()
        self.engines[name] = engine = connect(self.fresh(name))
        upgrade(engine, _NOW)
        reading = {"id": 1, "source": "", "section": "", "date": _NOW.date(), "read_at": _NOW}
        with writing(engine) as connection:
            connection.execute(insert(READINGS).values(reading))
        return engine


def _store(engine: Engine, pages: Pages, at: datetime) -> None:
    with writing(engine) as connection:
        for listing, page in pages:
            store(connection, listing, page, 1, at)


if __name__ == "__main__":
    main()
