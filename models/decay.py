"""The score of trending: votes that lose their weight with time. Values in, values out; times are aware UTC."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from math import frexp, ldexp
from typing import NamedTuple

from models.papers import Observation, Paper
from models.series import told

FORMULA_VERSION = 1
"""Grows with every change after which the same observations score otherwise."""

HALF_LIFE = timedelta(hours=12)

_VOTED_ON = ("huggingface", "daily")
_HALF_LIFE = HALF_LIFE // timedelta(microseconds=1)
_EPOCH = datetime.min.replace(tzinfo=UTC)


def score(observations: Sequence[Observation], first_seen_at: datetime, now: datetime) -> float:
    """The votes of a paper up to a moment, each worth half as much for every twelve hours of its age.

        sum over the observations i of  max(votes_i - votes_(i-1), 0) * 2 ** (-(now - mid_i) / 12 h)

    with mid_i the middle between observation i and the one before; for the first, which counts whole, between
    `first_seen_at` and it. So the score falls unless something new is observed, by half in twelve hours, and
    a vote taken back takes nothing away. GitHub's stars and comments count nothing.

    Source: of the formulas compared on recorded votes, among them those of Hacker News (news.arc), Reddit
    (_sorts.pyx), Lobsters (story.rb) and votes per hour, the decayed votes found best who had truly gained in
    a day, with half-lives of 8 to 14 hours alike. `benchmarks/trending.py` measures them anew.
    """
    found = state(observations, first_seen_at, now)
    return found.score(now) if found else 0.0


def begun_at(paper: Paper) -> datetime | None:
    """Since when a paper can have gathered its votes; None for a paper without an announcement.

    That is its announcement, or the begin of the day on whose list it could first be voted on where that
    came later: arXiv announces a paper days before.
    """
    days = [each.date for each in paper.appearances if (each.source, each.section) == _VOTED_ON]
    if paper.announced_at is None or not days:
        return paper.announced_at
    return max(paper.announced_at, datetime.combine(min(days), time(), UTC))


class State(NamedTuple):
    """How a paper was from an observation on: its votes, and its score apart from when it is looked at.

    All scores halve together, so between two observations their order stays: it is the order of exponent and
    mantissa ("forward decay": Cormode, Shkapenyuk, Srivastava, Xu, ICDE 2009). `mantissa * 2 ** exponent` is
    the score as of the beginning of time, too large for a float.
    """

    at: datetime
    votes: int
    exponent: int
    mantissa: float

    def score(self, now: datetime) -> float:
        """What it comes to at a moment; exactly half as much a half-life later."""
        halvings, rest = divmod(_microseconds(now), _HALF_LIFE)
        return ldexp(self.mantissa * 2 ** -(rest / _HALF_LIFE), self.exponent - halvings)


def states(observations: Sequence[Observation], first_seen_at: datetime) -> Iterator[State]:
    """How a paper was after each observation that tells its votes."""
    exponent, mantissa = 0, 0.0
    since, before = _microseconds(first_seen_at), 0
    for at, votes in told(observations, "votes"):
        until = _microseconds(at)
        if votes > before:
            halvings, rest = divmod(min(since, until) + until, 2 * _HALF_LIFE)
            fresh = (votes - before) * 2 ** (rest / (2 * _HALF_LIFE))
            mantissa, grown = frexp(ldexp(mantissa, exponent - halvings) + fresh)
            exponent = halvings + grown
        since, before = until, votes
        yield State(at, votes, exponent, mantissa)


def state(observations: Sequence[Observation], first_seen_at: datetime, now: datetime) -> State | None:
    """How a paper was at a moment; None where nothing had told its votes."""
    found = None
    for each in states(observations, first_seen_at):
        if each.at > now:
            break
        found = each
    return found


def _microseconds(at: datetime) -> int:
    """Since the beginning of time; to divide the spans themselves takes three times as long."""
    span = at - _EPOCH
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
