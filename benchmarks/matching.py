"""A day's papers against many rules, beside bare FTS5 queries and beside one rule after another in plain Python.

`python -m benchmarks.matching [--rules N ...] [--papers N]`; with all, five minutes.
"""

from __future__ import annotations

import argparse
import gc
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from benchmarks.invented_rules import papers, rules, texts
from benchmarks.measuring import Contender, medians, print_table
from flows.cli import COLLECTED_AFTER
from models.papers import Paper
from models.topics.matching import Shelf
from models.topics.rules import Rule, parse
from models.topics.tree import And, Node, Not, Or, Phrase
from models.topics.words import words

ROUNDS = 5
MOST_ONE_BY_ONE = 1_000
"""More rules than these are not evaluated one by one, but taken to cost as much each."""

FTS5, OURS, ONE_BY_ONE = "bare FTS5", "Paper Round", "rule by rule"
FROM_TEXT = ", from the rules' text"

Chosen = list[list[str]]
"""The ids that each rule chooses, in the order of the papers."""


def main() -> None:
    """Measures and prints."""
    asked = _arguments()
    gc.set_threshold(COLLECTED_AFTER)  # as the command does
    print(
        f"CPU, median of {ROUNDS} rounds; papers of title and abstract, the building of every index counted.\n"
        f"{FTS5}: a table in memory, one MATCH for each rule, its query written before; no reasons\n"
        f"{OURS}: all rules at once, parsed before, and the reason of each match as text\n"
        f"both{FROM_TEXT}: parsing counted, and the writing of the queries\n"
        f"{ONE_BY_ONE}: folded texts, a phrase looked for with `in` where all its words are, no reasons;\n"
        f"    beyond {MOST_ONE_BY_ONE:,} rules scaled\n"
        "Allowed: 1.2 x bare FTS5; rule by rule takes at least 25 x Paper Round.\n"
    )
    given = texts(asked.papers)
    rows: list[list[str]] = []
    for count in asked.rules:
        rows += _compared(_Case(papers(given), rules(count, given)))
    columns = ("", "rules", "matches", "CPU s", f"x {FTS5}", f"x {OURS}")
    print_table(columns, rows)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, nargs="+", default=[100, 1_000, 10_000], metavar="N")
    parser.add_argument("--papers", type=int, default=1_000, metavar="N")
    return parser.parse_args()


@dataclass(frozen=True, slots=True)
class _Case:
    """Papers, and the rules that are to choose among them."""

    papers: Sequence[Paper]
    rules: Sequence[str]

    def contenders(self) -> Mapping[str, Contender]:
        """What to compare; parsed rules and queries are made anew for each round, so that none remembers."""
        return {
            FTS5: lambda: partial(_by_fts5, self.papers, [_query(parse(rule).tree) for rule in self.rules]),
            OURS: lambda: partial(_reasons, self.papers, list(map(parse, self.rules))),
            FTS5 + FROM_TEXT: lambda: partial(_from_texts_by_fts5, self.papers, self.rules),
            OURS + FROM_TEXT: lambda: partial(_reasons_from_texts, self.papers, self.rules),
            ONE_BY_ONE: lambda: partial(_one_by_one, self.papers, self.alone()),
        }

    def alone(self) -> list[Rule]:
        """The rules that are evaluated one by one."""
        return list(map(parse, self.rules[:MOST_ONE_BY_ONE]))


def _compared(case: _Case) -> list[list[str]]:
    chosen = _agreed(case)
    seconds = medians(case.contenders(), ROUNDS)
    seconds[ONE_BY_ONE] *= len(case.rules) / len(case.alone())
    sizes = (f"{len(case.rules):,}", f"{sum(map(len, chosen)):,}")
    return [
        [name, *sizes, f"{each:.2f}", f"{each / seconds[FTS5]:.2f}", f"{each / seconds[OURS]:.2f}"]
        for name, each in seconds.items()
    ]


def _agreed(case: _Case) -> Chosen:
    """What all of them choose. Raises AssertionError where they differ."""
    parsed = list(map(parse, case.rules))
    chosen = [[match.paper.id for match in found] for found in Shelf(case.papers).matches(parsed)]
    if chosen != _by_fts5(case.papers, [_query(rule.tree) for rule in parsed]):
        raise AssertionError("FTS5 chooses other papers")
    if chosen[:MOST_ONE_BY_ONE] != _one_by_one(case.papers, case.alone()):
        raise AssertionError("one rule after another chooses other papers")
    return chosen


def _reasons(papers: Sequence[Paper], rules: Sequence[Rule]) -> list[list[str]]:
    return [[match.reason for match in found] for found in Shelf(papers).matches(rules)]


def _reasons_from_texts(papers: Sequence[Paper], rules: Sequence[str]) -> list[list[str]]:
    return _reasons(papers, list(map(parse, rules)))


def _by_fts5(papers: Sequence[Paper], queries: Sequence[str]) -> Chosen:
    ids = [paper.id for paper in papers]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE papers USING fts5(title, abstract)")
        rows = [(number, paper.title, paper.abstract) for number, paper in enumerate(papers)]
        connection.executemany("INSERT INTO papers (rowid, title, abstract) VALUES (?, ?, ?)", rows)
        select = "SELECT rowid FROM papers WHERE papers MATCH ? ORDER BY rowid"
        return [[ids[number] for (number,) in connection.execute(select, (query,))] for query in queries]


def _from_texts_by_fts5(papers: Sequence[Paper], rules: Sequence[str]) -> Chosen:
    return _by_fts5(papers, [_query(parse(rule).tree) for rule in rules])


def _query(node: Node) -> str:
    """A rule in the words of FTS5, whose NOT stands between two parts."""
    match node:
        case And():
            needed = " AND ".join(_query(part) for part in node.parts if not isinstance(part, Not))
            return (
                f"({needed}){''.join(f' NOT {_query(part)}' for part in node.parts if isinstance(part, Not))}"
            )
        case Or():
            return f"({' OR '.join(map(_query, node.parts))})"
        case Not():
            return _query(node.part)
        case Phrase():
            return f'"{" ".join(node.words)}"'
        case _:
            raise TypeError(f"no rule here asks for {node}")


class _Folded(NamedTuple):
    """A paper for `in`: its texts with a blank around each word, and the words of both."""

    id: str
    title: str
    abstract: str
    words: frozenset[str]


def _one_by_one(papers: Sequence[Paper], rules: Sequence[Rule]) -> Chosen:
    folded = list(map(_folded, papers))
    return [[paper.id for paper in folded if _is_true(rule.tree, paper)] for rule in rules]


def _folded(paper: Paper) -> _Folded:
    title, abstract = words(paper.title), words(paper.abstract)
    return _Folded(paper.id, f" {' '.join(title)} ", f" {' '.join(abstract)} ", frozenset(title + abstract))


def _is_true(node: Node, paper: _Folded) -> bool:
    match node:
        case And():
            return all(_is_true(part, paper) for part in node.parts)
        case Or():
            return any(_is_true(part, paper) for part in node.parts)
        case Not():
            return not _is_true(node.part, paper)
        case Phrase():
            # Most phrases stand in no paper; the set says so four times as fast as the search.
            if not paper.words.issuperset(node.words):
                return False
            sought = f" {' '.join(node.words)} "
            return sought in paper.title or sought in paper.abstract
        case _:
            raise TypeError(f"no rule here asks for {node}")


if __name__ == "__main__":
    main()
