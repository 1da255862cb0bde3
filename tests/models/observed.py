"""Papers with invented series of votes, by hand and for hypothesis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from models.papers import Observation, Paper
from tests.feeds.invented import paper
from tests.models.invented import MORNING

Votes = Mapping[float, int | None]
"""What votes stood at, by the hours after the announcement; None where an observation does not tell."""


def after(hours: float) -> datetime:
    """So many hours after the morning on which the papers here are announced."""
    return MORNING + timedelta(hours=hours)


def observed(votes: Votes) -> tuple[Observation, ...]:
    """Observations of votes, by the hours after the announcement."""
    return tuple(Observation(after(hours), count, None, None) for hours, count in votes.items())


def voted(paper_id: str, votes: Votes, **changes: Any) -> Paper:
    """A paper announced in the morning, and what was seen of its votes by the hours after that."""
    found = {"announced_at": MORNING, "first_listed": MORNING.date(), "appearances": (), **changes}
    return paper(id=paper_id, observations=observed(votes), **found)


def _series(steps: Sequence[tuple[int, int | None]]) -> Votes:
    hours, found = 0, dict[float, int | None]()
    for gap, votes in steps:
        hours += gap
        found[hours] = votes
    return found


# Few gaps and few counts, so that moments, votes and scores of different papers meet.
SERIES = st.lists(st.tuples(st.sampled_from([1, 3, 12, 24]), st.none() | st.integers(0, 40)), max_size=5).map(
    _series
)
ANNOUNCED = st.none() | st.sampled_from([-30, -24, -1, 0, 5]).map(after)


@st.composite
def _papers(draw: st.DrawFn) -> list[Paper]:
    return [
        voted(
            f"2510.{number:05}",
            draw(SERIES),
            announced_at=announced,
            first_listed=announced and announced.date(),
        )
        for number, announced in enumerate(draw(st.lists(ANNOUNCED, max_size=5)))
    ]


PAPERS = _papers()
