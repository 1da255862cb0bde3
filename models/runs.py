"""Runs in the database: a row for each, written when it begins and again when it ends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, exists, func, insert, select, update

from models.run import Latest, Run, RunKind
from models.tables import RUNS


def keep(connection: Connection, run: Run) -> None:
    """Writes a run, in place of what was written of it before; for a transaction of `models.database.noting`.

    So what could not be written at its beginning is there at its end.
    """
    values = {
        "kind": run.kind.value,
        "began_at": run.began_at,
        "ended_at": run.ended_at,
        "failures": list(run.failures),
        "counts": dict(run.counts),
    }
    if not connection.execute(update(RUNS).where(RUNS.c.id == run.id).values(values)).rowcount:
        connection.execute(insert(RUNS).values(id=run.id, **values))


def latest(connection: Connection) -> dict[RunKind, Latest]:
    """The newest runs of each kind that there was one of, in the order of the kinds."""
    newest = (
        select(RUNS.c.kind, func.max(RUNS.c.began_at).label("began_at"))
        .group_by(RUNS.c.kind, RUNS.c.ended_at.is_(None))
        .subquery()
    )
    here = (RUNS.c.kind == newest.c.kind) & (RUNS.c.began_at == newest.c.began_at)
    query = select(RUNS).join(newest, here).order_by(RUNS.c.began_at, RUNS.c.id)
    runs = list(map(_run, connection.execute(query).mappings()))
    begun = {run.kind: run for run in runs}
    ended = {run.kind: run for run in runs if run.ended_at}
    return {kind: Latest(begun[kind], ended.get(kind)) for kind in RunKind if kind in begun}


def failed_since(connection: Connection, since: datetime) -> dict[RunKind, int]:
    """How many runs that have ended since a moment (aware UTC) failed at something, of each kind."""
    ended = select(RUNS.c.kind, RUNS.c.failures).where(RUNS.c.ended_at >= since)
    found = dict.fromkeys(RunKind, 0)
    for kind, failures in connection.execute(ended):
        found[RunKind(kind)] += bool(failures)
    return found


def forget_before(connection: Connection, before: datetime) -> int:
    """Forgets runs that began before a moment (aware UTC); gives how many.

    The newest of each kind stays, however old it is: when something was done last shall not be forgotten.
    """
    newer = RUNS.alias()
    has_newer = exists().where(newer.c.kind == RUNS.c.kind, newer.c.began_at > RUNS.c.began_at)
    return connection.execute(delete(RUNS).where(RUNS.c.began_at < before, has_newer)).rowcount


def _run(row: RowMapping) -> Run:
    return Run(**{**row, "kind": RunKind(row["kind"]), "failures": tuple(row["failures"])})
