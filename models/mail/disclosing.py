"""All that is kept of a subscriber, read from the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, select

from models.mail.bouncing import bounces_of
from models.mail.delivery import Kind, State
from models.mail.dossier import Dossier, Posted
from models.mail.subscriber import Subscriber
from models.mail.tables import DELIVERIES, TOLD


def dossier(connection: Connection, subscriber: Subscriber) -> Dossier:
    """All that is kept of a subscriber; letters are kept for two months after they ended (`models.mail.settling`)."""
    return Dossier(
        subscriber,
        tuple(_letters(connection, subscriber.id)),
        tuple(bounces_of(connection, subscriber.id)),
    )


def _letters(connection: Connection, subscriber_id: int) -> list[Posted]:
    told = _told(connection, subscriber_id)
    columns = DELIVERIES.c
    query = (
        select(
            columns.id, columns.digest, columns.period, columns.subject, columns.state,
            columns.planned_at, columns.ended_at, columns.answer,
        )
        .where(columns.subscriber_id == subscriber_id)
        .order_by(columns.planned_at, columns.id)
    )  # fmt: skip
    return [
        Posted(
            Kind(row.digest), row.period, row.subject, State(row.state),
            row.planned_at, row.ended_at, row.answer, tuple(told.get(row.id, ())),
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def _told(connection: Connection, subscriber_id: int) -> Mapping[str, list[str]]:
    """By delivery the papers that it told of, by their ids."""
    columns = TOLD.c
    query = select(columns.delivery_id, columns.paper_id).where(columns.subscriber_id == subscriber_id)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for delivery_id, paper_id in connection.execute(query.order_by(columns.paper_id)):
        found[delivery_id].append(paper_id)
    return found
