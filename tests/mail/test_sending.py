"""A run of mail: every letter once, every answer noted, and nothing kept back when it stops."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from feeds.digests.post import Answer, Message
from flows.mail.endings import FIRST
from flows.mail.sending import Done
from models.database import posting, reading
from models.mail.delivery import Kind, State
from models.mail.outbox import cancel_of
from models.mail.settling import Settled
from models.mail.subscriber import Standing
from models.mail.tables import BOUNCES
from tests.mail.mailers import (
    HUNG_UP,
    NO_SUCH,
    NOT_NOW,
    OURS,
    REFUSED,
    Office,
    answering,
    broken_for,
    raising,
    refusing,
    run,
)
from tests.mail.planned import (
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

NOTHING = Settled(0, 0, 0)


def test_where_nothing_is_to_be_sent_nobody_is_called(engine: Engine) -> None:
    office = Office()
    planned(engine, 2, kind=Kind.CONFIRM)
    assert run(engine, office.post) == Done(NOTHING, 0, 0, 0, 0, 0, ())
    assert office.opened == 0


@pytest.mark.parametrize("connections", [1, 4])
def test_everybody_gets_one_letter_with_its_own_bytes(engine: Engine, connections: int) -> None:
    ids = planned(engine, 50)
    office = Office()
    assert run(engine, office.post, connections=connections).sent == 50
    assert run(engine, office.post, connections=connections).sent == 0
    assert sorted(office.recipients) == sorted(map(address, range(1, 51)))
    assert {each.content for each in office.taken} == {
        f"Message-ID: <{each}@papers.example>\r\nSubject: Papers of 2026-11-20\r\n\r\nHello.\r\nBye.\r\n".encode()
        for each in ids
    }
    assert states(engine) == {State.SENT: 50}
    assert row(engine, ids[0])["answer"] == "250 2.0.0 queued"
    assert 1 <= office.opened <= connections
    assert office.is_open == 0


def test_every_answer_ends_as_it_must(engine: Engine) -> None:
    ids = planned(engine, 7)
    office = Office()
    for number, act in enumerate(
        (
            refusing(NOT_NOW),
            refusing(NO_SUCH),
            refusing(REFUSED),
            answering(NOT_NOW),
            answering(OURS),
            answering(HUNG_UP),
        ),
        1,
    ):
        office.act(number, act)
    done = run(engine, office.post)
    assert done == Done(NOTHING, sent=1, deferred=3, failed=2, uncertain=1, skipped=0, bounced=(2,))
    found = [row(engine, each)["state"] for each in ids]
    assert found == ["deferred", "failed", "failed", "deferred", "deferred", "uncertain", "sent"]
    assert told(engine) == {each for each in ids if each not in ids[1:3]}
    with reading(engine) as connection:
        (bounce,) = connection.execute(select(BOUNCES)).all()
    assert (bounce.subscriber_id, bounce.delivery_id, bounce.kind, bounce.status, bounce.at) == (
        2, ids[1], "hard", "5.1.1", NOW
    )  # fmt: skip
    assert run(engine, Office().post, at=NOW + FIRST - timedelta(seconds=1)).sent == 0
    assert run(engine, Office().post, at=NOW + FIRST).sent == 3


def test_what_cannot_be_tried_again_in_time_is_given_up(engine: Engine) -> None:
    (delivery_id,) = planned(engine, 1)
    office = Office({address(1): refusing(NOT_NOW)})
    assert run(engine, office.post, at=STALE - FIRST).failed == 1
    assert row(engine, delivery_id)["answer"] == "too late for another try, after: 451 4.3.0 later"
    assert told(engine) == set()


def test_what_earlier_runs_left_is_settled_first(engine: Engine) -> None:
    planned(engine, 3)
    claimed(engine, "w0", 2)
    assert run(engine, Office().post, at=LATER) == Done(Settled(2, 0, 0), 3, 0, 0, 0, 0, ())


def test_a_broken_letter_fails_and_keeps_nobody_else_back(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    ids = planned(engine, 4)
    done = run(engine, Office().post, build=broken_for(2))
    assert (done.sent, done.failed) == (3, 1)
    assert row(engine, ids[1])["answer"] == r"KeyError: 'no such\nfragment'"
    assert told(engine) == {ids[0], *ids[2:]}
    assert f"letter {ids[1]} cannot be built" in caplog.text


def test_a_letter_that_breaks_the_mailer_keeps_nobody_else_back(engine: Engine) -> None:
    ids = planned(engine, 4)
    office = Office()
    office.act(2, raising(RuntimeError("before")))
    office.act(3, raising(RuntimeError("in the midst"), has_begun=True))
    done = run(engine, office.post)
    assert (done.sent, done.failed, done.uncertain) == (2, 1, 1)
    assert row(engine, ids[2])["state"] == State.UNCERTAIN
    assert (office.opened, office.is_open) == (3, 0)  # what broke is not used any more


def test_a_letter_that_is_called_off_after_it_was_claimed_is_not_handed_over(engine: Engine) -> None:
    ids = planned(engine, 3)
    office = Office()

    def act(message: Message, about_to: Callable[[], None]) -> Answer:
        stand(engine, 1, standing=Standing.LEFT)
        with posting(engine) as connection:
            cancel_of(connection, 2, NOW)
        return office.take(message, about_to)

    office.act(1, act)
    office.act(2, act)
    done = run(engine, office.post)
    assert (done.sent, done.skipped) == (1, 2)
    assert office.recipients == [address(3)]
    assert row(engine, ids[1])["state"] == State.CANCELLED
    assert run(engine, office.post).skipped == 0  # by now it is known that the first one has left
    assert row(engine, ids[0])["state"] == State.CANCELLED


def test_an_answer_to_a_letter_that_is_not_ours_any_more_is_an_error_in_the_log(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    ids = planned(engine, 1)

    def act(_message: Message, _about_to: Callable[[], None]) -> Answer:
        with posting(engine) as connection:
            cancel_of(connection, 1, NOW)
        return NOT_NOW

    office = Office({address(1): act})
    with caplog.at_level(logging.ERROR):
        assert run(engine, office.post).deferred == 0
    assert f"letter {ids[0]} is deferred, but was not ours to say so" in caplog.text


def test_only_so_many_and_only_of_those_subscribers(engine: Engine) -> None:
    planned(engine, 60)
    office = Office()
    assert run(engine, office.post, most=25, connections=3, subscribers=range(11, 51)).sent == 25
    assert run(engine, office.post, most=0).sent == 0
    assert run(engine, office.post, subscribers=range(11, 51)).sent == 15
    assert set(office.recipients) == set(map(address, range(11, 51)))


def test_letters_keep_a_pace_over_all_connections(engine: Engine) -> None:
    planned(engine, 12)
    time, waited = [0.0], []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        time[0] += seconds

    pace: dict[str, Any] = {"per_minute": 6, "wait_seconds": wait, "seconds": lambda: time[0]}
    assert run(engine, Office().post, connections=3, **pace).sent == 12
    assert sum(waited) >= 110
    assert claimed(engine) == []


def test_who_has_nothing_to_send_waits_for_no_turn(engine: Engine) -> None:
    waited: list[float] = []
    planned(engine, 1)
    done = run(engine, Office().post, connections=3, per_minute=1, wait_seconds=waited.append)
    assert (done.sent, waited) == (1, [])


def test_with_a_pace_no_more_is_claimed_than_goes_in_a_minute(engine: Engine) -> None:
    planned(engine, 30)
    left: list[int] = []

    def act(message: Message, about_to: Callable[[], None]) -> Answer:
        left.append(states(engine)[State.CLAIMED])
        return office.take(message, about_to)

    office = Office()
    office.act(1, act)
    run(engine, office.post, per_minute=4, wait_seconds=lambda _seconds: None)
    assert left == [4]


def test_another_run_of_the_same_worker_leaves_what_this_one_has_claimed(engine: Engine) -> None:
    planned(engine, 3)
    left: list[int] = []

    def act(message: Message, about_to: Callable[[], None]) -> Answer:
        run(engine, Office().post)
        left.append(states(engine)[State.CLAIMED])
        return office.take(message, about_to)

    office = Office()
    office.act(2, act)
    run(engine, office.post)
    assert left == [2]
    assert states(engine) == {State.SENT: 3}
