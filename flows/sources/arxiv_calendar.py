"""arXiv's calendar: when a mailing is announced, and the days that have none.

A mailing bears the date of the day after the evening that it is announced on, Sunday to Thursday at 20:00
US Eastern (https://info.arxiv.org/help/availability.html).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.records import Expectation

HOLIDAYS = frozenset(
    map(
        date.fromisoformat,
        (
            "2025-01-01", "2025-01-20", "2025-06-19", "2025-07-06", "2025-09-01", "2025-11-27",
            # arXiv's page named those of December 2025 later than the copy that these are from.
            "2026-01-01", "2026-01-19", "2026-06-19", "2026-07-03", "2026-09-07", "2026-11-26",
            "2026-12-25", "2026-12-29", "2026-12-31",
        ),
    )
)  # fmt: skip
"""Days on which arXiv processes nothing: each costs the next mailing, not the one that bears its date.

From https://info.arxiv.org/help/availability.html#holiday, which names each year's.
"""

KNOWN_UNTIL = date(2026, 12, 31)
"""The last day that the table of holidays covers; later ones are taken for ordinary days."""

_EASTERN = ZoneInfo("America/New_York")
_ANNOUNCED_AT = time(20)
_PATIENCE = timedelta(hours=2)
_DAY = timedelta(days=1)
_SATURDAY = 5


def announced_at(day: date) -> datetime:
    """When the mailing that bears a day's date is announced, in UTC: 20:00 US Eastern of the evening before."""
    return datetime.combine(day - _DAY, _ANNOUNCED_AT, _EASTERN).astimezone(UTC)


def has_mailing(day: date) -> bool:
    """Whether a mailing bears a day's date: from Monday to Friday, but for those that a holiday costs."""
    return _is_weekday(day) and day not in _LOST


def newest_label(now: datetime) -> date:
    """The date that the newest mailing bears at an aware moment, if the calendar is kept."""
    day = now.astimezone(_EASTERN).date() + _DAY
    while not has_mailing(day) or announced_at(day) > now:
        day -= _DAY
    return day


def expects(day: date, now: datetime) -> Expectation:
    """What the calendar says of a day's mailing at an aware moment; two hours late is still in time."""
    if not has_mailing(day):
        return Expectation.NONE
    return Expectation.LATER if now < announced_at(day) + _PATIENCE else Expectation.DUE


def _is_weekday(day: date) -> bool:
    return day.weekday() < _SATURDAY


def _label_after(holiday: date) -> date:
    """The date of the mailing that a holiday costs.

    In 2026 Friday 19 June cost that of Monday the 22nd, while Friday's own, of the evening before, came.
    """
    label = holiday + _DAY
    while not _is_weekday(label):
        label += _DAY
    return label


_LOST = frozenset(map(_label_after, HOLIDAYS))
