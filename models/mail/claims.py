"""Deliveries in a worker's hands: claimed by one worker alone, begun, and what became of each.

All of it is for a transaction of `models.database.posting`. What says whether it changed a row may be said again:
who lost the connection in a commit repeats it, and gets the same answer. Times are aware UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Update,
    bindparam,
    case,
    exists,
    or_,
    select,
    update,
)

from models.database import among
from models.mail.delivery import DIGESTS, NOTICES, Delivery, Kind, State
from models.mail.letters import Letter
from models.mail.outbox import cancel, is_of, untell
from models.mail.subscriber import Cadence, Standing
from models.mail.subscribers import IS_HERE
from models.mail.tables import DELIVERIES, SUBSCRIBERS

LEASE = timedelta(minutes=30)
"""So long a letter that was begun is its worker's: more than a server may take to answer (RFC 5321, 4.5.3.2)."""

_COLUMNS = DELIVERIES.c
_IN_HAND = (State.CLAIMED, State.SENDING, State.UNCERTAIN)
"""A recipient is refused before anything is begun; and an answer may come when the lease is over."""


def claim(
    connection: Connection,
    worker: str,
    now: datetime,
    lease: timedelta,
    most: int,
    kinds: Collection[Kind],
    subscribers: range | None = None,
) -> list[Delivery]:
    """Claims at most so many letters of some kinds that are due and not stale; no other worker gets them.

    None where nothing is left. `subscribers` are the numbers, one after another, to whose letters it keeps.
    Letters to those who may not get them any more are called off on the way: digests are for who is active and
    wants them, notices for all who have not left.
    """
    claimed: list[Delivery] = []
    these = _these(now, kinds, subscribers)
    # First tries come first: a few letters that no server likes shall not keep the others back.
    for state in (State.PLANNED, State.DEFERRED):
        while len(claimed) < most:
            waiting = (_COLUMNS.state == state.value) & these
            rows = connection.execute(_waiting(waiting).limit(most - len(claimed))).all()
            if not rows:
                break
            cancel(connection, [row.id for row in rows if not row.may_get], now)
            mine = [row for row in rows if row.may_get]
            _claim(connection, [row.id for row in mine], worker, now + lease)
            claimed += map(_delivery, mine)
    return claimed


def begin(connection: Connection, delivery_id: str, worker: str, now: datetime) -> bool:
    """Notes that a letter's text is handed over next; False where it must not be.

    That is where the claim is no longer this worker's, the letter is stale, or its subscriber has left meanwhile.
    """
    return _is_done(connection, _BEGIN, delivery_id, worker, at=now, until=now + LEASE)


def sent(connection: Connection, delivery_id: str, worker: str, now: datetime, answer: str) -> bool:
    """Notes that a server has taken a letter; False where it is not this worker's."""
    return _is_done(connection, _SENT, delivery_id, worker, at=now, said=answer)


def deferred(
    connection: Connection, delivery_id: str, worker: str, now: datetime, due_at: datetime, answer: str
) -> bool:
    """Notes that a letter was not taken, and is to be tried again at a moment; False where it is not this worker's."""
    if due_at < now:
        raise ValueError("a letter cannot be deferred to the past")
    return _is_done(connection, _DEFERRED, delivery_id, worker, due=due_at, said=answer)


def failed(connection: Connection, delivery_id: str, worker: str, now: datetime, answer: str) -> bool:
    """Notes that a letter will not be sent, and forgets what it tells; False where it is not this worker's."""
    if not _is_done(connection, _FAILED, delivery_id, worker, at=now, said=answer):
        return False
    untell(connection, [delivery_id])
    return True


def uncertain(connection: Connection, delivery_id: str, worker: str, now: datetime, answer: str) -> bool:
    """Notes that a letter may have been sent: never again on its own; False where it is not this worker's."""
    return _is_done(connection, _UNCERTAIN, delivery_id, worker, at=now, said=answer)


def released(connection: Connection, worker: str) -> int:
    """Gives back all that a worker has claimed and not begun; gives how many."""
    giving_back = (
        update(DELIVERIES)
        .where(_COLUMNS.state == State.CLAIMED.value, _COLUMNS.worker == worker)
        .values(state=State.PLANNED.value, worker="", lease_until=None)
    )
    return connection.execute(giving_back).rowcount


