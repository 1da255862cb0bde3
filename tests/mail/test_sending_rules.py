"""The rules of sending: when a run stops, when a letter is tried again, how many go in a minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.digests.post import Answer, Outcome
from flows.mail.breaker import IN_A_ROW, MOST_IN_WINDOW, WINDOW, Breaker
from flows.mail.endings import FIRST, LONGEST, ending, next_try, said
from flows.mail.pacing import Pace
from models.mail.delivery import Delivery, Kind, State
from models.mail.letters import Letter
from tests.mail.planned import NOW, STALE

MOMENTS = st.timedeltas(timedelta(0), timedelta(days=30_000)).map(lambda later: NOW + later)
GOOD = Outcome.SENT
FOREVER = NOW + timedelta(days=99)


def delivery(attempts: int = 0, stale_at: datetime = STALE) -> Delivery:
    return Delivery(
        "0" * 26, 1, "ada@reader.example", "t", 0, Kind.DAILY, "2026-11-20", Letter("Papers", ()), NOW,
        stale_at, attempts,
    )  # fmt: skip


def breaker(*outcomes: Outcome) -> Breaker:
    found = Breaker()
    for outcome in outcomes:
        found = found.after(outcome)
    return found


@pytest.mark.parametrize("outcome", [Outcome.OURS, Outcome.UNCERTAIN])
def test_a_server_that_refuses_us_or_hangs_up_stops_the_run_at_the_fifth_letter(outcome: Outcome) -> None:
    assert not breaker(*[outcome] * (IN_A_ROW - 1)).trouble
    assert not breaker(*[outcome] * (IN_A_ROW - 1), GOOD, outcome).trouble
    assert breaker(GOOD, *[outcome] * IN_A_ROW).trouble == "none of 5 letters one after another was taken"


def test_a_server_that_puts_half_of_the_letters_off_stops_the_run() -> None:
    assert not breaker(*[Outcome.RETRY, GOOD] * (MOST_IN_WINDOW - 1), *[GOOD] * 9, Outcome.RETRY).trouble
    assert (
        breaker(*[Outcome.RETRY, GOOD] * MOST_IN_WINDOW).trouble == "10 of the last 20 letters were not taken"
    )
    assert breaker(*[Outcome.RETRY] * MOST_IN_WINDOW).trouble == "10 of the last 10 letters were not taken"


def test_mailboxes_that_are_gone_stop_nothing_but_twenty_in_a_row_do() -> None:
    assert not breaker(*[Outcome.REFUSED] * (WINDOW - 1), GOOD).trouble
    assert not breaker(GOOD, *[Outcome.REFUSED] * (WINDOW - 1)).trouble
    assert (
        breaker(GOOD, *[Outcome.REFUSED] * WINDOW).trouble == "none of 20 letters one after another was taken"
    )


@given(st.lists(st.sampled_from(Outcome), max_size=60))
def test_what_a_server_took_never_opens_the_breaker_and_it_forgets(outcomes: list[Outcome]) -> None:
    found = breaker(*outcomes)
    assert found == breaker(*outcomes[-WINDOW:])
    assert not breaker(*outcomes, *[GOOD] * WINDOW).trouble
    if not found.trouble:
        assert not found.after(GOOD).trouble


def test_a_letter_is_tried_again_after_half_an_hour_then_twice_as_long_and_at_most_four_hours() -> None:
    waits = [next_try(NOW, attempts, FOREVER) for attempts in range(6)]
    assert waits == [NOW + timedelta(minutes=minutes) for minutes in (30, 60, 120, 240, 240, 240)]


@given(MOMENTS, st.integers(0, 10**9), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_no_letter_is_tried_again_when_it_is_stale(now: datetime, attempts: int, left: timedelta) -> None:
    at = next_try(now, attempts, now + left)
    assert at is None or now + FIRST <= at <= now + LONGEST
    assert (at is None) == (left <= min(FIRST * 2 ** min(attempts, 9), LONGEST))


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.SENT, State.SENT),
        (Outcome.RETRY, State.DEFERRED),
        (Outcome.OURS, State.DEFERRED),
        (Outcome.REFUSED, State.FAILED),
        (Outcome.UNCERTAIN, State.UNCERTAIN),
    ],
)
def test_every_answer_brings_a_letter_to_its_state(outcome: Outcome, state: State) -> None:
    found = ending(Answer(outcome, 451, "4.3.0", "no"), delivery(), NOW)
    assert (found.state, found.said) == (state, "451 4.3.0 no")
    assert found.due_at == (NOW + FIRST if state is State.DEFERRED else None)


def test_what_cannot_be_tried_again_in_time_has_failed() -> None:
    found = ending(Answer(Outcome.RETRY, 451, "", "later"), delivery(stale_at=NOW + FIRST), NOW)
    assert (found.state, found.said, found.due_at) == (
        State.FAILED, "too late for another try, after: 451 later", None
    )  # fmt: skip


@given(st.text())
def test_whatever_a_server_says_is_one_line_of_some_length(text: str) -> None:
    line = said(Answer(Outcome.SENT, 0, "", f"{text}\0\r\n\ud800"))
    assert len(line) <= 500
    assert not set(line) & set("\0\r\n\ud800")


@given(
    st.integers(1, 600),
    st.lists(st.floats(0, 30, allow_subnormal=False), min_size=1, max_size=200),
)
def test_in_no_minute_are_there_more_turns_than_allowed(per_minute: int, pauses: list[float]) -> None:
    time = 0.0
    pace = Pace(per_minute, lambda: time)
    turns = []
    for pause in pauses:
        time += pause
        turns.append(time + pace.take())
    assert all(later - earlier > 60 / per_minute - 1e-6 for earlier, later in pairwise(turns))
    in_a_minute = zip(turns, turns[per_minute:], strict=False)
    assert all(last - first > 60 - 1e-6 for first, last in in_a_minute)


def test_without_a_pace_nobody_waits_and_with_one_the_first_does_not() -> None:
    assert [Pace(None, lambda: 7.0).take() for _ in range(3)] == [0, 0, 0]
    pace = Pace(60, lambda: 7.0)
    assert [pace.take() for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="at least one"):
        Pace(0, lambda: 7.0)
