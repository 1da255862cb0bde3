"""Who gets digests, and how they want them. Values only; times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

TRENDING, ALL = "trending", "all"
BESIDE_TOPICS = (TRENDING, ALL)
"""What can be chosen beside topics."""

DEFAULT_HOUR = 7
DEFAULT_ZONE = "UTC"


class Standing(StrEnum):
    """How someone stands with us."""

    PENDING = "pending"  # has asked, and not yet confirmed
    ACTIVE = "active"
    SUSPENDED = "suspended"  # mail to them came back for good, twice
    LEFT = "left"
    ERASED = "erased"  # all that was known of them is gone but what keeps their links working


class Cadence(StrEnum):
    """How often someone wants a digest."""

    DAILY = "daily"
    WEEKLY = "weekly"  # on Mondays
    OFF = "off"


class Origin(StrEnum):
    """How someone came to us."""

    FORM = "form"
    COMMAND = "command"
    IMPORT = "import"


class Leaving(StrEnum):
    """How someone left."""

    ONE_CLICK = "one-click"  # their mail program's button (RFC 8058)
    LINK = "link"  # the button behind the link in a digest
    MAIL = "mail"  # a mail to the unsubscribe address
    COMPLAINT = "complaint"  # they called it spam
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Choices:
    """What someone wants: slugs of topics in their order, how often, from which hour of which zone on.

    `topics` may hold BESIDE_TOPICS beside those of topics.toml. With `hears_of_nothing` a digest comes also
    where there is nothing new, and says so.
    """

    topics: tuple[str, ...]
    cadence: Cadence = Cadence.DAILY
    hour: int = DEFAULT_HOUR
    zone: str = DEFAULT_ZONE
    hears_of_nothing: bool = False


STANDARD = Choices((TRENDING,))
"""What is chosen before anything is."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Someone who asked for digests. `token` is for leaving, `generation` for the link for managing."""

    id: int
    address: str
    standing: Standing
    token: str
    generation: int
    choices: Choices
    origin: Origin
    consent: str
    network: str
    requested_at: datetime
    confirmed_at: datetime | None = None
    left_at: datetime | None = None
    left_by: str = ""
    suspended_at: datetime | None = None
