"""Claiming deliveries: never by two, never for who has left; and what a worker may say of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product
from threading import Barrier

import pytest
from sqlalchemy import Connection, Engine, text

from models.database import posting
from models.mail.claims import LEASE, begin, claim, deferred, failed, released, sent, uncertain
from models.mail.delivery import DIGESTS, NOTICES, Kind, State
from models.mail.letters import Letter
from models.mail.outbox import cancel_of
from models.mail.subscriber import Cadence, Standing
from models.mail.tables import DELIVERIES
from tests.databases import opened
from tests.mail.planned import (
    FOOT,
    HEAD,
    LATER,
    NOW,
    STALE,
    address,
    claimed,
    planned,
    row,
    stand,
    states,
    told,
)

Said = Callable[[Connection, str, str], bool]
ANSWERS: dict[State, Said] = {
    State.SENT: lambda connection, delivery, worker: sent(connection, delivery, worker, NOW, "250 ok"),
    State.DEFERRED: lambda connection, delivery, worker: deferred(
        connection, delivery, worker, NOW, LATER, "451 later"
    ),
    State.FAILED: lambda connection, delivery, worker: failed(connection, delivery, worker, NOW, "550 no"),
    State.UNCERTAIN: lambda connection, delivery, worker: uncertain(
        connection, delivery, worker, NOW, "hung up"
    ),
}


def begun(engine: Engine, delivery_id: str, worker: str = "w1") -> bool:
    with posting(engine) as connection:
        return begin(connection, delivery_id, worker, NOW)


def answered(engine: Engine, state: State, delivery_id: str, worker: str = "w1") -> bool:
    with posting(engine) as connection:
        return ANSWERS[state](connection, delivery_id, worker)


def test_what_is_not_due_or_too_late_is_not_claimed(engine: Engine) -> None:
    planned(engine, 2)
    assert claimed(engine, now=NOW - timedelta(seconds=1)) == []
    assert claimed(engine, now=STALE) == []
    assert claimed(engine, most=0) == []
    assert states(engine) == {State.PLANNED: 2}


def test_only_the_kinds_and_the_subscribers_that_are_asked_for_are_claimed(engine: Engine) -> None:
    planned(engine, 5)
    assert claimed(engine, kinds=[Kind.WEEKLY, *NOTICES]) == []
    assert claimed(engine, kinds=[]) == []
    assert {each.subscriber_id for each in claimed(engine, subscribers=range(2, 4))} == {2, 3}
    with pytest.raises(ValueError, match="one after another"):
        claimed(engine, subscribers=range(0, 10, 2))


def test_who_claims_gets_all_that_a_letter_is_made_of(engine: Engine) -> None:
    (delivery_id,) = planned(engine, 1)
    (found,) = claimed(engine)
    assert (found.id, found.subscriber_id, found.address, found.token) == (
        delivery_id, 1, address(1), "token1"
    )  # fmt: skip
    assert (found.kind, found.period, found.planned_at, found.stale_at) == (
        Kind.DAILY, "2026-11-20", NOW, STALE
    )  # fmt: skip
    assert found.letter == Letter("Papers of 2026-11-20", (HEAD.key, FOOT.key))
    assert (found.generation, found.attempts) == (0, 0)
    assert (row(engine, delivery_id)["worker"], row(engine, delivery_id)["lease_until"]) == ("w1", LATER)


def test_two_workers_at_once_claim_different_letters(engine: Engine) -> None:
    planned(engine, 90)
    together = Barrier(3, timeout=30)

    def work(number: int) -> list[str]:
        together.wait()
        found: list[str] = []
        while batch := claimed(engine, f"w{number}", 7):
            found += [each.id for each in batch]
        return found

    with ThreadPoolExecutor(3) as pool:
        found = [each for part in pool.map(work, range(3)) for each in part]
    assert len(found) == len(set(found)) == 90
    assert states(engine) == {State.CLAIMED: 90}


def test_a_worker_of_postgresql_does_not_wait_for_another_that_claims(postgresql_url: str) -> None:
    with opened(postgresql_url) as engine:
        planned(engine, 4)
        with posting(engine) as connection:
            mine = claim(connection, "w1", NOW, LEASE, 3, DIGESTS)
            with posting(engine) as other:
                other.execute(text("SET LOCAL lock_timeout = '9s'"))
                others = claim(other, "w2", NOW, LEASE, 3, DIGESTS)
        assert (len(mine), len(others)) == (3, 1)
        assert not {each.id for each in mine} & {each.id for each in others}


@pytest.mark.parametrize(
    ("kind", "standings", "cadences"),
    [
        (Kind.DAILY, [Standing.ACTIVE], [Cadence.DAILY, Cadence.WEEKLY]),
        (Kind.CONFIRM, [Standing.PENDING, Standing.ACTIVE, Standing.SUSPENDED], list(Cadence)),
    ],
)
def test_letters_to_who_may_not_get_them_any_more_are_called_off(
    engine: Engine, kind: Kind, standings: Sequence[Standing], cadences: Sequence[Cadence]
) -> None:
    ways = list(product(Standing, Cadence))
    ids = planned(engine, len(ways), kind=kind)
    for number, (standing, cadence) in enumerate(ways, 1):
        stand(engine, number, standing=standing, cadence=cadence)
    may_get = {
        delivery_id
        for delivery_id, (standing, cadence) in zip(ids, ways, strict=True)
        if standing in standings and cadence in cadences
    }
    # However many of the first ones are called off, a worker gets as many as there are.
    assert {each.id for each in claimed(engine, most=len(may_get), kinds=list(Kind))} == may_get
    assert claimed(engine, kinds=list(Kind)) == []
    assert states(engine) == {State.CANCELLED: len(ways) - len(may_get), State.CLAIMED: len(may_get)}
    assert told(engine) == may_get


def test_letters_that_were_put_off_come_after_those_that_never_were(engine: Engine) -> None:
    ids = planned(engine, 3)
    claimed(engine)
    with posting(engine) as connection:
        assert deferred(connection, ids[0], "w1", NOW, NOW, "451 later")
        released(connection, "w1")
    assert [each.id for each in claimed(engine, "w2", 3)][2] == ids[0]


def test_a_letter_that_is_another_workers_is_not_begun(engine: Engine) -> None:
    (delivery_id,) = planned(engine, 1)
    assert not begun(engine, delivery_id)
    claimed(engine)
    assert not begun(engine, delivery_id, "w2")
    assert not begun(engine, "nothing")
    assert states(engine) == {State.CLAIMED: 1}


def test_a_letter_to_who_has_left_since_it_was_claimed_is_not_begun(engine: Engine) -> None:
    ids = planned(engine, len(Standing))
    claimed(engine)
    for number, standing in enumerate(Standing, 1):
        stand(engine, number, standing=standing)
    assert {standing for standing, each in zip(Standing, ids, strict=True) if begun(engine, each)} == {
        Standing.ACTIVE
    }


def test_a_letter_that_was_called_off_or_is_stale_is_not_begun(engine: Engine) -> None:
    first, second = planned(engine, 2)
    claimed(engine)
    with posting(engine) as connection:
        cancel_of(connection, 1, NOW)
        assert not begin(connection, first, "w1", NOW)
        assert not begin(connection, second, "w1", STALE)


def test_a_letter_that_is_begun_is_its_workers_for_a_whole_lease(engine: Engine) -> None:
    (delivery_id,) = planned(engine, 1)
    claimed(engine)
    with posting(engine) as connection:
        assert begin(connection, delivery_id, "w1", LATER - timedelta(seconds=1))
        assert begin(
            connection, delivery_id, "w1", LATER
        )  # whoever lost the connection in the commit asks again
    found = row(engine, delivery_id)
    assert (found["state"], found["lease_until"]) == (State.SENDING, LATER + LEASE)
    assert claimed(engine, "w2") == []


def test_an_answer_of_another_worker_changes_nothing(engine: Engine) -> None:
    ids = planned(engine, 1)
    assert not any(answered(engine, state, ids[0]) for state in ANSWERS)
    claimed(engine)
    begun(engine, ids[0])
    assert not any(answered(engine, state, ids[0], "w2") for state in ANSWERS)
    assert not any(answered(engine, state, "nothing") for state in ANSWERS)
    assert states(engine) == {State.SENDING: 1}
    assert told(engine) == set(ids)


@pytest.mark.parametrize("has_begun", [True, False])
def test_an_answer_is_noted_and_may_be_said_again(engine: Engine, has_begun: bool) -> None:
    ids = planned(engine, len(ANSWERS))
    claimed(engine)
    for state, delivery_id in zip(ANSWERS, ids, strict=True):
        assert not has_begun or begun(engine, delivery_id)
        assert answered(engine, state, delivery_id)
        found = row(engine, delivery_id)
        assert answered(engine, state, delivery_id)
        assert row(engine, delivery_id) == found
        assert (found["state"], found["attempts"], found["lease_until"]) == (state, 1, None)
        is_over = state is not State.DEFERRED
        assert (found["due_at"], found["ended_at"]) == ((NOW, NOW) if is_over else (LATER, None))
        assert found["answer"]
    assert told(engine) == {each for each in ids if row(engine, each)["state"] != State.FAILED}


def test_what_has_ended_does_not_end_otherwise(engine: Engine) -> None:
    ends = (State.SENT, State.DEFERRED, State.FAILED, State.CANCELLED, State.PLANNED)
    ids = planned(engine, len(ends))
    claimed(engine)
    for end, delivery_id in zip(ends, ids, strict=True):
        with posting(engine) as connection:
            this = DELIVERIES.update().where(DELIVERIES.c.id == delivery_id)
            connection.execute(this.values(state=end.value))
        assert not any(answered(engine, state, delivery_id) for state in ANSWERS if state is not end)
        assert not begun(engine, delivery_id)
        assert row(engine, delivery_id)["state"] == end


def test_a_letter_is_not_put_off_to_the_past(engine: Engine) -> None:
    (delivery_id,) = planned(engine, 1)
    claimed(engine)
    with pytest.raises(ValueError, match="past"), posting(engine) as connection:
        deferred(connection, delivery_id, "w1", NOW, NOW - timedelta(seconds=1), "")


def test_what_was_not_begun_is_given_back_and_what_was_is_not(engine: Engine) -> None:
    ids = planned(engine, 4)
    claimed(engine, most=2)
    claimed(engine, "w2", 1)
    mine = [delivery_id for delivery_id in ids if row(engine, delivery_id)["worker"] == "w1"]
    begun(engine, mine[0])
    with posting(engine) as connection:
        assert released(connection, "w1") == 1
        assert released(connection, "w1") == 0
    assert states(engine) == {State.SENDING: 1, State.PLANNED: 2, State.CLAIMED: 1}
    assert row(engine, mine[1])["worker"] == ""
    assert len(claimed(engine, "w3")) == 2
