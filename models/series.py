"""What a paper's counters did over time. Values in, values out.

Every function takes the observations of one paper in the order of time. A counter that an observation does
not tell stands as it was. Times are aware UTC. Only changes are observed, so between two observations a
counter stood at the earlier one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Literal, NamedTuple

from models.papers import Observation

Metric = Literal["votes", "stars", "comments"]


class Told(NamedTuple):
    """What a counter stood at from a moment on."""

    at: datetime
    value: int


class Added(NamedTuple):
    """What came to a counter between two moments; `since` is None where nothing is known before.

    0 where it went down or stood.
    """

    since: datetime | None
    at: datetime
    amount: int


def told(observations: Sequence[Observation], metric: Metric) -> Iterator[Told]:
    """The counter at each observation that tells it."""
    value_of = attrgetter(metric)
    for observation in observations:
        value = value_of(observation)
        if value is not None:
            yield Told(observation.at, value)


def added(observations: Sequence[Observation], metric: Metric) -> Iterator[Added]:
    """What came between each two observations that tell the counter; with the first, all that it told.

    A decrease takes nothing away, and what comes back after it counts as added.
    """
    since, before = None, 0
    for at, value in told(observations, metric):
        yield Added(since, at, max(0, value - before))
        since, before = at, value


def latest(observations: Sequence[Observation], metric: Metric, at: datetime | None = None) -> int | None:
    """What the counter stood at, now or at a moment; None where nothing had told it."""
    found = None
    for moment, value in told(observations, metric):
        if at is not None and moment > at:
            break
        found = value
    return found


def reached_at(observations: Sequence[Observation], metric: Metric, least: int) -> datetime | None:
    """When the counter was first seen at `least` or above; None where it never was."""
    return next((at for at, value in told(observations, metric) if value >= least), None)


class Growth:
    """What came to a counter, spread evenly between the observations that tell of it.

    What the first of them tells has come since `begun_at`; where that is None, it is where counting starts.
    Decreases subtract nothing. Spread, since days are read again after some days: what came in four is not
    what came in the last.
    """

    def __init__(
        self, observations: Sequence[Observation], metric: Metric, begun_at: datetime | None
    ) -> None:
        self._moments: list[datetime] = []
        self._totals: list[int] = []
        total = 0
        for since, at, amount in added(observations, metric):
            if since is None:
                self._add(at if begun_at is None else min(begun_at, at), 0)
            if since is not None or begun_at is not None:
                total += amount
            self._add(at, total)

    def _add(self, at: datetime, total: int) -> None:
        self._moments.append(at)
        self._totals.append(total)

    def within(self, at: datetime, hours: float) -> float:
        """What came within the hours up to a moment. Raises ValueError where `hours` is not above 0."""
        return self._until(at) - self._until(at - _span(hours))

    def _until(self, at: datetime) -> float:
        after = bisect_right(self._moments, at)
        if after == 0:
            return 0
        total, since = self._totals[after - 1], self._moments[after - 1]
        if after == len(self._moments):
            return total
        share = (at - since) / (self._moments[after] - since)
        return total + (self._totals[after] - total) * share


def _span(hours: float) -> timedelta:
    if not hours > 0:
        raise ValueError(f"a span of {hours} hours: it has to be above 0")
    return timedelta(hours=hours)
