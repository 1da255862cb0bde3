"""Papers and changes a page at a time, for those who take all of them in turns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, tuple_

from models.order import behind, newest_first
from models.papers import Paper, Revision, Weight
from models.selection import by_ids, revision
from models.tables import PAPERS, REVISIONS


def count_papers(connection: Connection) -> int:
    """How many papers are stored."""
    return connection.execute(select(func.count()).select_from(PAPERS)).scalar_one()


def newest_papers(
    connection: Connection, day: date | None, most: int, after: tuple[datetime | None, str] | None
) -> list[Paper]:
    """All papers, or those first listed on a day, the newest announced first: at most so many.

    `after` is the moment and the id of the last paper of the page before.
    """
    query = select(PAPERS.c.id).order_by(*newest_first(connection)).limit(most)
    if day is not None:
        query = query.where(PAPERS.c.first_listed == day)
    if after is not None:
        query = query.where(behind(connection, *after))
    return _in_order(connection, query)


def next_changed(connection: Connection, seq: int, most: int) -> list[Paper]:
    """Papers whose content changed after a `seq`, in its order, at most so many."""
    query = select(PAPERS.c.id).where(PAPERS.c.seq > seq).order_by(PAPERS.c.seq).limit(most)
    return _in_order(connection, query)


def next_revisions(
    connection: Connection, seq: int, field: str, most: int
) -> Sequence[tuple[str, int, Revision]]:
    """What changed after a `seq` and field, without enrichments, in the order of both, at most so many.

    Each with the id of its paper and the paper's `seq` after it.
    """
    of = REVISIONS.c
    query = (
        select(REVISIONS)
        .where(tuple_(of.seq, of.field) > (seq, field), of.weight != Weight.ENRICHMENT.value)
        .order_by(of.seq, of.field)
        .limit(most)
    )
    return [(row["paper_id"], row["seq"], revision(row)) for row in connection.execute(query).mappings()]


def _in_order(connection: Connection, query: Select[Any]) -> list[Paper]:
    """The papers whose ids a query gives, in its order, with their whole history."""
    ids = connection.execute(query).scalars().all()
    papers = by_ids(connection, ids)
    return [papers[paper_id] for paper_id in ids]
