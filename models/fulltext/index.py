"""The full-text index of all papers: FTS5 on SQLite, vectors under a GIN index on PostgreSQL.

An entry stands under the `seq` of its paper. A change of content gives a paper a new one, that no paper had
before, so an outdated entry leads to no paper and may stay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnClause,
    Connection,
    Select,
    String,
    Subquery,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from models.fulltext.terms import match, tsquery
from models.fulltext.words import FIELDS, columns, vector
from models.papers import Paper
from models.tables import PAPERS, SEARCH_INDEX
from models.topics.tree import Node

_BATCH = 1_000

_LOOKED_THROUGH = [
    PAPERS.c[name]
    for name in ("id", "seq", "title", "abstract", "authors", "comment", "categories", "organization")
]
_IN_FTS5 = table(SEARCH_INDEX, column("rowid"), column(SEARCH_INDEX), *map(column, FIELDS))
_WEIGHTS_IN_FTS5 = (3.0, 1.0, 1.0, 0.5, 0.5, 0.5)
"""A word in the title says three times as much of a paper as one in its abstract; in the order of FIELDS."""
_IN_POSTGRESQL = table(SEARCH_INDEX, column("seq"), column("words", TSVECTOR()))


def index_papers(connection: Connection, advance: Callable[[int], None] | None = None) -> int:
    """Brings the index up to what the papers hold, in the caller's transaction; gives how many it took in.

    It reads what has changed since it was last called, in batches. When more than half of its entries have
    become outdated, it is built anew. `advance` is called with the number of papers of each batch.
    """
    last, newest = _last_indexed(connection), _newest(connection)
    if newest == last:
        return 0
    if newest < last or _is_worn(connection, last):
        empty_index(connection)
        last = 0
    count = 0
    while papers := _changed_since(connection, last):
        _insert(connection, papers)
        last = papers[-1].seq
        count += len(papers)
        if advance:
            advance(len(papers))
    return count


def empty_index(connection: Connection) -> None:
    """Forgets all entries: before the numbers of papers are given out anew. A search finds all the same, slowly."""
    if connection.dialect.name == "sqlite":
        connection.execute(insert(_IN_FTS5).values({SEARCH_INDEX: "delete-all"}))
    else:
        connection.execute(delete(_IN_POSTGRESQL))


def candidates(connection: Connection, tree: Node, *, scored: bool) -> Subquery | None:
    """The `seq` of each paper that a rule may choose, with a `score` where asked for: the best has the lowest.

    None where the index does not narrow them down. Papers that it does not know yet are all among them.
    """
    if connection.dialect.name == "sqlite":
        known = _by_fts5(tree, scored=scored)
    else:
        known = _by_postgresql(tree, scored=scored)
    if known is None:
        return None
    unknown = select(PAPERS.c.seq, *[literal(0.0)] * scored).where(PAPERS.c.seq > _last_indexed(connection))
    return known.union_all(unknown).subquery()


def _by_fts5(tree: Node, *, scored: bool) -> Select[Any] | None:
    query, whole = match(tree), _IN_FTS5.c[SEARCH_INDEX]
    if query is None:
        return None
    score = [func.bm25(whole, *_WEIGHTS_IN_FTS5).label("score")] * scored
    return select(_IN_FTS5.c.rowid.label("seq"), *score).where(whole.match(query))


def _by_postgresql(tree: Node, *, scored: bool) -> Select[Any] | None:
    query, words = tsquery(tree), _IN_POSTGRESQL.c.words
    if query is None:
        return None
    asked = cast(query, TSQUERY())
    score = [(-func.ts_rank_cd(words, asked)).label("score")] * scored
    return select(_IN_POSTGRESQL.c.seq, *score).where(words.op("@@")(asked))


def _changed_since(connection: Connection, seq: int) -> list[Paper]:
    """The next papers in the order of `seq`, with nothing but what the index looks through."""
    query = select(*_LOOKED_THROUGH).where(PAPERS.c.seq > seq).order_by(PAPERS.c.seq).limit(_BATCH)
    rows = connection.execute(query).mappings()
    return [Paper(**row, first_listed=None, announced_at=None, updated_at=None) for row in rows]


def _insert(connection: Connection, papers: Sequence[Paper]) -> None:
    if connection.dialect.name == "sqlite":
        names = ("rowid", *FIELDS)
        rows = [dict(zip(names, (paper.seq, *columns(paper)), strict=True)) for paper in papers]
        connection.execute(insert(_IN_FTS5), rows)
    else:
        numbers = literal([paper.seq for paper in papers], ARRAY(BigInteger()))
        vectors = literal([vector(paper) for paper in papers], ARRAY(String()))
        given = func.unnest(numbers, vectors).table_valued("seq", "words").render_derived()
        entries = select(given.c.seq, cast(given.c.words, TSVECTOR()))
        connection.execute(insert(_IN_POSTGRESQL).from_select(["seq", "words"], entries))


def _number(connection: Connection) -> ColumnClause[int]:
    return _IN_FTS5.c.rowid if connection.dialect.name == "sqlite" else _IN_POSTGRESQL.c.seq


def _last_indexed(connection: Connection) -> int:
    number = _number(connection)
    return connection.execute(select(number).order_by(number.desc()).limit(1)).scalar() or 0


def _newest(connection: Connection) -> int:
    return connection.execute(select(func.max(PAPERS.c.seq))).scalar() or 0


def _is_worn(connection: Connection, last: int) -> bool:
    """Whether more than half of the entries would be outdated once what is new was taken in."""
    entries = connection.execute(select(func.count(_number(connection)))).scalar_one()
    papers = connection.execute(select(func.count()).select_from(PAPERS)).scalar_one()
    new = connection.execute(select(func.count()).where(PAPERS.c.seq > last)).scalar_one()
    return entries + new > 2 * papers
