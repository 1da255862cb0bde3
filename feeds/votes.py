"""The votes that an entry tells: those of its edition, so that they change its bytes once a day at most."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from feeds.times import moment_in_words
from models.papers import Observation, Paper


def edition_votes(paper: Paper, newest: date | None) -> Observation | None:
    """The observation whose votes an edition tells, given the day of its newest list; None where none does.

    It is the last one that tells votes before that day began (00:00 UTC), or, of a paper that came later, the
    first that tells any. Neither changes while the day lasts.
    """
    if newest is None:
        return None
    begun = datetime.combine(newest, time(), UTC)
    found = None
    for observation in paper.observations:
        if observation.votes is None:
            continue
        if observation.at >= begun:
            return found or observation
        found = observation
    return found


def votes_in_words(observation: Observation) -> str:
    """An observation as `41 votes on 6 October 2025, 23:10 UTC`."""
    count = f"{observation.votes} vote{'' if observation.votes == 1 else 's'}"
    return f"{count} on {moment_in_words(observation.at)}"
