"""When cron would start something, for schedules of minutes, hours and weekdays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def moments(schedule: str, zone: str, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The moments (aware UTC) of a schedule like `10,40 20-23 * * 0-4` from one moment until before another."""
    minutes, hours, days, months, weekdays = schedule.split()
    assert (days, months) == ("*", "*")
    moment = begin
    while moment < end:
        there = moment.astimezone(ZoneInfo(zone))
        given = ((minutes, there.minute), (hours, there.hour), (weekdays, there.isoweekday() % 7))
        if all(_holds(pattern, value) for pattern, value in given):
            yield moment.astimezone(UTC)
        moment += timedelta(minutes=1)


def _holds(pattern: str, value: int) -> bool:
    return any(_has(part, value) for part in pattern.split(","))


def _has(part: str, value: int) -> bool:
    """Whether a part of a pattern has a value: `*`, `7`, `0-4`, or one of these with a step."""
    span, _, step = part.partition("/")
    first, _, last = span.partition("-")
    if span == "*":
        return value % int(step or 1) == 0
    return value in range(int(first), int(last or first) + 1, int(step or 1))
