"""Deliveries in the database: how they are planned and called off, and what the operator sees of them.

All that writes is for a transaction of `models.database.posting`. How workers claim deliveries is in
models/mail/claims.py, what time does to them in models/mail/settling.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, false, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from models.database import among
from models.mail.delivery import NOTICES, Kind, Planned, State
from models.mail.letters import Fragment
from models.mail.tables import DELIVERIES, FRAGMENTS, SUBSCRIBERS, TOLD

USED_WITHIN = timedelta(days=1)
"""A fragment may have been used so much later than it says: what all letters share is not written with each."""
NOT_BEGUN = (State.PLANNED, State.CLAIMED, State.DEFERRED)
"""The states of what can still be called off. What is `sending` is on its way."""


class Uncertain(NamedTuple):
    """A letter that may have been sent, for the operator to decide; `address` is "" once erased."""

    id: str
    subscriber_id: int
    address: str
    kind: Kind
    period: str
    subject: str
    ended_at: datetime
    answer: str


def plan(connection: Connection, planned: Sequence[Planned], fragments: Iterable[Fragment]) -> set[str]:
    """Plans letters, with all fragments that they name; gives the ids of those that were not planned before.

    There is one letter for each subscriber, kind and period: the first one that is planned stays, with its own
    fragments, and what it tells of. Of two who plan the same at once one waits for the other.
    """
    if not planned:
        return set()
    _keep(connection, fragments, max(each.planned_at for each in planned))
    first: dict[tuple[int, Kind, str], Planned] = {}
    for each in planned:
        first.setdefault((each.subscriber_id, each.kind, each.period), each)
    # Everybody in one order: of two who plan at once neither has what the other waits for.
    ordered = [first[key] for key in sorted(first)]
    adding = _insert(connection)(DELIVERIES).on_conflict_do_nothing().returning(DELIVERIES.c.id)
    new = set(connection.execute(adding, [_row(each) for each in ordered]).scalars())
    told = [row for each in ordered if each.id in new for row in _told(each)]
    if told:
        connection.execute(insert(TOLD), told)
    return new


def fragments_of(connection: Connection, keys: Collection[str]) -> dict[str, Fragment]:
    """The fragments with these keys, by key; without those that there are none of."""
    columns = FRAGMENTS.c
    query = select(columns.key, columns.text, columns.html).where(
        among(connection, columns.key, sorted(set(keys)))
    )
    return {key: Fragment(text, html) for key, text, html in connection.execute(query)}


def cancel_of(connection: Connection, subscriber_id: int, now: datetime) -> int:
    """Calls off all letters to a subscriber that are not on their way yet, and forgets what they would have told.

    Gives how many. `now` is aware UTC.
    """
    theirs = (DELIVERIES.c.subscriber_id == subscriber_id) & DELIVERIES.c.state.in_(NOT_BEGUN)
    ids = connection.execute(select(DELIVERIES.c.id).where(theirs).with_for_update()).scalars().all()
    return cancel(connection, ids, now)


def cancel(connection: Connection, ids: Sequence[str], now: datetime) -> int:
    """Calls off letters, which nobody else may be changing meanwhile; gives how many."""
    if not ids:
        return 0
    untell(connection, ids)
    gone = update(DELIVERIES).where(among(connection, DELIVERIES.c.id, ids))
    off = gone.values(state=State.CANCELLED.value, worker="", lease_until=None, ended_at=now)
    return connection.execute(off).rowcount


def untell(connection: Connection, ids: Sequence[str]) -> None:
    """Forgets what letters would have told: the papers come in the next ones."""
    connection.execute(delete(TOLD).where(among(connection, TOLD.c.delivery_id, ids)))


def noticed_since(connection: Connection, subscriber_id: int, since: datetime) -> list[datetime]:
    """When (aware UTC) notices to a subscriber were planned from a moment on, the earliest first."""
    planned_at = DELIVERIES.c.planned_at
    query = (
        select(planned_at)
        .where(DELIVERIES.c.subscriber_id == subscriber_id, DELIVERIES.c.digest.in_(_values(NOTICES)))
        .where(planned_at >= since)
        .order_by(planned_at)
    )
    return list(connection.execute(query).scalars())


def counts(connection: Connection) -> Mapping[tuple[Kind, State], int]:
    """How many letters there are of each kind in each state, where there are any."""
    columns = DELIVERIES.c
    rows = connection.execute(
        select(columns.digest, columns.state, func.count()).group_by(columns.digest, columns.state)
    )
    found = {(Kind(kind), State(state)): count for kind, state, count in rows}
    return {(kind, state): found[kind, state] for kind in Kind for state in State if (kind, state) in found}


def uncertain_ones(connection: Connection, most: int = 1_000) -> list[Uncertain]:
    """The letters that may have been sent, the latest first, at most so many."""
    columns = DELIVERIES.c
    query = (
        select(
            columns.id, columns.subscriber_id, SUBSCRIBERS.c.address, columns.digest, columns.period,
            columns.subject, columns.ended_at, columns.answer,
        )
        .join_from(DELIVERIES, SUBSCRIBERS, SUBSCRIBERS.c.id == columns.subscriber_id)
        .where(columns.state == State.UNCERTAIN.value)
        .order_by(columns.ended_at.desc(), columns.id)
        .limit(most)
    )  # fmt: skip
    return [Uncertain(row[0], row[1], row[2], Kind(row[3]), *row[4:]) for row in connection.execute(query)]


def is_of(kinds: Collection[Kind]) -> ColumnElement[bool]:
    """The condition that a delivery is of one of some kinds."""
    return or_(false(), *(DELIVERIES.c.digest == kind.value for kind in kinds))


def _values(kinds: Collection[Kind]) -> list[str]:
    return [kind.value for kind in kinds]


def _keep(connection: Connection, fragments: Iterable[Fragment], at: datetime) -> None:
    """Keeps fragments, or notes that they are used again: then `models.mail.settling.prune` leaves them."""
    given = {fragment.key: fragment for fragment in fragments}
    known = select(FRAGMENTS.c.key).where(among(connection, FRAGMENTS.c.key, list(given)))
    for key in connection.execute(known.where(FRAGMENTS.c.used_at >= at - USED_WITHIN)).scalars():
        del given[key]
    if not given:
        return
    rows = [
        {"key": key, "text": each.text, "html": each.html, "used_at": at}
        for key, each in sorted(given.items())
    ]
    adding = _insert(connection)(FRAGMENTS)
    touching = adding.on_conflict_do_update(index_elements=["key"], set_={"used_at": adding.excluded.used_at})
    connection.execute(touching, rows)


def _insert(connection: Connection) -> type[postgresql.Insert] | type[sqlite.Insert]:
    return postgresql.Insert if connection.dialect.name == "postgresql" else sqlite.Insert


def _row(planned: Planned) -> dict[str, object]:
    return {
        "id": planned.id, "subscriber_id": planned.subscriber_id, "digest": planned.kind.value,
        "period": planned.period, "state": State.PLANNED.value, "subject": planned.letter.subject,
        "pieces": list(planned.letter.pieces), "counted": planned.counted, "planned_at": planned.planned_at,
        "due_at": planned.due_at, "stale_at": planned.stale_at, "attempts": 0, "worker": "", "answer": "",
    }  # fmt: skip


def _told(planned: Planned) -> Iterable[dict[str, object]]:
    for paper_id in dict.fromkeys(planned.told):
        yield {
            "delivery_id": planned.id,
            "paper_id": paper_id,
            "subscriber_id": planned.subscriber_id,
            "told_at": planned.planned_at,
        }
