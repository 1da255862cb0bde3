"""Room is shared fairly, and never more of it given than there is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat

from hypothesis import given
from hypothesis import strategies as st

from feeds.digests.fitting import Shelf, fit

SIZES = st.integers(1, 50)
SHELVES = st.lists(
    st.builds(Shelf, st.integers(0, 20), st.lists(SIZES, max_size=8).map(tuple), st.booleans()), max_size=8
)


def used(shelves: list[Shelf], shown: list[int]) -> int:
    return sum(
        shelf.around + sum(list(shelf.papers)[:number])
        for shelf, number in zip(shelves, shown, strict=True)
        if number
    )


@given(SHELVES, st.integers(-10, 600), st.integers(0, 30))
def test_no_more_is_shown_than_there_is_room_for(shelves: list[Shelf], room: int, most: int) -> None:
    shown = fit(shelves, room, most)
    assert sum(shown) <= most
    assert used(shelves, shown) <= max(room, 0)
    assert all(number <= len(list(shelf.papers)) for shelf, number in zip(shelves, shown, strict=True))


@given(SHELVES)
def test_all_is_shown_where_there_is_room(shelves: list[Shelf]) -> None:
    everything = [len(list(shelf.papers)) for shelf in shelves]
    assert fit(shelves, used(shelves, everything), sum(everything)) == everything


@given(SHELVES, st.integers(0, 600), st.integers(0, 30))
def test_where_there_is_room_for_a_paper_of_each_shelf_each_has_one(
    shelves: list[Shelf], room: int, most: int
) -> None:
    firsts = [min(1, len(list(shelf.papers))) for shelf in shelves]
    if used(shelves, firsts) <= room and sum(firsts) <= most:
        shown = fit(shelves, room, most)
        assert all(number >= first for number, first in zip(shown, firsts, strict=True))


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6), SIZES, st.integers(0, 600), st.integers(0, 60))
def test_no_shelf_has_two_more_than_one_that_has_papers_left(
    lengths: list[int], size: int, room: int, most: int
) -> None:
    shown = fit([Shelf(0, repeat(size, length)) for length in lengths], room, most)
    waiting = [number for number, length in zip(shown, lengths, strict=True) if number < length]
    assert not waiting or max(shown) <= min(waiting) + 1


def test_those_that_go_first_have_the_last_room() -> None:
    assert fit([Shelf(1, (5,)), Shelf(1, (5,), goes_first=True)], 7, 9) == [0, 1]


def test_a_paper_without_room_ends_its_shelf_and_no_other() -> None:
    assert fit([Shelf(0, (1, 90, 1)), Shelf(0, (1, 1, 1))], 20, 9) == [1, 3]


def test_what_is_not_shown_is_not_measured() -> None:
    asked: list[int] = []

    def sizes() -> Iterator[int]:
        for number in range(1_000):
            asked.append(number)
            yield 10

    assert fit([Shelf(0, sizes())], 1_000, 40) == [40]
    assert len(asked) == 40
