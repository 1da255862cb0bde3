"""What a paper's counters did over time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.papers import Observation
from models.series import Added, Growth, Told, added, latest, reached_at, told
from tests.models.invented import MORNING
from tests.models.observed import SERIES, Votes, after, observed

GROWING = observed({0: 3, 5: 10, 20: 12, 30: 40})
HOURS = st.sampled_from([1, 12, 24, 30])


def test_nothing_is_known_of_a_paper_that_was_never_observed() -> None:
    assert latest((), "votes") is None
    assert reached_at((), "votes", 0) is None


def test_each_counter_has_its_own_series() -> None:
    observations = [Observation(after(0), 3, None, 900), Observation(after(5), 3, 1, 1000)]
    assert latest(observations, "votes") == 3
    assert latest(observations, "comments") == 1
    assert latest(observations, "stars") == 1000
    assert reached_at(observations, "comments", 1) == after(5)


def test_an_observation_that_does_not_tell_a_counter_changes_nothing_of_it() -> None:
    observations = observed({0: None, 2: 3, 4: None, 6: 5})
    assert list(told(observations, "votes")) == [Told(after(2), 3), Told(after(6), 5)]
    assert latest(observations, "votes", after(1)) is None
    assert latest(observations, "votes", after(4)) == 3


def test_what_was_added_goes_from_one_observation_to_the_next() -> None:
    assert list(added(observed({0: 3, 5: 10}), "votes")) == [
        Added(None, after(0), 3),
        Added(after(0), after(5), 7),
    ]


def test_the_latest_of_a_moment_does_not_look_at_later_ones() -> None:
    assert [latest(GROWING, "votes", after(hours)) for hours in (-1, 0, 4, 5, 99)] == [None, 3, 3, 10, 40]


def test_a_count_is_reached_when_it_is_first_seen_there_or_above() -> None:
    reached = [reached_at(GROWING, "votes", least) for least in (3, 10, 11, 41)]
    assert reached == [after(0), after(5), after(20), None]


def test_a_count_that_was_reached_stays_reached() -> None:
    assert reached_at(observed({0: 20, 1: 19, 2: 20}), "votes", 20) == after(0)


def test_what_came_between_two_observations_is_spread_between_them() -> None:
    growth = Growth(observed({10: 3, 20: 23, 100: 103}), "votes", MORNING)
    assert growth.within(after(20), 24) == 23
    assert growth.within(after(20), 5) == 10
    assert growth.within(after(100), 24) == 24
    assert growth.within(after(110), 24) == 14
    assert growth.within(after(200), 24) == 0


def test_a_first_count_is_spread_from_the_begin_on() -> None:
    late = observed({240: 300, 250: 310})
    assert Growth(late, "votes", MORNING).within(after(240), 24) == 30
    assert Growth(late, "votes", None).within(after(250), 24) == 10
    assert Growth(late, "votes", after(300)).within(after(250), 24) == 310


def test_growth_has_a_span_and_knows_nothing_before_the_first_observation() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Growth(GROWING, "votes", MORNING).within(after(30), 0)
    assert Growth((), "votes", MORNING).within(after(30), 24) == 0
    assert Growth(GROWING, "votes", None).within(after(-1), 24) == 0


def test_a_decrease_subtracts_nothing_from_a_growth() -> None:
    assert Growth(observed({0: 10, 30: 15, 31: 12}), "votes", None).within(after(31), 48) == 5


@settings(max_examples=50)
@given(SERIES, HOURS, st.integers(0, 150).map(after))
def test_a_growth_within_a_span_is_what_came_until_its_end_but_not_until_its_begin(
    votes: Votes, hours: float, at: datetime
) -> None:
    growth = Growth(observed(votes), "votes", MORNING)
    long = 10_000.0
    begin = at - timedelta(hours=hours)
    assert growth.within(at, hours) == pytest.approx(growth.within(at, long) - growth.within(begin, long))
