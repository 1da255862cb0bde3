"""A letter that came back, or a complaint about one; and when that is enough. Values only; times are aware UTC."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

DAYS = 2
WITHIN = timedelta(days=30)
"""Hard bounces on so many days within that time suspend a subscriber."""


class Kind(StrEnum):
    """What it says of the subscriber that a letter came back."""

    HARD = "hard"  # there is no such mailbox (any more)
    SOFT = "soft"  # not this time: the mailbox is full, the server was not there
    OURS = "ours"  # it was refused for what it is or for who sends it: says nothing of the subscriber
    COMPLAINT = "complaint"  # the subscriber called it spam


@dataclass(frozen=True, slots=True)
class Bounce:
    """What came back, when, and what was said. `delivery_id` is "" where it is not known, `address` once erased.

    `status` is as in RFC 3463, "" where none was told; `said` is one printable line.
    """

    subscriber_id: int
    address: str
    delivery_id: str
    at: datetime
    kind: Kind
    status: str
    said: str


def is_enough(hard: Iterable[datetime], at: datetime) -> bool:
    """Whether a hard bounce at a moment, after those before, ends mail to a subscriber.

    One day of trouble at a mail server says of a thousand mailboxes that they are not there; a second day
    (UTC), and not a month later, makes it believable.
    """
    days = {moment.astimezone(UTC).date() for moment in hard if at - WITHIN < moment <= at}
    return len(days | {at.astimezone(UTC).date()}) >= DAYS
