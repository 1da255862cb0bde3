from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.site.chart import chart, votes_told
from models.papers import Observation
from tests.feeds.invented import ANNOUNCED


def seen(*told: tuple[float, int | None]) -> list[Observation]:
    return [Observation(ANNOUNCED + timedelta(hours=hours), votes, 0, 0) for hours, votes in told]


@pytest.mark.parametrize(
    "observations", [seen(), seen((0, 5)), seen((0, 5), (9, 5)), seen((0, None), (1, 3))]
)
def test_without_two_different_numbers_there_is_no_line(observations: list[Observation]) -> None:
    assert chart(observations) is None


def test_the_line_steps_where_votes_were_seen_to_change() -> None:
    found = chart(seen((0, 0), (24, 10), (36, None), (48, 20)))
    assert found
    assert found.line == "M56 224H340V120H624V16H624"
    assert found.end == (624, 16)


def test_the_last_look_ends_the_line_though_nothing_changed() -> None:
    found = chart(seen((0, 0), (24, 10), (48, 10)))
    assert found
    assert found.line == "M56 224H340V16H624"


def test_the_axes_are_labelled_with_round_numbers_and_days() -> None:
    found = chart(seen((0, 1), (60, 47)))
    assert found
    assert [tick.label for tick in found.y_ticks] == ["0", "10", "20", "30", "40", "50"]
    assert [tick.label for tick in found.x_ticks] == ["Thu 2 Oct", "Fri 3 Oct"]


def test_the_table_names_each_change_once() -> None:
    told = votes_told(seen((0, 1), (1, 1), (2, 4), (3, None), (4, 4)))
    assert [each.value for each in told] == [1, 4]


@given(st.lists(st.tuples(st.floats(0.01, 5_000), st.integers(0, 10**6)), max_size=30))
def test_any_votes_stay_within_the_picture(steps: list[tuple[float, int]]) -> None:
    at, told = 0.0, []
    for hours, votes in steps:
        at += hours
        told.append((at, votes))
    found = chart(seen(*told))
    if found:
        assert all(0 <= float(number) <= found.width for number in re.findall(r"-?[\d.]+", found.line))
        assert len(found.y_ticks) <= 6
        assert len(found.x_ticks) <= 5
