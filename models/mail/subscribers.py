"""Subscribers in the database: how they come, confirm and choose, and who they are.

All that writes is for a transaction of `models.database.posting`. How they leave is in models/mail/leaving.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, func, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from models.mail.addresses import Address
from models.mail.subscriber import Cadence, Choices, Origin, Standing, Subscriber
from models.mail.tables import SUBSCRIBERS
from models.mail.tokens import new_token

_COLUMNS = SUBSCRIBERS.c
_CAN_ASK_AGAIN = (Standing.PENDING, Standing.LEFT)
IS_HERE = (Standing.PENDING, Standing.ACTIVE, Standing.SUSPENDED)
"""The standings of those who have neither left nor been erased."""


def by_id(connection: Connection, subscriber_id: int) -> Subscriber | None:
    """The subscriber of a number, in whatever standing; None where there is none."""
    return _one(connection, _COLUMNS.id == subscriber_id)


def by_token(connection: Connection, token: str) -> Subscriber | None:
    """Whose token for leaving it is, in whatever standing; None where it is nobody's."""
    return _one(connection, _COLUMNS.token == token)


def by_folded(connection: Connection, folded: str) -> Subscriber | None:
    """Who has the address of this folded form (`models.mail.addresses`); None where nobody has, or who had was erased."""
    return _one(connection, _COLUMNS.folded == folded)


def ask(
    connection: Connection,
    address: Address,
    choices: Choices,
    *,
    origin: Origin,
    consent: str,
    network: str,
    at: datetime,
) -> Subscriber:
    """Notes that someone asks for digests to an address; the row as it is then, which only they can confirm.

    Who is pending or has left is pending with what is given here; who is active or suspended stays as they are.
    Of several who ask for one address at once the second finds the row of the first. Who was erased is
    someone new.
    """
    asked = {
        "address": address.address,
        "state": Standing.PENDING,
        **chosen(choices),
        "origin": origin,
        "consent": consent,
        "network": network,
        "requested_at": at,
    }
    subscriber_id = _locked(connection, address.folded)
    if subscriber_id is None:
        subscriber_id = _added(connection, {"folded": address.folded, **asked})
    connection.execute(
        update(SUBSCRIBERS)
        .where(_COLUMNS.id == subscriber_id, _COLUMNS.state.in_(_CAN_ASK_AGAIN))
        .values(asked)
    )
    return _subscriber(connection.execute(select(SUBSCRIBERS).where(_COLUMNS.id == subscriber_id)).one())


def confirm(connection: Connection, subscriber_id: int, at: datetime) -> Subscriber | None:
    """Makes who is pending or suspended active, and gives them; who is active already stays as they are.

    None for who has left, was erased or is not known: they have to ask again.
    """
    connection.execute(
        update(SUBSCRIBERS)
        .where(_COLUMNS.id == subscriber_id, _COLUMNS.state.in_((Standing.PENDING, Standing.SUSPENDED)))
        .values(state=Standing.ACTIVE, confirmed_at=at, left_at=None, left_by="", suspended_at=None)
    )
    found = by_id(connection, subscriber_id)
    return found if found and found.standing is Standing.ACTIVE else None


def choose(connection: Connection, subscriber_id: int, choices: Choices) -> bool:
    """Notes what someone wants from now on; False for who has left, was erased or is not known."""
    done = connection.execute(
        update(SUBSCRIBERS)
        .where(_COLUMNS.id == subscriber_id, _COLUMNS.state.in_(IS_HERE))
        .values(**chosen(choices))
    )
    return done.rowcount == 1


def suspend(connection: Connection, subscriber_id: int, at: datetime) -> bool:
    """Sends no digest any more to who is active; whether they were."""
    done = connection.execute(
        update(SUBSCRIBERS)
        .where(_COLUMNS.id == subscriber_id, _COLUMNS.state == Standing.ACTIVE)
        .values(state=Standing.SUSPENDED, suspended_at=at)
    )
    return done.rowcount == 1


