"""What is worth telling of a paper's votes, each thing once. Values in, values out; times are aware UTC."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from models.decay import begun_at
from models.papers import Paper
from models.series import Growth, Told, told

MILESTONES = (20, 50, 100, 200, 500, 1000)
RISING_VOTES, RISING_HOURS = 25, 24

_TOO_LATE_TO_TELL = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Event:
    """At `at` a paper's votes, then `votes`, had crossed a threshold, or risen by as much within a day."""

    paper: Paper
    kind: Literal["rising", "crossed"]
    at: datetime
    votes: int
    threshold: int

    def __str__(self) -> str:
        if self.kind == "crossed":
            return f"crossed {self.threshold} votes"
        return f"rising: at least {self.threshold} votes in {RISING_HOURS} h"


def events(papers: Iterable[Paper], since: datetime | None = None) -> list[Event]:
    """What there is to tell of papers since a moment, the newest first.

    A paper crosses each of MILESTONES at the first observation with as many votes; a jump over several tells
    the highest alone. It rises at the first observation with RISING_VOTES added within RISING_HOURS, where
    what was added between two observations is spread between them. What it had when it was first observed,
    days after it could be voted on, is not told: nobody knows when that came. All follows from the
    observations, so a replay tells the same. A paper without an announcement has none.
    """
    found = [event for paper in papers for event in _events(paper) if since is None or event.at >= since]
    found.sort(key=lambda event: (event.paper.id, event.kind))
    return sorted(found, key=lambda event: event.at, reverse=True)


def _events(paper: Paper) -> Iterator[Event]:
    begun = begun_at(paper)
    seen = list(told(paper.observations, "votes"))
    if begun and seen:
        is_late = seen[0].at - begun > _TOO_LATE_TO_TELL
        yield from _crossed(paper, seen, 1 if is_late else 0)
        yield from _rising(paper, seen, None if is_late else begun)


def _crossed(paper: Paper, seen: Sequence[Told], first: int) -> Iterator[Event]:
    highest = 0
    for nth, (at, votes) in enumerate(seen):
        passed = bisect_right(MILESTONES, votes)
        if passed > highest and nth >= first:
            yield Event(paper, "crossed", at, votes, MILESTONES[passed - 1])
        highest = max(highest, passed)


def _rising(paper: Paper, seen: Sequence[Told], begun: datetime | None) -> Iterator[Event]:
    growth = Growth(paper.observations, "votes", begun)
    for at, votes in seen:
        if growth.within(at, RISING_HOURS) >= RISING_VOTES:
            yield Event(paper, "rising", at, votes, RISING_VOTES)
            return
