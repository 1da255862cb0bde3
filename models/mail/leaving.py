"""How subscribers leave by their own word, and take it back. All of it is for `models.database.posting`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select, update

from models.mail.subscriber import Leaving, Standing
from models.mail.subscribers import IS_HERE
from models.mail.tables import SUBSCRIBERS

_COLUMNS = SUBSCRIBERS.c


class Left(StrEnum):
    """What came of a wish to leave."""

    NOW = "now"
    ALREADY = "already"  # had left before, or was erased
    UNKNOWN = "unknown"  # the token is nobody's: a failure that the operator has to hear of


def leave(connection: Connection, token: str, by: Leaving, at: datetime) -> Left:
    """Who has this token gets nothing any more. It may be said again and again; of how they left the first counts.

    Letters that are open are not touched: none is begun for who has left, and they may come back at once.
    """
    done = connection.execute(
        update(SUBSCRIBERS)
        .where(_COLUMNS.token == token, _COLUMNS.state.in_(IS_HERE))
        .values(state=Standing.LEFT, left_at=at, left_by=by)
    )
    if done.rowcount:
        return Left.NOW
    known = connection.execute(select(_COLUMNS.id).where(_COLUMNS.token == token)).first()
    return Left.ALREADY if known else Left.UNKNOWN


def rejoin(connection: Connection, token: str) -> bool:
    """Takes a leaving back: who has left, and had confirmed before, is active again; whether that was so."""
    done = connection.execute(
        update(SUBSCRIBERS)
        .where(_COLUMNS.token == token, _COLUMNS.state == Standing.LEFT, _COLUMNS.confirmed_at.is_not(None))
        .values(state=Standing.ACTIVE, left_at=None, left_by="", suspended_at=None)
    )
    return done.rowcount == 1
