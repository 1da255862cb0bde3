"""The full-text search: its index beside the storing of the papers, its pages beside bare full-text queries.

`python -m benchmarks.search [--papers N] [--without-postgresql]`; with all, some minutes.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection, Engine, insert

from benchmarks.databases import postgresql, sqlite
from benchmarks.invented import listings
from benchmarks.measuring import Work, medians, print_table
from models.database import connect, reading, upgrade, writing
from models.fulltext.search import index_papers, search
from models.fulltext.terms import match, tsquery
from models.records import Listing, ParsedPage
from models.selection import by_ids, changed_since
from models.store import store
from models.tables import READINGS
from models.topics.rules import Rule, parse

ROUNDS = 3
PER_DAY = 500
_NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

Pages = Sequence[tuple[Listing, ParsedPage]]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=100_000, metavar="N")
    parser.add_argument("--without-postgresql", action="store_true", help="start no PostgreSQL server")
    asked = parser.parse_args()
    print(
        f"{asked.papers:,} papers on days of {PER_DAY}. SQLite: CPU of this process; PostgreSQL: time on the wall,\n"
        f"since its server works in another. All papers at once, days and searches: median of {ROUNDS}.\n"
    )
    indexing: list[list[str]] = []
    searching: list[list[str]] = []
    with ExitStack() as stack:
        databases = {"SQLite": (stack.enter_context(sqlite()), time.process_time)}
        if not asked.without_postgresql:
            databases["PostgreSQL"] = (stack.enter_context(postgresql()), time.perf_counter)
        for name, (fresh, clock) in databases.items():
            case = _Case(name, connect(fresh("searched")), clock)
            stack.callback(case.engine.dispose)
            indexing += case.indexing(asked.papers)
            searching += case.searching()
    print_table(("", "papers", "store s", "index s", "x store", "nothing new ms"), indexing)
    print("\nbare: the numbers of all papers that the query finds; least: that, and the page's papers read\n")
    columns = ("", "found", "bare ms", "least ms", "search ms", "x bare", "x least", "by relevance ms")
    print_table(columns, searching)


@dataclass(frozen=True, slots=True)
class _Case:
    """A database to be filled and searched."""

    name: str
    engine: Engine
    clock: Callable[[], float]

    def indexing(self, papers: int) -> Iterator[list[str]]:
        """Stores and indexes papers, then some more days one by one."""
        print(f"{self.name}, {papers:,} papers", file=sys.stderr)
        upgrade(self.engine, _NOW)
        with writing(self.engine) as connection:
            row = {"id": 1, "source": "", "section": "", "date": _NOW.date(), "read_at": _NOW}
            connection.execute(insert(READINGS).values(row))
        pages = listings(papers + ROUNDS * PER_DAY, PER_DAY)
        yield self._row("all", papers, pages[:-ROUNDS], 1)
        yield self._row("a day onto them", PER_DAY, pages[-ROUNDS:], ROUNDS)

    def _row(self, what: str, papers: int, pages: Pages, rounds: int) -> list[str]:
        parts = iter([pages[start::rounds] for start in range(rounds)])
        seconds = medians(
            {
                "store": lambda: partial(self._store, next(parts)),
                "index": lambda: self._index,
                "nothing new": lambda: self._index,
            },
            rounds,
            self.clock,
        )
        ratio = f"{seconds['index'] / seconds['store']:.2f}"
        stored, indexed = (f"{seconds[name]:.3f}" for name in ("store", "index"))
        idle = f"{seconds['nothing new'] * 1000:.1f}"
        return [f"{self.name}, {what}", f"{papers:,}", stored, indexed, ratio, idle]

    def _store(self, pages: Pages) -> None:
        with writing(self.engine) as connection:
            for listing, page in pages:
                store(connection, listing, page, 1, _NOW)

    def _index(self) -> None:
        with writing(self.engine) as connection:
            index_papers(connection)

    def searching(self) -> Iterator[list[str]]:
        """Searches for the words of a stored paper."""
        with reading(self.engine) as connection:
            for what, rule in _rules(connection).items():
                yield self._searched(connection, what, parse(rule))

    def _searched(self, connection: Connection, what: str, rule: Rule) -> list[str]:
        bare = _bare(connection, rule)
        page = [match.paper.id for match in search(connection, rule).matches]
        contenders: dict[str, Work] = {
            "bare": bare,
            "read": lambda: by_ids(connection, page),
            "search": lambda: search(connection, rule),
            "by relevance": lambda: search(connection, rule, order="relevance"),
        }
        seconds = medians({name: _always(work) for name, work in contenders.items()}, ROUNDS, self.clock)
        least = seconds["bare"] + seconds["read"]
        shown = [seconds["bare"], least, seconds["search"]]
        ratios = [seconds["search"] / each for each in shown[:2]]
        return [
            f"{self.name}, {what}",
            f"{len(bare()):,}",
            *(f"{each * 1000:.1f}" for each in shown),
            *(f"{ratio:.1f}" for ratio in ratios),
            f"{seconds['by relevance'] * 1000:.1f}",
        ]


def _always(work: Work) -> Callable[[], Work]:
    return lambda: work


def _rules(connection: Connection) -> dict[str, str]:
    paper = next(changed_since(connection))
    words = paper.abstract.lower().replace(".", "").split()
    return {
        "a word": words[30],
        "a phrase": f'"{words[30]} {words[31]}"',
        "a prefix": f"{words[40][:3]}*",
        "three by AND": " ".join(words[50:80:10]),
        "a word, not another": f"{words[30]} NOT {words[50]}",
        "an author": f'author:"{paper.authors[0]}"',
    }


def _bare(connection: Connection, rule: Rule) -> Callable[[], list[object]]:
    """The same question to the full-text index alone, by the bare driver."""
    driver = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        statement, query = "SELECT rowid FROM papers_words WHERE papers_words MATCH ?", match(rule.tree)
    else:
        statement, query = "SELECT seq FROM papers_words WHERE words @@ %s::tsquery", tsquery(rule.tree)

    def ask() -> list[object]:
        driver.execute(statement, (query,))
        return list(driver.fetchall())

    return ask


if __name__ == "__main__":
    main()
