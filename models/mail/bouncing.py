"""All SQL of what came back: the one who writes it down, and who asks for it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, select

from models.mail.bounce import WITHIN, Bounce, Kind, is_enough
from models.mail.subscriber import Standing
from models.mail.subscribers import suspend
from models.mail.tables import BOUNCES, DELIVERIES, SUBSCRIBERS

_logger = logging.getLogger(__name__)


def note_bounce(
    connection: Connection,
    subscriber_id: int,
    delivery_id: str,
    at: datetime,
    kind: Kind,
    status: str,
    said: str,
) -> bool:
    """Writes down what came back at a moment (aware UTC); True where it suspends its subscriber.

    That is where it is hard, and another day within a month had a hard one too (`models.mail.bounce.is_enough`);
    what came before the address was last confirmed does not count, for then a letter had come through.
    A delivery comes back once in each kind, whenever the mail that says so is read again; without a
    delivery, once a day. Of who was erased no words are kept, as they may quote the address. Of an unknown
    subscriber nothing is written, and an error logged.
    """
    standing = _held(connection, subscriber_id)
    if standing is None:
        _logger.error(
            "a bounce of delivery %r names subscriber %d, who is not there", delivery_id, subscriber_id
        )
        return False
    if _is_noted(connection, subscriber_id, delivery_id, at, kind):
        return False
    is_over = kind is Kind.HARD and is_enough(_hard(connection, subscriber_id, at), at)
    row = {
        "subscriber_id": subscriber_id, "delivery_id": delivery_id, "at": at, "kind": kind.value,
        "status": status, "said": "" if standing is Standing.ERASED else said,
    }  # fmt: skip
    connection.execute(insert(BOUNCES), row)
    return is_over and suspend(connection, subscriber_id, at)


def whose(connection: Connection, delivery_id: str) -> int | None:
    """The number of the subscriber whom a delivery was for; None for one that is not known, or no longer."""
    query = select(DELIVERIES.c.subscriber_id).where(DELIVERIES.c.id == delivery_id)
    return connection.execute(query).scalar()


def bounces_of(connection: Connection, subscriber_id: int) -> list[Bounce]:
    """All that came back from a subscriber, the newest first."""
    return _read(connection, _bounces().where(BOUNCES.c.subscriber_id == subscriber_id))


def recent_bounces(connection: Connection, since: datetime) -> list[Bounce]:
    """All that came back from a moment (aware UTC) on, the newest first."""
    return _read(connection, _bounces().where(BOUNCES.c.at >= since))


def count_by_kind(connection: Connection) -> Mapping[Kind, int]:
    """How much came back, of each kind; a kind of which nothing came has 0."""
    query = select(BOUNCES.c.kind, func.count()).group_by(BOUNCES.c.kind)
    counted = {Kind(kind): count for kind, count in connection.execute(query)}
    return {kind: counted.get(kind, 0) for kind in Kind}


def prune_bounces(connection: Connection, before: datetime) -> int:
    """Deletes what came back before a moment (aware UTC); how much it was."""
    return connection.execute(delete(BOUNCES).where(BOUNCES.c.at < before)).rowcount


def _held(connection: Connection, subscriber_id: int) -> Standing | None:
    """How a subscriber stands, whom nobody else changes until the transaction ends; None where there is no such one.

    Two readers of one box would else both find that a bounce is new. SQLite has one writer in any case.
    """
    query = select(SUBSCRIBERS.c.state).where(SUBSCRIBERS.c.id == subscriber_id).with_for_update()
    state = connection.execute(query).scalar()
    return None if state is None else Standing(state)


def _is_noted(connection: Connection, subscriber_id: int, delivery_id: str, at: datetime, kind: Kind) -> bool:
    same = (
        (BOUNCES.c.subscriber_id == subscriber_id)
        & (BOUNCES.c.delivery_id == delivery_id)
        & (BOUNCES.c.kind == kind.value)
    )
    when = same if delivery_id else same & _on_the_day_of(at)
    return connection.execute(select(BOUNCES.c.id).where(when).limit(1)).first() is not None


def _on_the_day_of(at: datetime) -> ColumnElement[bool]:
    midnight = datetime.combine(at.astimezone(UTC), time(), UTC)
    return (BOUNCES.c.at >= midnight) & (BOUNCES.c.at < midnight + timedelta(days=1))


def _hard(connection: Connection, subscriber_id: int, at: datetime) -> list[datetime]:
    query = (
        select(BOUNCES.c.at)
        .join_from(BOUNCES, SUBSCRIBERS, SUBSCRIBERS.c.id == BOUNCES.c.subscriber_id)
        .where(BOUNCES.c.subscriber_id == subscriber_id, BOUNCES.c.kind == Kind.HARD.value)
        .where(BOUNCES.c.at > at - WITHIN)
        .where(SUBSCRIBERS.c.confirmed_at.is_(None) | (BOUNCES.c.at > SUBSCRIBERS.c.confirmed_at))
    )
    return list(connection.execute(query).scalars())


def _bounces() -> Select[tuple[int, str, str, datetime, str, str, str]]:
    columns = BOUNCES.c
    return (
        select(
            columns.subscriber_id, SUBSCRIBERS.c.address, columns.delivery_id, columns.at, columns.kind,
            columns.status, columns.said,
        )
        .join_from(BOUNCES, SUBSCRIBERS, SUBSCRIBERS.c.id == columns.subscriber_id)
        .order_by(columns.at.desc(), columns.id.desc())
    )  # fmt: skip


def _read(
    connection: Connection, query: Select[tuple[int, str, str, datetime, str, str, str]]
) -> list[Bounce]:
    return [
        Bounce(row.subscriber_id, row.address, row.delivery_id, row.at, Kind(row.kind), row.status, row.said)
        for row in connection.execute(query)
    ]
