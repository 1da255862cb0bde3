"""What has ended is started again, later each time, and in the end no more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flows.up.patience import MOST_ENDS, WELL_AFTER_SECONDS, Patience

SOON = st.floats(0, WELL_AFTER_SECONDS, exclude_max=True)


def test_what_ends_at_once_each_time_is_given_up_in_less_than_a_minute() -> None:
    patience, waited = Patience(), 0.0
    while not patience.is_over:
        waited += patience.pause_seconds
        patience = patience.after(0)
    assert patience.ends == MOST_ENDS
    assert waited == 1 + 2 + 4 + 8 + 16


@given(st.lists(SOON, max_size=MOST_ENDS - 1))
def test_each_pause_is_longer_than_the_one_before(lives: list[float]) -> None:
    patience, pauses = Patience(), [0.0]
    for lived in lives:
        patience = patience.after(lived)
        pauses.append(patience.pause_seconds)
    assert pauses == sorted(set(pauses))
    assert not patience.is_over


@given(st.lists(SOON, max_size=MOST_ENDS), st.floats(WELL_AFTER_SECONDS, 1e6))
def test_what_had_started_well_begins_a_new_row(lives: list[float], long: float) -> None:
    patience = Patience()
    for lived in lives:
        patience = patience.after(lived)
    assert patience.after(long) == Patience(1)