def subscribers(
    connection: Connection, after: int = 0, most: int = 500, standing: Standing | None = None
) -> list[Subscriber]:
    """At most so many subscribers whose numbers come after one, in their order; of one standing or of all."""
    query = select(SUBSCRIBERS).where(_COLUMNS.id > after).order_by(_COLUMNS.id).limit(most)
    if standing:
        query = query.where(_COLUMNS.state == standing)
    return [_subscriber(row) for row in connection.execute(query)]


def count_by_standing(connection: Connection) -> Mapping[Standing, int]:
    """How many there are in each standing, in the order of the standings; zeros too."""
    rows = connection.execute(select(_COLUMNS.state, func.count()).group_by(_COLUMNS.state))
    found = {row[0]: row[1] for row in rows}
    return {standing: found.get(standing, 0) for standing in Standing}


def readers_by_topic(connection: Connection) -> Mapping[str, int]:
    """How many who get digests chose each topic, by its slug, whether there is such a topic (any more) or not."""
    if connection.dialect.name == "sqlite":
        chosen = func.json_each(_COLUMNS.topics).table_valued("value")
    else:
        chosen = func.json_array_elements_text(_COLUMNS.topics).table_valued("value")
    query = (
        select(chosen.c.value, func.count())
        .select_from(SUBSCRIBERS.join(chosen, true()))
        .where(_COLUMNS.state == Standing.ACTIVE, _COLUMNS.cadence != Cadence.OFF)
        .group_by(chosen.c.value)
        .order_by(chosen.c.value)
    )
    return dict(connection.execute(query).tuples().all())


def slices(connection: Connection, size: int) -> list[range]:
    """Ranges of numbers, in their order, that have all who get digests, at most `size` of them each."""
    place = func.row_number().over(order_by=_COLUMNS.id) - 1
    gets = (_COLUMNS.state == Standing.ACTIVE) & (_COLUMNS.cadence != Cadence.OFF)
    placed = select(_COLUMNS.id, (place // size).label("slice")).where(gets).subquery()
    query = (
        select(func.min(placed.c.id), func.max(placed.c.id)).group_by(placed.c.slice).order_by(placed.c.slice)
    )
    return [range(first, last + 1) for first, last in connection.execute(query)]


def chosen(choices: Choices) -> Mapping[str, object]:
    """The columns that say what someone wants."""
    return {
        "topics": list(choices.topics),
        "cadence": choices.cadence,
        "hour": choices.hour,
        "zone": choices.zone,
        "hears_of_nothing": choices.hears_of_nothing,
    }


def _locked(connection: Connection, folded: str) -> int | None:
    """The number of who has an address, whose row nobody else changes until we are done."""
    return connection.execute(select(_COLUMNS.id).where(_COLUMNS.folded == folded).with_for_update()).scalar()


def _added(connection: Connection, asked: Mapping[str, object]) -> int:
    """The number of a new row; of another's, locked, where that one was faster by a hair."""
    row = {**asked, "token": new_token(), "generation": 0, "left_by": ""}
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    query = insert(SUBSCRIBERS).values(row)
    touching = query.on_conflict_do_update(index_elements=["folded"], set_={"folded": query.excluded.folded})
    found: int = connection.execute(touching.returning(_COLUMNS.id)).scalar_one()
    return found


def _one(connection: Connection, this: ColumnElement[bool]) -> Subscriber | None:
    row = connection.execute(select(SUBSCRIBERS).where(this)).one_or_none()
    return _subscriber(row) if row else None


def _subscriber(row: Row[tuple[object, ...]]) -> Subscriber:
    return Subscriber(
        id=row.id,
        address=row.address,
        standing=Standing(row.state),
        token=row.token,
        generation=row.generation,
        choices=Choices(tuple(row.topics), Cadence(row.cadence), row.hour, row.zone, row.hears_of_nothing),
        origin=Origin(row.origin),
        consent=row.consent,
        network=row.network,
        requested_at=row.requested_at,
        confirmed_at=row.confirmed_at,
        left_at=row.left_at,
        left_by=row.left_by,
        suspended_at=row.suspended_at,
    )
