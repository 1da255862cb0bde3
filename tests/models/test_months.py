"""The documents of a feed's archive: their names, their parts, their order."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.months import Beside, Month, Place, beside, month_of, months, parted, place

OCTOBER = Month(2025, 10)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "2025",
        "2025-13",
        "2025-00",
        "0000-01",
        "2025-1",
        "2025-10.1",
        "2025-10.0",
        "2025-10.02",
        "x2025-10",
    ],
)
def test_a_name_that_is_none_has_no_place(name: str) -> None:
    assert place(name) is None


@given(st.integers(1, 9999), st.integers(1, 12), st.integers(1, 99_999))
def test_a_document_is_found_by_its_name(year: int, month: int, part: int) -> None:
    there = Place(Month(year, month), part)
    assert place(str(there)) == there


def test_the_first_part_bears_the_name_of_the_month() -> None:
    assert [str(Place(OCTOBER, part)) for part in (1, 2, 10)] == ["2025-10", "2025-10.2", "2025-10.10"]


def test_months_follow_each_other_over_the_year() -> None:
    found = list(months(Month(2025, 11), Month(2026, 2)))
    assert list(map(str, found)) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert list(months(Month(2026, 2), Month(2026, 1))) == []


def test_a_month_begins_at_midnight_utc() -> None:
    assert OCTOBER.begin == datetime(2025, 10, 1, tzinfo=UTC)
    assert month_of(date(2025, 10, 31)) == month_of(OCTOBER.begin) == OCTOBER


def test_only_the_last_part_grows() -> None:
    assert parted(OCTOBER, [], 2) == {}
    before, after = parted(OCTOBER, "abc", 2), parted(OCTOBER, "abcd", 2)
    assert before == {Place(OCTOBER, 1): "ab", Place(OCTOBER, 2): "c"}
    assert after == {Place(OCTOBER, 1): "ab", Place(OCTOBER, 2): "cd"}


def test_no_documents_have_none_beside_them() -> None:
    assert beside([]) == {}


def test_documents_know_those_around_them_in_time() -> None:
    first, second, tenth = (Place(OCTOBER, part) for part in (1, 2, 10))
    later = Place(OCTOBER.next, 1)
    assert beside([later, tenth, first, second]) == {
        first: Beside(None, second),
        second: Beside(first, tenth),
        tenth: Beside(second, later),
        later: Beside(tenth, None),
    }
