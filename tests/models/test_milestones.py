"""What is worth telling of votes, each thing once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.milestones import MILESTONES, Event, events
from models.papers import Paper
from tests.models.observed import PAPERS, Votes, after, voted


def told(votes: Votes, **changes: Any) -> list[tuple[str, Any]]:
    """What is told of one paper, the oldest first."""
    found = sorted(events([voted("2510.1", votes, **changes)]), key=lambda event: event.at)
    return [(str(event), event.at) for event in found]


def kinds(votes: Votes) -> list[str]:
    return sorted((event.kind for event in events([voted("2510.1", votes)])), reverse=True)


def test_a_paper_that_was_not_announced_has_nothing_to_tell() -> None:
    assert told({1: 500}, announced_at=None) == []


def test_few_votes_that_come_slowly_are_not_told() -> None:
    assert told({1: 10, 30: 19}) == []


def test_a_threshold_is_crossed_at_the_first_observation_that_stands_there() -> None:
    assert told({1: 19, 30: 20, 60: 21}) == [("crossed 20 votes", after(30))]


def test_a_jump_over_several_thresholds_tells_the_highest_alone() -> None:
    assert told({1: 10, 30: 30, 60: 52, 90: 74, 120: 98}) == [
        ("crossed 20 votes", after(30)),
        ("crossed 50 votes", after(60)),
    ]
    assert [found for found, _ in told({1: 19, 90: 260}) if "crossed" in found] == ["crossed 200 votes"]


def test_a_threshold_is_crossed_once_though_votes_are_taken_back() -> None:
    assert told({1: 20, 2: 19, 3: 20, 40: 19, 41: 20}) == [("crossed 20 votes", after(1))]


def test_a_paper_rises_when_25_votes_came_within_24_hours() -> None:
    rising = "rising: at least 25 votes in 24 h"
    assert told({1: 10, 30: 13, 40: 38}) == [("crossed 20 votes", after(40)), (rising, after(40))]
    assert told({1: 10, 16: 13, 40: 37}) == [("crossed 20 votes", after(40))]


def test_what_came_in_days_without_a_look_does_not_rise_within_one() -> None:
    assert kinds({1: 0, 2: 10, 50: 59}) == ["crossed"]
    assert kinds({1: 0, 2: 10, 50: 60}) == ["rising", "crossed"]


def test_a_paper_rises_once() -> None:
    assert kinds({1: 0, 10: 30, 50: 31, 60: 99}).count("rising") == 1


def test_what_a_paper_had_when_it_was_first_observed_days_later_is_not_told() -> None:
    assert told({49: 300}) == []
    assert told({49: 300, 60: 320, 360: 500}) == [("crossed 500 votes", after(360))]
    assert ("crossed 200 votes", after(48)) in told({48: 300})


def test_only_what_came_since_a_moment_is_told_where_one_is_given() -> None:
    paper = voted("2510.1", {1: 20, 40: 50})
    assert [event.threshold for event in events([paper], since=after(40))] == [50]
    assert events([paper], since=after(41)) == []


def test_the_newest_is_told_first_and_of_one_moment_by_paper() -> None:
    papers = [voted("2510.2", {1: 20, 80: 22, 90: 50}), voted("2510.1", {1: 20, 90: 30})]
    order = [(event.at, event.paper.id, event.kind) for event in events(papers)]
    assert order == [
        (after(90), "2510.2", "crossed"),
        (after(90), "2510.2", "rising"),
        (after(1), "2510.1", "crossed"),
        (after(1), "2510.2", "crossed"),
    ]


@settings(max_examples=30)
@given(PAPERS, st.randoms(use_true_random=False))
def test_the_order_of_the_papers_makes_no_difference(papers: list[Paper], random: Any) -> None:
    mixed = random.sample(papers, len(papers))
    assert events(mixed) == events(papers)


@settings(max_examples=30)
@given(PAPERS, st.integers(0, 6))
def test_later_observations_take_back_nothing_that_was_told(papers: list[Paper], known: int) -> None:
    before = [replace(each, observations=each.observations[:known]) for each in papers]
    assert keys(events(before)) <= keys(events(papers))


def keys(found: list[Event]) -> set[tuple[Any, ...]]:
    return {(event.paper.id, event.kind, event.at, event.votes, event.threshold) for event in found}


@pytest.mark.parametrize("threshold", MILESTONES)
def test_every_threshold_is_told_by_a_sentence(threshold: int) -> None:
    assert told({1: threshold})[0] == (f"crossed {threshold} votes", after(1))
