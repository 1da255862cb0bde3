"""Planning letters: once for each subscriber, kind and period, with all that they are made of."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from models.database import posting, reading, writing
from models.mail.delivery import NOTICES, Kind, State
from models.mail.letters import Fragment
from models.mail.outbox import (
    USED_WITHIN,
    Uncertain,
    cancel_of,
    counts,
    fragments_of,
    noticed_since,
    plan,
    uncertain_ones,
)
from models.mail.tables import DELIVERIES, FRAGMENTS
from tests.databases import opened
from tests.mail.planned import (
    FOOT,
    HEAD,
    LATER,
    NOW,
    address,
    digest,
    planned,
    row,
    states,
    subscribe,
    told,
)


def put(engine: Engine, delivery_id: str, state: State, answer: str = "") -> None:
    """Brings a delivery into a state, whatever it was in before."""
    with posting(engine) as connection:
        this = DELIVERIES.update().where(DELIVERIES.c.id == delivery_id)
        ended_at = NOW if state not in ("planned", "claimed", "sending", "deferred") else None
        connection.execute(this.values(state=state.value, answer=answer, ended_at=ended_at))


def test_a_letter_to_nobody_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError), posting(engine) as connection:
        plan(connection, [digest(7)], (HEAD, FOOT))
    assert states(engine) == {}


def test_nothing_planned_keeps_nothing(engine: Engine) -> None:
    with posting(engine) as connection:
        assert plan(connection, [], (HEAD, FOOT)) == set()
        assert connection.execute(select(FRAGMENTS)).all() == []


def test_a_letter_is_planned_once_and_the_first_one_stays(engine: Engine) -> None:
    with posting(engine) as connection:
        subscribe(connection, 2)
        first, second = digest(1), digest(2)
        assert plan(connection, [first], (HEAD, FOOT)) == {first.id}
        again = replace(digest(1, told=("2611.00003",)), planned_at=NOW + timedelta(hours=1))
        assert plan(connection, [second, again, second], (HEAD, FOOT)) == {second.id}
    assert row(engine, first.id)["planned_at"] == NOW
    assert told(engine) == {first.id, second.id}
    assert states(engine) == {State.PLANNED: 2}


def test_what_another_letter_of_the_period_would_tell_is_not_noted(engine: Engine) -> None:
    ids = planned(engine, 1)
    other = replace(digest(1, told=("2611.00009",)), id="0" * 26)
    with posting(engine) as connection:
        assert plan(connection, [other], (HEAD, FOOT)) == set()
    assert told(engine) == set(ids)


def test_two_who_plan_the_same_at_once_plan_it_once(engine: Engine) -> None:
    readers = range(1, 701)
    fragments = [Fragment(f"{number}\n", "") for number in readers]
    with posting(engine) as connection:
        subscribe(connection, len(readers))
    together = Barrier(2, timeout=30)

    def once(period: str, order: int) -> int:
        letters = [digest(number, period=period) for number in readers]
        together.wait()
        with posting(engine) as connection:
            return len(plan(connection, letters[::order], fragments[::order]))

    with ThreadPoolExecutor(2) as pool:
        for period in ("2026-11-20", "2026-11-21"):  # on the second day the fragments are known
            assert sum(pool.map(once, [period] * 2, (1, -1))) == len(readers)
    assert states(engine) == {State.PLANNED: len(readers) * 2}
    assert len(told(engine)) == len(readers) * 2


def test_mail_does_not_wait_for_papers_on_postgresql(postgresql_url: str) -> None:
    with opened(postgresql_url) as engine, writing(engine):
        assert len(planned(engine, 3)) == 3


def test_a_transaction_of_mail_survives_a_power_cut_on_sqlite_and_others_are_as_before(
    sqlite_url: str,
) -> None:
    synchronous = "PRAGMA synchronous"
    with opened(sqlite_url) as engine:
        with posting(engine) as connection:
            assert connection.exec_driver_sql(synchronous).scalar() == 2
        with pytest.raises(OSError, match="no space left"), posting(engine):
            raise OSError("no space left")
        with reading(engine) as connection:
            assert connection.exec_driver_sql(synchronous).scalar() == 1


def test_fragments_are_kept_once_and_given_by_their_keys(engine: Engine) -> None:
    planned(engine, 3)
    with reading(engine) as connection:
        keys = [HEAD.key, HEAD.key, "nothing"]
        assert fragments_of(connection, keys) == {HEAD.key: HEAD}
        assert fragments_of(connection, []) == {}
        assert len(connection.execute(select(FRAGMENTS)).all()) == 2


def test_a_fragment_that_is_used_again_says_so_once_a_day(engine: Engine) -> None:
    planned(engine, 1)
    for later, noted in (
        (USED_WITHIN, NOW),
        (USED_WITHIN * 2, NOW + USED_WITHIN * 2),
        (USED_WITHIN, NOW + USED_WITHIN * 2),
    ):
        with posting(engine) as connection:
            plan(connection, [digest(1, period=f"{later}", at=NOW + later)], (HEAD,))
            used = select(FRAGMENTS.c.used_at).where(FRAGMENTS.c.key == HEAD.key)
            assert connection.execute(used).scalar_one() == noted


def test_what_is_not_on_its_way_can_be_called_off(engine: Engine) -> None:
    ids = dict(zip(State, planned(engine, len(State)), strict=True))
    for state, delivery_id in ids.items():
        put(engine, delivery_id, state)
    can_be = {State.PLANNED, State.CLAIMED, State.DEFERRED}
    for number, (state, delivery_id) in enumerate(ids.items(), 1):
        with posting(engine) as connection:
            assert cancel_of(connection, number, LATER) == (state in can_be)
            assert cancel_of(connection, number, LATER) == 0
        found = row(engine, delivery_id)
        is_off = (found["state"], found["ended_at"], found["worker"]) == (State.CANCELLED, LATER, "")
        assert is_off == (state in can_be)
    assert told(engine) == {each for state, each in ids.items() if state not in can_be}


def test_it_is_known_when_someone_was_last_sent_a_notice(engine: Engine) -> None:
    with posting(engine) as connection:
        subscribe(connection, 2)
        hours = [NOW + timedelta(hours=hour) for hour in range(4)]
        notices = [digest(1, kind, str(at), at=at) for kind, at in zip(NOTICES * 2, hours, strict=True)]
        plan(connection, [*reversed(notices), digest(1, at=hours[3]), digest(2, Kind.CONFIRM)], (HEAD, FOOT))
        assert noticed_since(connection, 1, hours[1]) == hours[1:]
        assert noticed_since(connection, 3, NOW) == []


def test_deliveries_are_counted_by_kind_and_state(engine: Engine) -> None:
    ids = planned(engine, 3)
    put(engine, ids[0], State.SENT)
    with posting(engine) as connection:
        plan(connection, [digest(1, Kind.CONFIRM)], (HEAD, FOOT))
        assert counts(connection) == {
            (Kind.DAILY, State.PLANNED): 2,
            (Kind.DAILY, State.SENT): 1,
            (Kind.CONFIRM, State.PLANNED): 1,
        }


def test_what_may_have_been_sent_is_listed_with_its_reader(engine: Engine) -> None:
    ids = planned(engine, 3)
    put(engine, ids[1], State.UNCERTAIN, "hung up")
    with reading(engine) as connection:
        assert uncertain_ones(connection) == [
            Uncertain(ids[1], 2, address(2), Kind.DAILY, "2026-11-20", "Papers of 2026-11-20", NOW, "hung up")
        ]
        assert uncertain_ones(connection, most=0) == []
