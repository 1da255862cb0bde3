"""Whose digest is to be planned now, and what they have been told already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, func, select

from models.database import among
from models.mail.delivery import State
from models.mail.periods import Period, current_period
from models.mail.subscriber import Subscriber
from models.mail.tables import DELIVERIES, TOLD

_PLANNED_WITHIN = timedelta(days=10)
"""No period may be planned so long after it began."""


class Due(NamedTuple):
    """A subscriber whose digest of a period is to be planned. `told` has by paper when they were told of it last,
    `counted_at` is when a digest was planned last that only counted some (None: never).
    """

    subscriber: Subscriber
    period: Period
    told: Mapping[str, datetime]
    counted_at: datetime | None = None


def waiting(
    connection: Connection, subscribers: Sequence[Subscriber], now: datetime
) -> list[tuple[Subscriber, Period]]:
    """Of these subscribers those whose digest is due at a moment (aware UTC) and not planned yet, and of which period."""
    periods = {each.id: period for each in subscribers if (period := current_period(each.choices, now))}
    if not periods:
        return []
    planned = _planned(connection, list(periods), now)
    return [
        (each, period)
        for each in subscribers
        if (period := periods.get(each.id)) and (each.id, period.kind.value, period.name) not in planned
    ]


def due(
    connection: Connection,
    subscribers: Sequence[Subscriber],
    now: datetime,
    papers: Collection[str] | None = None,
) -> list[Due]:
    """Those of `waiting`, with what they were told already; of these papers alone, where some are given."""
    found = waiting(connection, subscribers, now)
    ids = [subscriber.id for subscriber, _ in found]
    told, counted = told_to(connection, ids, papers), counted_to(connection, ids, now)
    return [
        Due(subscriber, period, told.get(subscriber.id, {}), counted.get(subscriber.id))
        for subscriber, period in found
    ]


def told_to(
    connection: Connection, ids: Sequence[int], papers: Collection[str] | None = None
) -> Mapping[int, Mapping[str, datetime]]:
    """By subscriber and paper, when (aware UTC) they were told of it last; others between them may be there too.

    Of some papers alone, where they are given: all that some hundreds were told in two months fills memory.
    """
    columns = TOLD.c
    query = (
        select(columns.subscriber_id, columns.paper_id, func.max(columns.told_at))
        .where(_of(columns.subscriber_id, ids))
        .group_by(columns.subscriber_id, columns.paper_id)
    )
    if papers is not None:
        query = query.where(among(connection, columns.paper_id, sorted(papers)))
    found: defaultdict[int, dict[str, datetime]] = defaultdict(dict)
    for subscriber_id, paper_id, told_at in connection.execute(query):
        found[subscriber_id][paper_id] = told_at
    return found


def counted_to(connection: Connection, ids: Sequence[int], now: datetime) -> Mapping[int, datetime]:
    """By subscriber, when (aware UTC) a digest was planned last that had no room for all, and has not failed.

    One that a clock was wrong for, or `--as-of`, and that is planned after now, says nothing of what came before.
    """
    columns = DELIVERIES.c
    query = (
        select(columns.subscriber_id, func.max(columns.planned_at))
        .where(_of(columns.subscriber_id, ids), columns.counted > 0, columns.planned_at <= now)
        .where(columns.state.not_in([State.FAILED.value, State.CANCELLED.value]))
        .group_by(columns.subscriber_id)
    )
    return dict(connection.execute(query).tuples().all())


def _planned(connection: Connection, ids: Sequence[int], now: datetime) -> set[tuple[int, str, str]]:
    """Which digests of these subscribers are planned already, whatever became of them."""
    columns = DELIVERIES.c
    query = select(columns.subscriber_id, columns.digest, columns.period).where(
        _of(columns.subscriber_id, ids), columns.planned_at >= now - _PLANNED_WITHIN
    )
    return {(row.subscriber_id, row.digest, row.period) for row in connection.execute(query)}


def _of(column: Column[Any], ids: Sequence[int]) -> ColumnElement[bool]:
    """The condition that a column is one of the numbers of a slice: they lie together."""
    return column.in_(ids) if len(ids) < 2 else column.between(min(ids), max(ids))
