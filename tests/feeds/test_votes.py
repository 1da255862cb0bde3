from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from feeds.votes import edition_votes, votes_in_words
from models.papers import Observation
from tests.feeds.invented import paper

NEWEST = date(2025, 10, 7)
MIDNIGHT = datetime(2025, 10, 7, tzinfo=UTC)


def seen(hours: float, votes: int | None) -> Observation:
    """What was seen so many hours after the day of the newest list began."""
    return Observation(MIDNIGHT + timedelta(hours=hours), votes, None, None)


@pytest.mark.parametrize(
    ("observations", "votes"),
    [
        ((), None),
        ((seen(-9, None),), None),
        ((seen(-9, 3), seen(-1, 41), seen(1, 55)), 41),
        ((seen(-9, 3), seen(-1, None), seen(1, 55)), 3),
        ((seen(-1, 3), seen(0, 5)), 3),
        ((seen(0, 5), seen(4, 9)), 5),
        ((seen(0, None), seen(2, 7), seen(4, 9)), 7),
        ((seen(-1, 0),), 0),
    ],
    ids=[
        "none",
        "untold",
        "last before the day",
        "last that tells",
        "midnight",
        "first of the day",
        "first told",
        "zero",
    ],
)
def test_votes_are_those_before_the_day_of_the_newest_list(
    observations: tuple[Observation, ...], votes: int | None
) -> None:
    found = edition_votes(paper(observations=observations), NEWEST)
    assert (found.votes if found else None) == votes


def test_without_a_list_there_is_no_edition() -> None:
    assert edition_votes(paper(observations=(seen(-1, 3),)), None) is None


def test_what_is_seen_during_the_day_changes_nothing() -> None:
    for before in ((seen(-1, 3),), (seen(0, 3),)):
        later = (*before, seen(5, 9), seen(23, 99))
        told = edition_votes(paper(observations=before), NEWEST)
        assert edition_votes(paper(observations=later), NEWEST) == told


def test_votes_are_told_with_their_time() -> None:
    assert votes_in_words(seen(-0.84, 41)) == "41 votes on 6 October 2025, 23:09 UTC"
    assert votes_in_words(seen(9, 1)) == "1 vote on 7 October 2025, 09:00 UTC"
