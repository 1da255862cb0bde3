"""What of subscribers is forgotten, and when. All that writes is for `models.database.posting`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, exists, func, or_, select, update

from models.mail.outbox import cancel_of
from models.mail.subscriber import Cadence, Choices, Standing
from models.mail.subscribers import chosen
from models.mail.tables import BOUNCES, DELIVERIES, SUBSCRIBERS, TOLD
from models.mail.tokens import Keys

_COLUMNS = SUBSCRIBERS.c
_NOTHING = Choices((), Cadence.OFF)


def erase(connection: Connection, subscriber_id: int, keys: Keys, at: datetime) -> bool:
    """Forgets all of someone but what keeps their links working; False for who is not known or is erased already.

    What stays: number and token, how they came, when they asked, confirmed and left, and of the address a keyed
    hash, by which no import brings them back (`was_erased`). No letter to them is begun any more; of those that were
    sent it is kept when and how that ended, not what they told or what a server said. A letter that a worker is just
    handing over cannot be called back, and its answer is forgotten later (`forget_late`).
    """
    folded = connection.execute(
        select(_COLUMNS.folded)
        .where(_COLUMNS.id == subscriber_id, _COLUMNS.state != Standing.ERASED)
        .with_for_update()
    ).scalar()
    if folded is None:
        return False
    connection.execute(
        update(SUBSCRIBERS)
        .where(_COLUMNS.id == subscriber_id)
        .values(
            address="",
            folded=_hashed(connection, folded, keys, subscriber_id),
            state=Standing.ERASED,
            generation=_COLUMNS.generation + 1,
            **chosen(_NOTHING),
            consent="",
            network="",
            left_at=func.coalesce(_COLUMNS.left_at, at),
            left_by="",
            suspended_at=None,
        )
    )
    cancel_of(connection, subscriber_id, at)
    _forget_told(connection, [subscriber_id])
    return True


def forget_late(connection: Connection) -> None:
    """Forgets what was noted of those who had just been erased: what a server answered to a letter that was on its
    way, and what one told that was being planned.
    """
    noted = or_(DELIVERIES.c.answer != "", DELIVERIES.c.subject != "")
    theirs = exists().where(DELIVERIES.c.subscriber_id == _COLUMNS.id, noted)
    query = select(_COLUMNS.id).where(_COLUMNS.state == Standing.ERASED, theirs)
    _forget_told(connection, connection.execute(query).scalars().all())


def was_erased(connection: Connection, folded: str, keys: Keys) -> bool:
    """Whether someone with the address of this folded form (`models.mail.addresses`) was erased."""
    query = select(_COLUMNS.id).where(_COLUMNS.folded == keys.folded(folded))
    return connection.execute(query).first() is not None


def purge_pending(connection: Connection, before: datetime) -> int:
    """Drops who asked before a moment and did not confirm, with the letters to them; gives how many.

    Who had confirmed once, left and asked again is not dropped, as the links in their letters shall work: they
    have left, as before.
    """
    late = (_COLUMNS.state == Standing.PENDING) & (_COLUMNS.requested_at < before)
    connection.execute(
        update(SUBSCRIBERS).where(late, _COLUMNS.confirmed_at.is_not(None)).values(state=Standing.LEFT)
    )
    # Locked: who asks again meanwhile waits, and then is someone new.
    gone = connection.execute(select(_COLUMNS.id).where(late).with_for_update()).scalars().all()
    these = select(_COLUMNS.id).where(late)
    letters = select(DELIVERIES.c.id).where(DELIVERIES.c.subscriber_id.in_(these))
    connection.execute(delete(TOLD).where(TOLD.c.delivery_id.in_(letters)))
    for table in (DELIVERIES, BOUNCES):
        connection.execute(delete(table).where(table.c.subscriber_id.in_(these)))
    connection.execute(delete(SUBSCRIBERS).where(late))
    return len(gone)


def forget_networks(connection: Connection, before: datetime) -> int:
    """Forgets from which networks was asked for digests before a moment; gives of how many subscribers."""
    known = (_COLUMNS.network != "") & (_COLUMNS.requested_at < before)
    return connection.execute(update(SUBSCRIBERS).where(known).values(network="")).rowcount


def _hashed(connection: Connection, folded: str, keys: Keys, subscriber_id: int) -> str:
    """What is kept of an address; who was erased, came back and is erased again needs one of their own."""
    known = was_erased(connection, folded, keys)
    return f"{keys.folded(folded)}:{subscriber_id}" if known else keys.folded(folded)


def _forget_told(connection: Connection, subscriber_ids: Sequence[int]) -> None:
    """Forgets what letters told, and what servers said of them, which may quote the address."""
    connection.execute(delete(TOLD).where(TOLD.c.subscriber_id.in_(subscriber_ids)))
    for column, nothing in (
        (DELIVERIES.c.subscriber_id, {"subject": "", "pieces": [], "counted": 0, "answer": ""}),
        (BOUNCES.c.subscriber_id, {"said": ""}),
    ):
        connection.execute(update(column.table).where(column.in_(subscriber_ids)).values(nothing))
