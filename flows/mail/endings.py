"""What becomes of a letter by what the server says of it. Pure; times are aware UTC."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from feeds.digests.post import Answer, Outcome
from models.mail.delivery import Delivery, State
from models.text import clean

FIRST = timedelta(minutes=30)
"""RFC 5321, section 4.5.4.1: at least half an hour before another try."""
LONGEST = timedelta(hours=4)
_DOUBLINGS = (LONGEST // FIRST).bit_length() - 1
_LONGEST_SAID = 500


class Ending(NamedTuple):
    """The state that a letter comes to, with what was said; `due_at` where it is tried again."""

    state: State
    said: str
    due_at: datetime | None = None


def ending(answer: Answer, delivery: Delivery, now: datetime) -> Ending:
    """What becomes of a letter that has had its answer at a moment.

    What was not taken is tried again as long as it is not stale, be it for a fault of ours: that is mended, or the
    letter of another day passes.
    """
    told = said(answer)
    if answer.outcome is Outcome.SENT:
        return Ending(State.SENT, told)
    if answer.outcome is Outcome.UNCERTAIN:
        return Ending(State.UNCERTAIN, told)
    if answer.outcome is Outcome.REFUSED:
        return Ending(State.FAILED, told)
    due_at = next_try(now, delivery.attempts, delivery.stale_at)
    if due_at is None:
        return Ending(State.FAILED, f"too late for another try, after: {told}")
    return Ending(State.DEFERRED, told, due_at)


def next_try(now: datetime, attempts: int, stale_at: datetime) -> datetime | None:
    """When to try again after so many attempts before this one: half an hour, then twice as long, at most 4 hours.

    None where the letter is stale by then.
    """
    at = now + FIRST * 2 ** min(attempts, _DOUBLINGS)
    return at if at < stale_at else None


def said(answer: Answer) -> str:
    """An answer in one line: code, status, words."""
    parts = (str(answer.code) if answer.code else "", answer.status, answer.said)
    return clean(" ".join(part for part in parts if part))[:_LONGEST_SAID]
