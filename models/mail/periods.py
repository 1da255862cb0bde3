"""Of which day or week a digest is, and from when until when it may be sent. Values only."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from models.mail.delivery import Kind
from models.mail.subscriber import Cadence, Choices

DAILY_WITHIN = timedelta(hours=12)
WEEKLY_WITHIN = timedelta(hours=48)
"""Later than that a digest is not sent any more: what it had comes with the next one."""

LEAST = timedelta(hours=3)
"""So long a day's digest can be planned, however late its hour; else until its own day has ended: what comes then is
the next day's.
"""


class Period(NamedTuple):
    """What a digest is of: the day, or the Monday of the week, in the subscriber's own zone.

    It is planned from `due_at` until `until`, and not sent after `stale_at` (all aware UTC).
    """

    kind: Kind
    day: date
    due_at: datetime
    until: datetime
    stale_at: datetime

    @property
    def name(self) -> str:
        """The day, as ISO 8601 writes it."""
        return self.day.isoformat()


def current_period(choices: Choices, now: datetime) -> Period | None:
    """The period whose digest may be planned at a moment (aware); None while none may.

    An hour that the change to summer time leaves out counts as the one after it, and of an hour that comes twice
    it is the first. A zone that is not known (any more) is taken for UTC.
    """
    if choices.cadence is Cadence.OFF:
        return None
    zone = _zone(choices.zone)
    today = now.astimezone(zone).date()
    # An hour late in the day is still to be had after midnight.
    days = [today, today - timedelta(days=1)]
    if choices.cadence is Cadence.WEEKLY:
        monday = today - timedelta(days=today.weekday())
        days = [monday, monday - timedelta(days=7)]
    periods = (_period(choices, day, zone) for day in days)
    return next((each for each in periods if each.due_at <= now < each.until), None)


def _period(choices: Choices, day: date, zone: ZoneInfo) -> Period:
    is_weekly = choices.cadence is Cadence.WEEKLY
    due_at = datetime.combine(day, time(choices.hour), zone).astimezone(UTC)
    if is_weekly:
        stale_at = due_at + WEEKLY_WITHIN
        return Period(Kind.WEEKLY, day, due_at, stale_at, stale_at)
    midnight = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    stale_at = due_at + DAILY_WITHIN
    return Period(Kind.DAILY, day, due_at, min(stale_at, max(midnight, due_at + LEAST)), stale_at)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the table of zones changes with the machine
        return ZoneInfo("UTC")
