"""How many letters there are, for those who look in: of what is over, only what is recent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from models.mail.delivery import OPEN, State
from models.mail.tables import DELIVERIES

_STANDING = sorted({*OPEN, State.UNCERTAIN})


def letters(connection: Connection, since: datetime) -> Mapping[State, int]:
    """Letters by state: all that are open or uncertain, and of the others those that ended from a moment on.

    `since` is aware UTC. Not all are counted, of which there may be millions.
    """
    columns = DELIVERIES.c
    stands = columns.state.in_([state.value for state in _STANDING])
    query = (
        select(columns.state, func.count())
        .where(or_(stands, columns.ended_at >= since))
        .group_by(columns.state)
    )
    return {State(state): count for state, count in connection.execute(query)}
