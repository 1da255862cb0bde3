"""Days and moments in words. strftime's names would be those of the locale."""

from __future__ import annotations

from datetime import UTC, date, datetime

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day_in_words(day: date) -> str:
    """A day as `6 October 2025`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def moment_in_words(at: datetime) -> str:
    """A moment, given with its zone, as `6 October 2025, 23:10 UTC`."""
    at = at.astimezone(UTC)
    return f"{day_in_words(at)}, {at:%H:%M} UTC"
