"""A run of mail against a real SMTP server: whatever it answers, and wherever it hangs up, each letter ends as it must."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import pytest
from sqlalchemy import Engine

from feeds.digests.mailer import smtp_post
from feeds.digests.post import Message, Post
from feeds.digests.server import Timeouts, parse_server
from flows.mail.endings import FIRST
from flows.mail.sending import StoppedError
from models.database import reading
from models.mail.delivery import Delivery, State
from models.mail.letters import Fragment
from models.mail.outbox import uncertain_ones
from tests.databases import opened
from tests.digests.smtp_script import Act, Drop, Phase, Say, Stall
from tests.digests.smtp_server import SmtpServer, smtp_server
from tests.mail.mailers import build, run
from tests.mail.planned import NOW, address, planned, row, states

LINES = 600_000


def post_to(server: SmtpServer, ending: float = 20) -> Post:
    timeouts = Timeouts(connect=20, command=20, ending=ending, goodbye=5)
    return smtp_post(replace(parse_server(server.url), timeouts=timeouts), "papers.example")


class Case(NamedTuple):
    """What the server does with a letter, the state that it comes to, how often the server has it in the end."""

    phase: Phase
    act: Act
    state: State
    sent: int


CASES = (
    Case(Phase.NOOP, Say("250 nobody asks"), State.SENT, 1),
    Case(Phase.RCPT, Say("451 4.3.0 later"), State.DEFERRED, 1),
    Case(Phase.DOT, Say("451 4.3.0 later"), State.DEFERRED, 1),
    Case(Phase.RCPT, Say("452 4.2.2 the box is full"), State.DEFERRED, 1),
    Case(Phase.RCPT, Say("421 4.3.2 closing"), State.DEFERRED, 1),
    Case(Phase.DOT, Say("421 4.3.2 closing"), State.DEFERRED, 1),
    Case(Phase.RCPT, Say("550 5.1.1 no such user"), State.FAILED, 0),
    Case(Phase.RCPT, Say("550 5.7.26 not authenticated"), State.DEFERRED, 1),
    Case(Phase.DOT, Say("550 5.7.26 not authenticated"), State.DEFERRED, 1),
    Case(Phase.DATA, Drop(), State.DEFERRED, 1),
    Case(Phase.DOT, Drop(), State.UNCERTAIN, 0),
    Case(Phase.STORED, Drop(), State.UNCERTAIN, 1),
)


def test_every_end_of_a_letter(engine: Engine) -> None:
    ids = planned(engine, len(CASES))
    with smtp_server() as server:
        for number, case in enumerate(CASES, 1):
            server.on(case.phase, case.act, recipient=address(number), times=1)
            run(engine, post_to(server), subscribers=range(number, number + 1))
            assert row(engine, ids[number - 1])["state"] == case.state, case
        for _ in range(2):
            run(engine, post_to(server), at=NOW + FIRST)
        sent = [message.recipient for message in server.messages]
    for number, case in enumerate(CASES, 1):
        assert sent.count(address(number)) == case.sent, case
    with reading(engine) as connection:
        doubtful = {each.id for each in uncertain_ones(connection)}
    assert doubtful == {each for each, case in zip(ids, CASES, strict=True) if case.state is State.UNCERTAIN}


def test_a_server_that_is_silent_when_it_has_a_letter_may_have_sent_it(engine: Engine) -> None:
    ids = planned(engine, 2)
    with smtp_server() as server:
        server.on(Phase.DOT, Stall(), recipient=address(1))
        run(engine, post_to(server, ending=0.5))
        assert [row(engine, each)["state"] for each in ids] == [State.UNCERTAIN, State.SENT]


def long(delivery: Delivery, fragments: Mapping[str, Fragment]) -> Message:
    """A letter that does not go into the buffers of a connection as a whole."""
    message = build(delivery, fragments)
    return message._replace(content=message.content + b"More papers.\r\n" * LINES)


def test_a_server_that_hangs_up_in_the_midst_of_a_text_has_not_got_it(sqlite_url: str) -> None:
    with opened(sqlite_url) as engine, smtp_server(receive_buffer=4096) as server:
        (delivery_id,) = planned(engine, 1)
        server.on(Phase.TEXT, Drop(after=9), times=1)
        run(engine, post_to(server), build=long)
        assert row(engine, delivery_id)["state"] == State.DEFERRED
        assert run(engine, post_to(server), at=NOW + FIRST).sent == 1


def test_letters_go_over_kept_connections_and_new_ones_when_the_server_has_enough(engine: Engine) -> None:
    planned(engine, 60)
    with smtp_server(most=9) as server:
        assert run(engine, post_to(server), connections=4).sent == 60
        assert len(server.messages) == 60
        assert 7 <= len(server.connections) <= 12


def test_a_server_that_is_not_there_stops_the_run_with_what_to_do(engine: Engine) -> None:
    planned(engine, 9)
    with smtp_server() as server:
        post = post_to(server)
    with pytest.raises(StoppedError, match=r"cannot be reached: .*is PAPERROUND_SMTP_URL right"):
        run(engine, post, connections=3)
    assert states(engine) == {"planned": 9}


def test_a_server_that_refuses_the_sender_stops_the_run(engine: Engine) -> None:
    planned(engine, 9)
    with smtp_server() as server:
        server.on(Phase.MAIL, Say("550 5.7.1 not from you"), skip=3)
        with pytest.raises(StoppedError, match="refuses our letters at MAIL FROM") as caught:
            run(engine, post_to(server))
        assert caught.value.done.sent == len(server.messages) == 3
    assert states(engine) == {"sent": 3, "planned": 6}
