"""A letter for one subscriber, and how far it has come. Values only; times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.mail.letters import Letter


class Kind(StrEnum):
    """What a letter is."""

    DAILY = "daily"
    WEEKLY = "weekly"
    CONFIRM = "confirm"  # asks whether an address wants digests
    KNOWN = "known"  # tells someone who asked again that they get them already


DIGESTS = (Kind.DAILY, Kind.WEEKLY)
NOTICES = (Kind.CONFIRM, Kind.KNOWN)


class State(StrEnum):
    """How far a delivery has come. What is `sending` when its worker is gone may have been sent."""

    PLANNED = "planned"
    CLAIMED = "claimed"  # a worker has it, for as long as its lease lasts
    SENDING = "sending"  # from before the letter's text is handed over until the server has answered
    SENT = "sent"
    DEFERRED = "deferred"  # to be tried again
    FAILED = "failed"  # refused for good, or too late
    CANCELLED = "cancelled"  # its subscriber left before
    UNCERTAIN = "uncertain"  # may have been sent: never again on its own


OPEN = frozenset({State.PLANNED, State.CLAIMED, State.SENDING, State.DEFERRED})


@dataclass(frozen=True, slots=True)
class Planned:
    """A letter that shall be sent: not before `due_at`, not after `stale_at`, of `planned_at` by its date.

    `period` is the day (`2026-11-20`) or the Monday of a digest, or the moment of a request. `told` are the ids
    of all papers that it tells of; beside them it counts those for which it has no room.
    """

    id: str
    subscriber_id: int
    kind: Kind
    period: str
    letter: Letter
    planned_at: datetime
    due_at: datetime
    stale_at: datetime
    told: tuple[str, ...] = ()
    counted: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """A letter that a worker has claimed, with what is needed of its subscriber.

    `token` is theirs for leaving.
    """

    id: str
    subscriber_id: int
    address: str
    token: str
    generation: int
    kind: Kind
    period: str
    letter: Letter
    planned_at: datetime
    stale_at: datetime
    attempts: int
