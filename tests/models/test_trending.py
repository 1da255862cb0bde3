"""Who stands where by score, and who has climbed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.decay import begun_at, score
from models.papers import Paper
from models.trending import LEAST_SCORE, Standing, climbers, standings
from tests.models.invented import MORNING, NEXT_DAY
from tests.models.observed import PAPERS, after, voted

SINCE = st.integers(-40, 150).map(after)
PLACES = st.integers(1, 3)


def ids(found: list[Standing]) -> list[str]:
    return [standing.paper.id for standing in found]


def slowly(papers: list[Paper], since: datetime, places: int) -> list[Standing]:
    """What `climbers` means, worked out anew for every moment."""
    moments = {each.at for paper in papers for each in paper.observations if each.votes is not None}
    there, found = set[str](), list[list[Standing]]()
    for at in sorted(moments):
        first = [each for each in standings(papers, at)[:places] if each.score >= LEAST_SCORE]
        found.append([each for each in first if each.paper.id not in there and at >= since])
        there.update(ids(first))
    return [standing for together in reversed(found) for standing in together]


@pytest.mark.parametrize("changes", [{"announced_at": None}, {"observations": ()}])
def test_a_paper_without_announcement_or_observations_stands_nowhere(changes: dict[str, Any]) -> None:
    paper = replace(voted("2510.1", {1: 9}), **changes)
    assert standings([paper], after(5)) == []
    assert climbers([paper], MORNING) == []


def test_a_paper_without_votes_stands_nowhere() -> None:
    papers = [voted("2510.1", {1: 0}), voted("2510.2", {1: None}), voted("2510.3", {1: 9, 2: 0})]
    assert standings(papers, after(5)) == []
    assert ids(climbers(papers, MORNING)) == ["2510.3"]


def test_a_paper_stands_as_it_did_at_the_moment_that_is_asked_for() -> None:
    paper = voted("2510.1", {12: 8, 24: 20})
    (then,) = standings([paper], after(18))
    assert (then.votes, then.hours, then.gained) == (8, 18, 8)
    assert standings([paper], after(11)) == []


def test_the_best_score_comes_first() -> None:
    papers = [
        voted("2510.1", {1: 30}),
        voted("2510.2", {48: 20}, announced_at=after(47)),
        voted("2510.3", {1: 31, 48: 40}),
    ]
    found = standings(papers, after(50))
    assert ids(found) == ["2510.2", "2510.3", "2510.1"]
    assert [each.score for each in found] == [
        pytest.approx(score(each.paper.observations, begun_at(each.paper) or MORNING, after(50)))
        for each in found
    ]


def test_equal_scores_go_by_votes_then_by_who_was_first_then_by_id() -> None:
    papers = [
        voted("2510.5", {0: 8}),
        voted("2510.4", {0: 8}),
        voted("2510.3", {-5: 8}, announced_at=after(5)),
        voted("2510.2", {0: 8, 12: 7}),
        voted("2510.1", {0: 8}, announced_at=after(1)),
    ]
    early = voted("2510.6", {0: 4, 0.5: 3}, announced_at=MORNING)
    assert ids(standings([*papers, early], after(12))) == [
        "2510.4",
        "2510.5",
        "2510.1",
        "2510.2",
        "2510.3",
        "2510.6",
    ]


def test_a_rank_is_among_the_papers_first_listed_on_the_same_day() -> None:
    papers = [
        voted("2510.1", {1: 30}),
        voted("2510.2", {1: 20, 9: 40}),
        voted("2510.3", {1: 20}),
        voted("2510.4", {1: 10}),
        voted("2510.5", {1: 99}, first_listed=NEXT_DAY),
    ]
    ranks = {each.paper.id: each.rank_of_day for each in standings(papers, after(5))}
    assert ranks == {"2510.1": 1, "2510.2": 2, "2510.3": 2, "2510.4": 4, "2510.5": 1}


def test_a_standing_is_a_sentence() -> None:
    papers = [voted("2510.1", {1: 90}), voted("2510.2", {1: 30, 19: 41})]
    assert [str(each) for each in standings(papers, after(20))] == [
        "90 votes in 20 h, rank 1 of its day",
        "41 votes in 20 h, rank 2 of its day",
    ]


def test_of_a_paper_older_than_a_day_the_sentence_says_what_the_last_day_brought() -> None:
    (found,) = standings([voted("2510.1", {1: 41, 16: 41, 40: 84})], after(40))
    assert str(found) == "84 votes in 40 h, +43 in 24 h, rank 1 of its day"


def test_one_vote_of_the_first_minutes_is_a_sentence_too() -> None:
    (found,) = standings([voted("2510.1", {0.1: 1})], after(0.2))
    assert str(found) == "1 vote in 1 h, rank 1 of its day"


def test_no_hours_are_negative() -> None:
    (found,) = standings([voted("2510.1", {0: 1}, announced_at=after(5))], after(1))
    assert found.hours == 0


def test_a_paper_climbs_when_it_first_comes_among_the_first_places() -> None:
    papers = [voted("2510.1", {1: 9}), voted("2510.2", {1: 5, 4: 30, 9: 90}), voted("2510.3", {1: 2})]
    found = climbers(papers, MORNING, places=1)
    assert [(each.paper.id, each.at, each.votes) for each in found] == [
        ("2510.2", after(4), 30),
        ("2510.1", after(1), 9),
    ]


def test_the_newest_moment_comes_first_and_of_one_moment_the_best() -> None:
    papers = [voted("2510.1", {1: 5}), voted("2510.2", {1: 9}), voted("2510.3", {2: 7})]
    assert ids(climbers(papers, MORNING)) == ["2510.3", "2510.2", "2510.1"]


def test_what_came_to_the_first_places_before_is_left_out_though_it_is_still_there() -> None:
    paper = voted("2510.1", {1: 9, 5: 20})
    assert ids(climbers([paper], after(1))) == ["2510.1"]
    assert climbers([paper], after(2)) == []


def test_less_than_one_fresh_vote_climbs_nowhere() -> None:
    assert climbers([voted("2510.1", {1: 1}), voted("2510.2", {300: 900})], MORNING) == []


def test_a_paper_that_lost_its_votes_leaves_its_place_to_another() -> None:
    papers = [voted("2510.1", {1: 30, 2: 0}), voted("2510.2", {1: 5})]
    found = climbers(papers, MORNING, places=1)
    assert [(each.paper.id, each.at) for each in found] == [("2510.2", after(2)), ("2510.1", after(1))]


@settings(max_examples=30)
@given(PAPERS, SINCE, PLACES)
def test_climbers_are_those_found_by_ranking_all_papers_at_every_moment(
    papers: list[Paper], since: datetime, places: int
) -> None:
    assert climbers(papers, since, places) == slowly(papers, since, places)


@settings(max_examples=30)
@given(PAPERS, SINCE, PLACES, st.integers(0, 6))
def test_what_is_observed_later_changes_nothing_of_who_has_climbed(
    papers: list[Paper], since: datetime, places: int, hours: int
) -> None:
    until = after(10 * hours)
    cut = [
        replace(each, observations=tuple(seen for seen in each.observations if seen.at <= until))
        for each in papers
    ]
    then = [told(each) for each in climbers(cut, since, places)]
    now = [told(each) for each in climbers(papers, since, places) if each.at <= until]
    assert then == now


@settings(max_examples=30)
@given(PAPERS, st.randoms(use_true_random=False), SINCE, PLACES)
def test_the_order_of_the_papers_makes_no_difference(
    papers: list[Paper], random: Any, at: datetime, places: int
) -> None:
    mixed = random.sample(papers, len(papers))
    found: list[Callable[[list[Paper]], list[Standing]]] = [
        lambda given: standings(given, at),
        lambda given: climbers(given, at, places),
    ]
    assert all(each(mixed) == each(papers) for each in found)


@settings(max_examples=30)
@given(PAPERS, SINCE)
def test_the_order_of_papers_stays_until_one_is_observed_anew(papers: list[Paper], at: datetime) -> None:
    moments = [each.at for paper in papers for each in paper.observations if each.at > at]
    later = min(moments, default=after(900)) - timedelta(microseconds=1)
    assert ids(standings(papers, max(at, later))) == ids(standings(papers, at))


def told(standing: Standing) -> tuple[Any, ...]:
    """A standing but for the observations of its paper."""
    return standing.paper.id, standing.at, str(standing), standing.score