def _these(now: datetime, kinds: Collection[Kind], subscribers: range | None) -> ColumnElement[bool]:
    found = (_COLUMNS.due_at <= now) & (_COLUMNS.stale_at > now) & is_of(kinds)
    if subscribers is None:
        return found
    if subscribers.step != 1:
        raise ValueError("subscribers are numbers one after another")
    return found & (_COLUMNS.subscriber_id >= subscribers.start) & (_COLUMNS.subscriber_id < subscribers.stop)


def _waiting(these: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    """Deliveries that are due, the earliest first, locked; what another worker is just claiming is left out."""
    theirs = SUBSCRIBERS.c
    query: Select[tuple[object, ...]] = select(
        _COLUMNS.id, _COLUMNS.subscriber_id, theirs.address, theirs.token, theirs.generation,
        _COLUMNS.digest, _COLUMNS.period, _COLUMNS.subject, _COLUMNS.pieces,
        _COLUMNS.planned_at, _COLUMNS.stale_at, _COLUMNS.attempts, _may_get().label("may_get"),
    )  # fmt: skip
    return (
        query.join_from(DELIVERIES, SUBSCRIBERS, theirs.id == _COLUMNS.subscriber_id)
        .where(these)
        .order_by(_COLUMNS.due_at)
        .with_for_update(of=DELIVERIES, skip_locked=True)
    )


def _may_get() -> ColumnElement[bool]:
    state = SUBSCRIBERS.c.state
    wants = (state == Standing.ACTIVE.value) & (SUBSCRIBERS.c.cadence != Cadence.OFF.value)
    is_here = _is_one_of(state, IS_HERE)
    return (is_of(DIGESTS) & wants) | (is_of(NOTICES) & is_here)


def _claim(connection: Connection, ids: Sequence[str], worker: str, until: datetime) -> None:
    mine = update(DELIVERIES).where(among(connection, _COLUMNS.id, ids))
    connection.execute(mine.values(state=State.CLAIMED.value, worker=worker, lease_until=until))


def _is_one_of(column: Column[str], values: Iterable[StrEnum]) -> ColumnElement[bool]:
    """Not `in_`: SQLAlchemy would write such a list anew at each time."""
    return or_(*(column == value.value for value in values))


def _beginning() -> Update:
    theirs = (SUBSCRIBERS.c.id == _COLUMNS.subscriber_id) & _may_get()
    return (
        update(DELIVERIES)
        .where(_IS_MINE, _is_one_of(_COLUMNS.state, (State.CLAIMED, State.SENDING)))
        .where(_COLUMNS.stale_at > bindparam("at"), exists().where(theirs))
        .values(state=State.SENDING.value, lease_until=bindparam("until"))
    )


def _ending(to: State, **values: object) -> Update:
    """Brings a delivery that a worker has in hand to another state; said again, it counts no attempt more."""
    return (
        update(DELIVERIES)
        .where(_IS_MINE, _is_one_of(_COLUMNS.state, (*_IN_HAND, to)))
        .values(
            state=to.value,
            lease_until=None,
            attempts=_COLUMNS.attempts + case((_COLUMNS.state == to.value, 0), else_=1),
            answer=bindparam("said"),
            **values,
        )
    )


# Made once: to make such a statement takes SQLAlchemy longer than the databases need for it.
_IS_MINE = (_COLUMNS.id == bindparam("delivery")) & (_COLUMNS.worker == bindparam("by"))
_BEGIN = _beginning()
_SENT = _ending(State.SENT, ended_at=bindparam("at"))
_DEFERRED = _ending(State.DEFERRED, due_at=bindparam("due"), ended_at=None)
_FAILED = _ending(State.FAILED, ended_at=bindparam("at"))
_UNCERTAIN = _ending(State.UNCERTAIN, ended_at=bindparam("at"))


def _is_done(
    connection: Connection, statement: Update, delivery_id: str, worker: str, **values: object
) -> bool:
    return connection.execute(statement, {"delivery": delivery_id, "by": worker, **values}).rowcount == 1


def _delivery(row: Row[tuple[object, ...]]) -> Delivery:
    return Delivery(
        id=row.id,
        subscriber_id=row.subscriber_id,
        address=row.address,
        token=row.token,
        generation=row.generation,
        kind=Kind(row.digest),
        period=row.period,
        letter=Letter(row.subject, tuple(row.pieces)),
        planned_at=row.planned_at,
        stale_at=row.stale_at,
        attempts=row.attempts,
    )
