"""The score of trending, and since when a paper gathers votes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.decay import HALF_LIFE, begun_at, score
from models.papers import Appearance, Observation
from tests.models.invented import MORNING
from tests.models.observed import SERIES, Votes, after, observed, voted

SPANS = st.timedeltas(timedelta(), timedelta(days=60))
GIVEN = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=6)
"""For each observation, five hours apart, the votes that one paper was given, and how many more another was."""


def test_a_paper_that_was_never_observed_scores_nothing() -> None:
    assert score((), MORNING, after(5)) == 0


def test_what_is_observed_later_does_not_count_yet() -> None:
    assert score(observed({5: 8}), MORNING, after(4)) == 0
    assert score(observed({5: 8, 9: 20}), MORNING, after(8)) == score(observed({5: 8}), MORNING, after(8))


def test_the_first_votes_are_as_old_as_the_middle_between_the_first_chance_and_the_observation() -> None:
    assert score(observed({24: 8}), MORNING, after(24)) == 4
    assert score(observed({24: 8}), MORNING, after(36)) == 2


def test_later_votes_are_as_old_as_the_middle_between_two_observations() -> None:
    assert score(observed({0: 0, 24: 8}), MORNING, after(24)) == 4
    assert score(observed({0: 16, 24: 24}), MORNING, after(24)) == 16 / 4 + 8 / 2


def test_votes_observed_before_the_first_chance_are_as_old_as_their_observation() -> None:
    assert score(observed({0: 8}), after(5), after(12)) == 4


def test_an_observation_without_a_change_of_votes_narrows_down_when_the_next_came() -> None:
    assert score(observed({0: 8, 12: 8, 24: 16}), MORNING, after(24)) > score(
        observed({0: 8, 24: 16}), MORNING, after(24)
    )


def test_comments_and_stars_count_nothing() -> None:
    assert score([Observation(after(5), None, 300, 9000)], MORNING, after(5)) == 0
    assert score([Observation(after(5), 0, 300, 9000)], MORNING, after(5)) == 0


def test_a_decrease_subtracts_nothing() -> None:
    assert score(observed({0: 8, 12: 5}), MORNING, after(12)) == 4


def test_a_very_old_paper_scores_nothing_that_a_float_could_tell() -> None:
    assert score(observed({1: 900}), MORNING, MORNING + timedelta(days=700)) == 0


def test_a_paper_may_be_as_old_as_the_calendar() -> None:
    first = datetime(1, 1, 2, tzinfo=UTC)
    assert score([Observation(first, 8, None, None)], first, first + HALF_LIFE) == 4


@settings(max_examples=50)
@given(SERIES, SPANS, SPANS)
def test_a_score_never_rises_without_a_new_observation(
    votes: Votes, earlier: timedelta, later: timedelta
) -> None:
    observations = observed(votes)
    begin = observations[-1].at if observations else MORNING
    scores = [score(observations, MORNING, begin + span) for span in sorted((earlier, later))]
    assert scores[0] >= scores[1]


@settings(max_examples=50)
@given(SERIES, SPANS)
def test_a_score_halves_in_twelve_hours_exactly(votes: Votes, span: timedelta) -> None:
    observations = observed(votes)
    now = (observations[-1].at if observations else MORNING) + span
    assert score(observations, MORNING, now + timedelta(hours=12)) * 2 == score(observations, MORNING, now)


@settings(max_examples=50)
@given(GIVEN, st.integers(0, 100))
def test_who_is_given_more_votes_at_the_same_times_never_scores_lower(
    given_votes: list[tuple[int, int]], hours: int
) -> None:
    fewer = accumulate(votes for votes, _ in given_votes)
    more = accumulate(votes + others for votes, others in given_votes)
    lower, higher = (
        score(observed({5 * nth: votes for nth, votes in enumerate(series)}), after(-5), after(hours))
        for series in (fewer, more)
    )
    assert lower <= higher


@settings(max_examples=50)
@given(GIVEN)
def test_looking_less_often_moves_a_vote_by_no_more_than_half_of_what_lies_between(
    given_votes: list[tuple[int, int]],
) -> None:
    often: Votes = {5 * nth: votes for nth, votes in enumerate(accumulate(votes for votes, _ in given_votes))}
    last = max(often)
    seldom: Votes = {hours: votes for hours, votes in often.items() if hours == last}
    scores = [score(observed(series), MORNING, after(last)) for series in (often, seldom)]
    assert min(scores) == pytest.approx(max(scores), rel=2 ** (last / 2 / 12) - 1)
    assert (scores[0] > 0) == (scores[1] > 0)


@settings(max_examples=50)
@given(SERIES, st.integers(0, 200))
def test_a_score_is_the_sum_of_its_formula(votes: Votes, hours: int) -> None:
    known = {each: count for each, count in votes.items() if count is not None and each <= hours}
    pairs = pairwise([(0, 0), *known.items()])
    expected = sum(
        max(0, count - before) * 2 ** (-(hours - (since + at) / 2) / 12)
        for (since, before), (at, count) in pairs
    )
    assert score(observed(votes), MORNING, after(hours)) == pytest.approx(expected)


def test_a_paper_that_was_not_announced_gathers_no_votes() -> None:
    listed = Appearance("huggingface", "daily", MORNING.date(), 1)
    assert begun_at(voted("2510.1", {}, announced_at=None, appearances=(listed,))) is None


def test_a_paper_gathers_votes_from_its_announcement_on() -> None:
    listed = Appearance("huggingface", "daily", MORNING.date(), 1)
    assert begun_at(voted("2510.1", {})) == MORNING
    assert begun_at(voted("2510.1", {}, appearances=(listed,))) == MORNING


def test_a_paper_that_was_announced_elsewhere_gathers_votes_from_the_day_of_their_list_on() -> None:
    mailed = Appearance("arxiv", "cs.CL/new", MORNING.date(), 1)
    searched = Appearance("huggingface", "search/lanterns", MORNING.date() + timedelta(days=1), 1)
    listed, again = (
        Appearance("huggingface", "daily", MORNING.date() + timedelta(days=days), 1) for days in (2, 8)
    )
    paper = voted("2510.1", {}, appearances=(mailed, searched, listed, again))
    assert begun_at(paper) == datetime(2025, 10, 3, tzinfo=UTC)
