"""What time and the operator do to deliveries: nothing is sent twice, nothing is lost, nothing is kept for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

from sqlalchemy import Engine, select, text

from models.database import posting
from models.mail.claims import LEASE, begin, deferred, sent, uncertain
from models.mail.delivery import State
from models.mail.letters import Fragment
from models.mail.outbox import USED_WITHIN, plan
from models.mail.settling import (
    KEPT,
    NO_ANSWER,
    RESENT_WITHIN,
    Pruned,
    Settled,
    prune,
    resend,
    settle,
)
from models.mail.tables import DELIVERIES, FRAGMENTS
from tests.databases import opened
from tests.mail.planned import (
    FOOT,
    HEAD,
    LATER,
    NOW,
    STALE,
    claimed,
    digest,
    planned,
    row,
    states,
    subscribe,
    told,
)

MOMENT = timedelta(microseconds=1)
NOTHING = Settled(0, 0, 0)


def settled(engine: Engine, now: datetime) -> Settled:
    with posting(engine) as connection:
        return settle(connection, now)


def in_doubt(engine: Engine, count: int = 1) -> list[str]:
    """Letters that a worker began, and was heard of no more."""
    ids = planned(engine, count)
    claimed(engine)
    with posting(engine) as connection:
        assert all(begin(connection, each, "w1", NOW) for each in ids)
    settled(engine, LATER)
    return ids


def test_nothing_is_settled_before_its_time(engine: Engine) -> None:
    ids = planned(engine, 3)
    claimed(engine, most=2)
    with posting(engine) as connection:
        first = next(each for each in ids if row(engine, each)["worker"])
        begin(connection, first, "w1", NOW)
    assert settled(engine, LATER - MOMENT) == NOTHING
    assert states(engine) == {State.PLANNED: 1, State.CLAIMED: 1, State.SENDING: 1}


def test_a_claim_of_a_worker_that_is_gone_is_anyones(engine: Engine) -> None:
    planned(engine, 2)
    claimed(engine)
    assert settled(engine, LATER) == Settled(2, 0, 0)
    assert len(claimed(engine, "w2", now=LATER)) == 2
    assert settled(engine, LATER) == NOTHING


def test_what_was_being_sent_when_its_worker_went_may_have_been_sent_and_is_not_sent_again(
    engine: Engine,
) -> None:
    planned(engine, 1)
    claimed(engine)
    (delivery_id,) = told(engine)
    with posting(engine) as connection:
        begin(connection, delivery_id, "w1", NOW)
    assert settled(engine, LATER) == Settled(0, 1, 0)
    found = row(engine, delivery_id)
    assert (found["state"], found["ended_at"], found["answer"]) == (State.UNCERTAIN, LATER, NO_ANSWER)
    assert found["attempts"] == 1
    assert told(engine) == {delivery_id}
    for later in (LATER, STALE, STALE + KEPT):
        assert settled(engine, later) == NOTHING
        assert claimed(engine, "w2", now=later) == []


def test_an_answer_after_the_lease_still_counts(engine: Engine) -> None:
    first, second = in_doubt(engine, 2)
    with posting(engine) as connection:
        assert sent(connection, first, "w1", LATER, "250 ok")
        assert deferred(connection, second, "w1", LATER, LATER, "451 later")
    assert states(engine) == {State.SENT: 1, State.DEFERRED: 1}
    assert row(engine, second)["ended_at"] is None


def test_what_is_too_late_has_failed_and_its_papers_come_in_the_next_one(engine: Engine) -> None:
    first, second = planned(engine, 2)
    claimed(engine)
    with posting(engine) as connection:
        deferred(connection, first, "w1", NOW, NOW, "451 the box is full")
    assert settled(engine, STALE) == Settled(1, 0, 2)
    assert states(engine) == {State.FAILED: 2}
    assert told(engine) == set()
    assert row(engine, first)["answer"] == "too late, after: 451 the box is full"
    assert row(engine, second)["answer"] == "too late"
    assert row(engine, first)["ended_at"] == STALE
    assert settled(engine, STALE) == NOTHING


def test_two_may_settle_at_once(engine: Engine) -> None:
    planned(engine, 60)
    claimed(engine, most=30)
    together = Barrier(2, timeout=30)

    def once(_number: int) -> Settled:
        together.wait()
        return settled(engine, STALE)

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(once, range(2)))
    assert sum(each.released for each in found) == 30
    settled(engine, STALE)
    assert states(engine) == {State.FAILED: 60}


def test_on_postgresql_nobody_waits_for_a_worker_to_settle(postgresql_url: str) -> None:
    with opened(postgresql_url) as engine:
        ids = planned(engine, 2)
        claimed(engine)
        with posting(engine) as slow:
            assert begin(slow, ids[0], "w1", NOW)
            with posting(engine) as connection:
                connection.execute(text("SET LOCAL lock_timeout = '9s'"))
                assert settle(connection, LATER) == Settled(1, 0, 0)
        assert states(engine) == {State.SENDING: 1, State.PLANNED: 1}


def test_only_what_is_uncertain_is_sent_again_and_only_by_name(engine: Engine) -> None:
    first, second = in_doubt(engine, 2)
    with posting(engine) as connection:
        plan(connection, [digest(1, period="2026-11-21")], (HEAD, FOOT))
        other = digest(1, period="2026-11-21").id
        assert resend(connection, [first, other, "nothing"], STALE) == {first}
        assert resend(connection, [first], STALE) == set()
        assert resend(connection, [], STALE) == set()
    assert row(engine, second)["state"] == State.UNCERTAIN
    found = row(engine, first)
    assert (found["state"], found["due_at"], found["stale_at"]) == (
        State.PLANNED,
        STALE,
        STALE + RESENT_WITHIN,
    )
    assert (found["planned_at"], found["ended_at"], found["worker"]) == (NOW, None, "")


def test_the_worker_that_was_lost_has_no_say_in_a_letter_that_is_sent_again(engine: Engine) -> None:
    (delivery_id,) = in_doubt(engine)
    with posting(engine) as connection:
        resend(connection, [delivery_id], LATER)
        assert not sent(connection, delivery_id, "w1", LATER, "250 ok")
        assert not begin(connection, delivery_id, "w1", LATER)
    assert [each.id for each in claimed(engine, "w2", now=LATER)] == [delivery_id]


def test_a_letter_that_is_sent_again_in_time_is_stale_when_it_was_before(engine: Engine) -> None:
    ids = planned(engine, 1, stale_at=NOW + timedelta(days=7))
    claimed(engine)
    with posting(engine) as connection:
        uncertain(connection, ids[0], "w1", NOW, "hung up")
        resend(connection, ids, NOW)
    assert row(engine, ids[0])["stale_at"] == NOW + timedelta(days=7)


def test_what_ended_long_ago_is_forgotten_with_what_it_told(engine: Engine) -> None:
    first, second, third = planned(engine, 3)
    claimed(engine)
    with posting(engine) as connection:
        sent(connection, first, "w1", NOW, "250 ok")
        sent(connection, second, "w1", NOW + MOMENT, "250 ok")
        assert prune(connection, NOW) == Pruned(0, 0)
        assert prune(connection, NOW + MOMENT) == Pruned(1, 0)
    assert told(engine) == {second, third}
    assert states(engine) == {State.SENT: 1, State.CLAIMED: 1}


def test_fragments_stay_as_long_as_a_letter_may_need_them(engine: Engine) -> None:
    """The letter of a day later does not say again that it uses the head."""
    foot_alone = Fragment("By.\n", "")
    with posting(engine) as connection:
        subscribe(connection, 2)
        plan(connection, [digest(1, fragments=(HEAD, foot_alone))], (HEAD, foot_alone))
        plan(connection, [digest(2, at=NOW + USED_WITHIN, fragments=(HEAD,))], (HEAD,))
        this = DELIVERIES.update().where(DELIVERIES.c.subscriber_id == 1)
        connection.execute(this.values(state="sent", ended_at=NOW))
        much_later = NOW + KEPT * 2
        assert prune(connection, much_later) == Pruned(1, 0)
        assert len(connection.execute(select(FRAGMENTS)).all()) == 2
        connection.execute(DELIVERIES.update().values(state="sent", ended_at=much_later))
        assert prune(connection, much_later) == Pruned(0, 2)
        assert prune(connection, much_later + MOMENT) == Pruned(1, 0)
        assert connection.execute(select(FRAGMENTS)).all() == []


def test_leases_are_longer_than_a_server_may_take_to_answer() -> None:
    assert timedelta(minutes=10) * 2 < LEASE
