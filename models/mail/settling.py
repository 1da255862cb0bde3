"""What time, and the operator, do to deliveries. All of it is for a transaction of `models.database.posting`.

Times are aware UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, case, delete, func, literal, select, update

from models.database import among
from models.mail.delivery import OPEN, State
from models.mail.outbox import USED_WITHIN, untell
from models.mail.tables import DELIVERIES, FRAGMENTS, TOLD

KEPT = timedelta(days=60)
"""So long a delivery is kept when it has ended, and with it that its papers were told."""
RESENT_WITHIN = timedelta(days=1)
"""So long a letter that is sent again on the operator's word is not stale."""
NO_ANSWER = "whoever sent it ended before an answer was noted"
TOO_LATE = "too late"

_COLUMNS = DELIVERIES.c


class Settled(NamedTuple):
    """How many deliveries were given back by workers that are gone, may have been sent by them, or are too late."""

    released: int
    uncertain: int
    late: int


class Pruned(NamedTuple):
    """How many deliveries and fragments are gone."""

    deliveries: int
    fragments: int


def settle(connection: Connection, now: datetime) -> Settled:
    """Brings deliveries whose time has run out into the states that they are in then; a second time does nothing.

    A claim whose lease has ended is anyone's again. What was being sent then may have been sent: it is uncertain,
    and keeps what it told. What is stale has failed, and the papers that it would have told come in the next one.
    """
    return Settled(_release(connection, now), _doubt(connection, now), _fail_late(connection, now))


def resend(connection: Connection, ids: Sequence[str], now: datetime) -> set[str]:
    """Plans letters that may have been sent once more, the very same ones; the ids of those that were uncertain.

    For the operator alone to decide: who got one gets it twice, though under the same Message-ID.
    """
    those = among(connection, _COLUMNS.id, ids) & (_COLUMNS.state == State.UNCERTAIN.value)
    until = now + RESENT_WITHIN
    again = (
        update(DELIVERIES)
        .where(those)
        .values(
            state=State.PLANNED.value,
            worker="",
            due_at=now,
            stale_at=case((_COLUMNS.stale_at < until, until), else_=_COLUMNS.stale_at),
            ended_at=None,
        )
        .returning(_COLUMNS.id)
    )
    return set(connection.execute(again).scalars())


def prune(connection: Connection, before: datetime) -> Pruned:
    """Forgets deliveries that ended before a moment, that they told anything, and fragments of no use any more."""
    old = select(_COLUMNS.id).where(_COLUMNS.ended_at < before)
    connection.execute(delete(TOLD).where(TOLD.c.delivery_id.in_(old)))
    gone = connection.execute(delete(DELIVERIES).where(_COLUMNS.ended_at < before)).rowcount
    # Only what may still be sent needs its pieces: the others are many, and not looked at.
    needed = _COLUMNS.state.in_([state.value for state in (*sorted(OPEN), State.UNCERTAIN)])
    oldest = connection.execute(select(func.min(_COLUMNS.planned_at)).where(needed)).scalar() or before
    unused = FRAGMENTS.c.used_at < min(oldest, before) - USED_WITHIN
    return Pruned(gone, connection.execute(delete(FRAGMENTS).where(unused)).rowcount)


def _release(connection: Connection, now: datetime) -> int:
    ids = _locked(connection, _is_over(State.CLAIMED, now))
    free = update(DELIVERIES).where(among(connection, _COLUMNS.id, ids))
    return connection.execute(free.values(state=State.PLANNED.value, worker="", lease_until=None)).rowcount


def _doubt(connection: Connection, now: datetime) -> int:
    """The worker's name stays: it may be slow, and still have the answer."""
    ids = _locked(connection, _is_over(State.SENDING, now))
    doubtful = update(DELIVERIES).where(among(connection, _COLUMNS.id, ids))
    values = {"state": State.UNCERTAIN.value, "lease_until": None, "ended_at": now, "answer": NO_ANSWER}
    return connection.execute(doubtful.values(**values, attempts=_COLUMNS.attempts + 1)).rowcount


def _fail_late(connection: Connection, now: datetime) -> int:
    ids: list[str] = []
    for state in (
        State.PLANNED,
        State.DEFERRED,
    ):  # one by one: for both at once SQLite would read all that there are
        ids += _locked(connection, (_COLUMNS.state == state.value) & (_COLUMNS.stale_at <= now))
    untell(connection, ids)
    late = update(DELIVERIES).where(among(connection, _COLUMNS.id, ids))
    last = case((_COLUMNS.answer == "", TOO_LATE), else_=literal(f"{TOO_LATE}, after: ") + _COLUMNS.answer)
    return connection.execute(
        late.values(state=State.FAILED.value, worker="", ended_at=now, answer=last)
    ).rowcount


def _is_over(state: State, now: datetime) -> ColumnElement[bool]:
    return (_COLUMNS.state == state.value) & (_COLUMNS.lease_until <= now)


def _locked(connection: Connection, these: ColumnElement[bool]) -> Sequence[str]:
    """The ids of some deliveries, locked; those that another worker is at are left to it, so that nobody waits."""
    query = select(_COLUMNS.id).where(these).with_for_update(skip_locked=True)
    return connection.execute(query).scalars().all()
