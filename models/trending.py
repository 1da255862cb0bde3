"""What rises: who stands where by score, and who has climbed. Values in, values out; times are aware UTC.

All follows from the papers' observations as of moments that are given, so it comes out the same whenever it
is asked for. Papers without an announcement have no place in it. The formula stands in decay.py, the events
in milestones.py.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import NamedTuple

from models.decay import FORMULA_VERSION, HALF_LIFE, State, begun_at, score, state, states
from models.milestones import Event, events
from models.papers import Paper
from models.series import Growth, told

__all__ = [
    "FORMULA_VERSION",
    "HALF_LIFE",
    "LEAST_SCORE",
    "Event",
    "Standing",
    "climbers",
    "events",
    "score",
    "standings",
]

LEAST_SCORE = 3.0
"""Less than three fresh votes climb nowhere, however few the others are."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a paper stood at a moment.

    `hours` are those since it could be voted on, `gained` the votes of the last 24 of them, those between two
    observations spread evenly. `rank_of_day` is its place by votes among the papers first listed on the same
    day; equal votes share a place.
    """

    paper: Paper
    at: datetime
    score: float
    votes: int
    gained: int
    hours: float
    rank_of_day: int

    def __str__(self) -> str:
        votes = "1 vote" if self.votes == 1 else f"{self.votes} votes"
        gained = f", +{self.gained} in 24 h" if self.hours > 24 else ""
        return f"{votes} in {max(1, round(self.hours))} h{gained}, rank {self.rank_of_day} of its day"


def standings(papers: Sequence[Paper], at: datetime) -> list[Standing]:
    """How the papers with votes stood at a moment, the best score first; nothing later is looked at.

    Equal scores go by votes, then by who could be voted on earlier, then by id.
    """
    table = _Table()
    for paper in papers:
        begun = begun_at(paper)
        found = begun and state(paper.observations, begun, at)
        if begun and found:
            table.put(paper, begun, found)
    return [table.standing(each, at) for each in table.first()]


def climbers(papers: Sequence[Paper], since: datetime, places: int = 10) -> list[Standing]:
    """The papers that came among the first places since a moment, each as it stood when it first did.

    Looked at is every moment at which votes were observed. A paper that had come there before `since` is left
    out, and a score below LEAST_SCORE has no place. The newest moment first, the best first within one. So a
    paper comes once, and neither later observations nor a later `since` change its standing.
    """
    table = _Table()
    climbed: set[str] = set()
    found: list[list[Standing]] = []
    for at, courses in _moments(papers):
        for paper, begun, course in courses:
            table.put(paper, begun, next(course))
        # Without an observation no score passes another: all halve together.
        first = [each for each in table.first(places) if table.score(each, at) >= LEAST_SCORE]
        new = [each for each in first if each not in climbed]
        climbed.update(new)
        if at >= since:
            found.append([table.standing(each, at) for each in new])
    return [standing for together in reversed(found) for standing in together]


class _Course(NamedTuple):
    """The states of a paper, of which each is worked out when its moment comes."""

    paper: Paper
    begun: datetime
    states: Iterator[State]


def _moments(papers: Sequence[Paper]) -> list[tuple[datetime, list[_Course]]]:
    """The moments of all observations, and whose next state comes with each."""
    moments: dict[datetime, list[_Course]] = defaultdict(list)
    for paper in papers:
        begun = begun_at(paper)
        if begun:
            course = _Course(paper, begun, states(paper.observations, begun))
            for at, _ in told(paper.observations, "votes"):
                moments[at].append(course)
    return sorted(moments.items(), key=itemgetter(0))


_Key = tuple[int, float, int, datetime, str]
"""Sorts papers from the best to the last, and ends with the id."""


class _Table:
    """Where papers stand after the observations so far."""

    def __init__(self) -> None:
        self._keys: dict[str, _Key] = {}
        self._put: dict[str, tuple[Paper, datetime, State]] = {}
        self._votes_of_day: dict[date | None, dict[str, int]] = defaultdict(dict)

    def put(self, paper: Paper, begun: datetime, state: State) -> None:
        """Takes a paper's newest state; one without votes stands nowhere."""
        _, votes, exponent, mantissa = state
        self._put[paper.id] = paper, begun, state
        self._votes_of_day[paper.first_listed][paper.id] = votes
        if votes > 0:
            self._keys[paper.id] = -exponent, -mantissa, -votes, begun, paper.id
        else:
            self._keys.pop(paper.id, None)

    def first(self, places: int | None = None) -> list[str]:
        """The ids of the papers on the first places, or on all."""
        found = heapq.nsmallest(len(self._keys) if places is None else places, self._keys.values())
        return [key[-1] for key in found]

    def score(self, paper_id: str, at: datetime) -> float:
        """The score of a paper."""
        return self._put[paper_id][-1].score(at)

    def standing(self, paper_id: str, at: datetime) -> Standing:
        """How a paper stands, in full."""
        paper, begun, state = self._put[paper_id]
        others = self._votes_of_day[paper.first_listed].values()
        known = [each for each in paper.observations if each.at <= at]
        return Standing(
            paper=paper,
            at=at,
            score=state.score(at),
            votes=state.votes,
            gained=round(Growth(known, "votes", begun).within(at, 24)),
            hours=max(0.0, (at - begun).total_seconds() / 3600),
            rank_of_day=1 + sum(votes > state.votes for votes in others),
        )
