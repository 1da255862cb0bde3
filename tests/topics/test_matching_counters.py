"""Conditions on counters, which go up and down: what holds, and since when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from models.papers import Observation, Paper
from tests.models.invented import MORNING
from tests.models.observed import after, voted
from tests.topics.invented import chosen, titled


def votes(counts: Mapping[float, int | None], **changes: Any) -> Paper:
    """A paper whose votes were seen so, by the hours after its announcement; it stands at the last of them."""
    return replace(voted("2510.00001", counts), votes=[*counts.values()][-1], **{"title": "Lamps", **changes})


UP_AND_DOWN = votes({1: 5, 5: 22, 9: 12, 30: 13, 54: 14})


@pytest.mark.parametrize(
    ("source", "hours"),
    [("votes>=1", 1), ("votes>=6", 5), ("votes>=20", 5), ("votes>=22", 5), ("votes>21", 5)],
)
def test_at_least_holds_once_it_was_reached_and_says_since_when(source: str, hours: float) -> None:
    (match,) = chosen(source, [UP_AND_DOWN])
    assert match.since == after(hours)


@pytest.mark.parametrize(
    "source", ["votes>=23", "votes_24h>=23", "votes<14", "votes<=13", "stars>=0", "stars<9"]
)
def test_what_was_never_reached_or_is_not_known_does_not_match(source: str) -> None:
    assert chosen(source, [UP_AND_DOWN]) == []


@pytest.mark.parametrize("source", ["votes<15", "votes<=14", "votes_24h<2", "votes_24h<=1"])
def test_at_most_is_asked_of_the_present_and_has_no_moment(source: str) -> None:
    (match,) = chosen(source, [UP_AND_DOWN])
    assert match.since is None


@pytest.mark.parametrize(
    ("source", "hours"),
    [("votes_1h>=5", 1), ("votes_4h>=17", 5), ("votes_24h>=22", 5), ("votes_336h>=24", 54)],
)
def test_a_gain_holds_once_it_was_there_and_says_since_when(source: str, hours: float) -> None:
    (match,) = chosen(source, [UP_AND_DOWN])
    assert match.since == after(hours)


def test_what_came_in_days_has_not_come_in_the_last_hours() -> None:
    seen_late = votes({0: 0, 96: 40})
    assert chosen("votes_24h>=11", [seen_late]) == []
    assert [match.since for match in chosen("votes_24h>=10", [seen_late])] == [after(96)]


def test_a_gain_is_known_when_it_has_been_seen_not_before() -> None:
    stars = Observation(after(24), None, None, 3)
    seen_late = votes({0: 0, 48: 20})
    with_stars = replace(
        seen_late, observations=(seen_late.observations[0], stars, seen_late.observations[1])
    )
    assert [match.since for match in chosen("votes_24h>=10", [with_stars])] == [after(48)]


def test_stars_of_before_the_paper_are_not_gained() -> None:
    repository = replace(
        UP_AND_DOWN, stars=500, observations=(Observation(MORNING + timedelta(hours=2), 0, 0, 500),)
    )
    assert chosen("stars_24h>=1", [repository]) == []
    assert chosen("stars>=500", [repository])


def test_a_counter_without_a_history_holds_and_has_no_moment() -> None:
    paper = replace(titled("Lamps"), votes=7)
    (match,) = chosen("votes>=7", [paper])
    assert match.since is None
    assert chosen("votes_24h>=0 OR votes_24h<9", [paper]) == []


@pytest.mark.parametrize(
    ("source", "since"),
    [
        ("lamps", None),
        ("lamps votes>=20", after(5)),
        ("votes>=1 votes>=20", after(5)),
        ("votes>=20 votes>=1 lamps", after(5)),
        ("votes>=1 OR votes>=20", after(1)),
        ("votes>=99 OR votes>=20", after(5)),
        ("lamps OR votes>=20", None),
        ("votes>=20 OR lamps", None),
        ("video OR votes>=20", after(5)),
        ("votes>=20 OR votes<99", None),
        ("lamps (votes>=1 OR (votes>=6 votes<99))", after(1)),
        ("votes>=6 (lamps OR votes>=1)", after(5)),
        ("lamps NOT votes>=99", None),
        ("votes>=20 NOT (video OR votes_1h>=99)", after(5)),
        ("(votes>=20 OR video) (votes>=1 OR lamps)", after(5)),
    ],
)
def test_a_match_is_there_since_its_counters_first_made_the_rule_true(
    source: str, since: datetime | None
) -> None:
    (match,) = chosen(source, [UP_AND_DOWN])
    assert match.since == since


def test_each_paper_has_its_own_moment() -> None:
    papers = [votes({1: 9}), votes({2: 9}, title="Lamps and video"), votes({3: 1})]
    matches = chosen("video OR votes>=9", papers)
    assert [(match.paper, match.since) for match in matches] == [(papers[0], after(1)), (papers[1], None)]
