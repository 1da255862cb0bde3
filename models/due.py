"""Whose digest is to be planned now, and what they have been told already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, func, select

from models.mail_tables import DELIVERIES, TOLD
from models.periods import Period, current_period
from models.subscriber import Subscriber

_PLANNED_WITHIN = timedelta(days=10)
"""No period may be planned so long after it began."""


class Due(NamedTuple):
    """A subscriber whose digest of a period is to be planned. `told` has by paper when they were told of it last."""

    subscriber: Subscriber
    period: Period
    told: Mapping[str, datetime]


def due(connection: Connection, subscribers: Sequence[Subscriber], now: datetime) -> list[Due]:
    """Of these subscribers those whose digest is due at a moment (aware UTC) and not planned yet."""
    periods = {each.id: period for each in subscribers if (period := current_period(each.choices, now))}
    if not periods:
        return []
    planned = _planned(connection, list(periods), now)
    asked = [
        each
        for each in subscribers
        if (period := periods.get(each.id)) and (each.id, period.kind.value, period.name) not in planned
    ]
    told = told_to(connection, [each.id for each in asked])
    return [Due(each, periods[each.id], told.get(each.id, {})) for each in asked]


def told_to(connection: Connection, ids: Sequence[int]) -> Mapping[int, Mapping[str, datetime]]:
    """By subscriber and paper, when (aware UTC) they were told of it last; others between them may be there too."""
    columns = TOLD.c
    query = (
        select(columns.subscriber_id, columns.paper_id, func.max(columns.told_at))
        .where(_of(columns.subscriber_id, ids))
        .group_by(columns.subscriber_id, columns.paper_id)
    )
    found: defaultdict[int, dict[str, datetime]] = defaultdict(dict)
    for subscriber_id, paper_id, told_at in connection.execute(query):
        found[subscriber_id][paper_id] = told_at
    return found


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
