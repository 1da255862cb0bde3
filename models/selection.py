"""The only reader for publishing: papers as values, of a window, of a range of changes, by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, func, select

from models.database import among
from models.papers import Appearance, Observation, Paper, Revision, Weight
from models.searches import listed
from models.tables import APPEARANCES, INSTALLATION, OBSERVATIONS, PAPERS, REVISIONS

_BATCH = 1_000


def installation(connection: Connection) -> tuple[UUID, datetime]:
    """The identity of this installation, and when (UTC) its database was made."""
    row = connection.execute(select(INSTALLATION.c.uuid, INSTALLATION.c.created_at)).one()
    return UUID(row.uuid), row.created_at


def window(connection: Connection, days: int) -> list[Paper]:
    """Papers announced, or changed so that a reader would notice, in the last days up to the newest list.

    The window ends with the newest day in the database, not today: the same database gives the same
    papers on every day. Newest first; with their whole history.
    """
    newest = newest_list(connection)
    return listed_since(connection, newest - timedelta(days=days - 1)) if newest else []


def newest_list(connection: Connection) -> date | None:
    """The newest day whose list named a paper first; None before the first."""
    return connection.execute(select(func.max(PAPERS.c.first_listed))).scalar()


def listed_since(connection: Connection, first: date) -> list[Paper]:
    """Papers announced, or changed so that a reader would notice, since a day; newest first, whole history."""
    since = datetime.combine(first, time(), UTC)
    query = (
        select(PAPERS)
        .where(PAPERS.c.first_listed.is_not(None))
        .where((PAPERS.c.first_listed >= first) | (PAPERS.c.updated_at >= since))
        .order_by(PAPERS.c.announced_at.desc(), PAPERS.c.id)
    )
    rows = connection.execute(query).mappings().all()
    return _with_history(connection, rows)


def listed_between(connection: Connection, first: date, last: date) -> list[Paper]:
    """Papers first listed on the days of a range, both included; newest first, with their whole history."""
    query = (
        select(PAPERS)
        .where(PAPERS.c.first_listed.between(first, last))
        .order_by(PAPERS.c.announced_at.desc(), PAPERS.c.id)
    )
    return _with_history(connection, connection.execute(query).mappings().all())


def voted_since(connection: Connection, first: date) -> list[Paper]:
    """Papers first listed since a day that have votes, in the order of their ids, with their whole history."""
    # Asked for in the order of ids, SQLite would go through all papers by their ids.
    query = select(PAPERS).where(PAPERS.c.first_listed >= first, PAPERS.c.votes.is_not(None))
    rows = connection.execute(query).mappings()
    return _with_history(connection, sorted(rows, key=itemgetter("id")))


def by_ids(connection: Connection, ids: Sequence[str]) -> dict[str, Paper]:
    """Those of the papers that are known, by id, with their whole history."""
    if not ids:
        return {}
    rows = connection.execute(select(PAPERS).where(among(connection, PAPERS.c.id, ids))).mappings().all()
    return {paper.id: paper for paper in _with_history(connection, rows)}


def changed_since(connection: Connection, seq: int = 0) -> Iterator[Paper]:
    """Papers whose content changed after a `seq`, in the order of `seq`, with their whole history."""
    while True:
        query = select(PAPERS).where(PAPERS.c.seq > seq).order_by(PAPERS.c.seq).limit(_BATCH)
        rows = connection.execute(query).mappings().all()
        if not rows:
            return
        yield from _with_history(connection, rows)
        seq = rows[-1]["seq"]


def _with_history(connection: Connection, rows: Sequence[RowMapping]) -> list[Paper]:
    ids = [row["id"] for row in rows]
    revisions = _of(connection, REVISIONS, ids, "seq", "field")
    appearances = _of(connection, APPEARANCES, ids, "date", "source", "section", "nth", where=(listed(),))
    counts = _of(connection, OBSERVATIONS, ids, "at")
    return [
        replace(
            _paper(row),
            revisions=tuple(map(revision, revisions.get(row["id"], ()))),
            appearances=tuple(map(_appearance, appearances.get(row["id"], ()))),
            observations=tuple(map(_observation, counts.get(row["id"], ()))),
        )
        for row in rows
    ]


def _of(
    connection: Connection,
    table: Table,
    ids: Sequence[str],
    *order: str,
    where: Sequence[ColumnElement[bool]] = (),
) -> dict[str, list[RowMapping]]:
    by_paper: dict[str, list[RowMapping]] = defaultdict(list)
    query = select(table).where(among(connection, table.c.paper_id, ids), *where)
    for row in connection.execute(query.order_by(*(table.c[name] for name in order))).mappings():
        by_paper[row["paper_id"]].append(row)
    return by_paper


def _paper(row: RowMapping) -> Paper:
    values: dict[str, Any] = {name: row[name] for name in Paper.__slots__ if name in row}
    for name in ("authors", "categories", "keywords"):
        values[name] = tuple(values[name])
    values["versions"] = tuple(map(datetime.fromisoformat, values["versions"]))
    return Paper(**values)


def revision(row: RowMapping) -> Revision:
    """The revision of a row."""
    return Revision(
        row["field"], row["old"], row["new"], row["seen_at"], row["source"], Weight(row["weight"])
    )


def _appearance(row: RowMapping) -> Appearance:
    return Appearance(row["source"], row["section"], row["date"], row["rank"], row["removed_at"])


def _observation(row: RowMapping) -> Observation:
    return Observation(row["at"], row["votes"], row["comments"], row["stars"])
