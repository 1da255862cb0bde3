"""Search: full text over all stored papers, in the language of the topics' rules, the same on both databases.

What a rule chooses, models.topics.matching alone decides. The database names candidates in order, more than
the rule chooses or just those, never fewer; they are read and looked at until a page is full.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Sized
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, select

from models.fulltext.conditions import conditions
from models.fulltext.index import candidates, empty_index, index_papers
from models.order import behind, moment_of, newest_first
from models.selection import by_ids
from models.tables import PAPERS
from models.topics.matching import Match, Shelf
from models.topics.rules import Rule

__all__ = ["Cursor", "Order", "Page", "empty_index", "index_papers", "search"]

Order = Literal["newest", "relevance"]

_LEAST_AT_ONCE, _MOST_AT_ONCE = 10, 1_000
"""Candidates that are read at a time: a query more costs as much as some papers, and memory has a bound."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ends: the moment (UTC) and the id of its last paper, and its place by relevance, from 1."""

    at: datetime | None
    id: str
    place: int


@dataclass(frozen=True, slots=True)
class Page:
    """Matches in the order that was asked for; `next` is to be given for the page after it, None at the end."""

    matches: tuple[Match, ...]
    next: Cursor | None = None


def search(
    connection: Connection,
    rule: Rule,
    most: int = 50,
    before: Cursor | None = None,
    order: Order = "newest",
) -> Page:
    """The papers that a rule chooses among all that are stored, at most so many, and why; a page at a time.

    `newest` goes by announcement, without one by first version, papers with neither last; of one moment by
    id. It is the same on both databases, and page after page gives each paper once, also when others arrive
    meanwhile. `relevance` goes by what the database makes of it, and differs between SQLite (BM25) and
    PostgreSQL (cover density); what arrives or changes between two of its pages may move others across
    their border. Raises ValueError for a page of less than one.
    """
    if most < 1:
        raise ValueError(f"a page of {most} papers")
    found: list[tuple[int, Match]] = []
    place = before.place if before else 0
    for ids in _candidates(connection, _query(connection, rule, before, order), most + 1, found):
        found += _confirmed(connection, rule, ids, place)
        place += len(ids)
        if len(found) > most:
            at, last = found[most - 1][0], found[most - 1][1].paper
            return Page(tuple(match for _, match in found[:most]), Cursor(moment_of(last), last.id, at))
    return Page(tuple(match for _, match in found))


def _candidates(
    connection: Connection, query: Select[Any], wanted: int, found: Sized
) -> Iterator[Sequence[str]]:
    """Ids, as many at a time as it may take to have found so many, by what the ones before have given."""
    size, seen = wanted, 0
    with connection.execute(query, execution_options={"yield_per": _MOST_AT_ONCE}) as rows:
        ids = rows.scalars()
        while batch := ids.fetchmany(min(size, _MOST_AT_ONCE)):
            yield batch
            seen += len(batch)
            size = _LEAST_AT_ONCE + (wanted - len(found)) * seen // (len(found) + 1)


def _confirmed(
    connection: Connection, rule: Rule, ids: Sequence[str], place: int
) -> Iterator[tuple[int, Match]]:
    """Those of the papers that a rule does choose, each with its place; `place` is that of the one before them."""
    papers = by_ids(connection, ids)
    places = {paper_id: number for number, paper_id in enumerate(ids, place + 1)}
    (matches,) = Shelf([papers[paper_id] for paper_id in ids]).matches([rule])
    return ((places[match.paper.id], match) for match in matches)


def _query(connection: Connection, rule: Rule, before: Cursor | None, order: Order) -> Select[Any]:
    query = select(PAPERS.c.id).where(*conditions(rule.tree))
    named = candidates(connection, rule.tree, scored=order == "relevance")
    if named is not None:
        query = query.join_from(PAPERS, named, PAPERS.c.seq == named.c.seq)
    if order == "newest":
        query = query if before is None else query.where(behind(connection, before.at, before.id))
    else:
        query = query.offset(before.place if before else None)
        query = query if named is None else query.order_by(named.c.score)
    return query.order_by(*newest_first(connection))
