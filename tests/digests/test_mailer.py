"""What becomes of a letter, by what a real server answers, or does not."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from feeds.digests.answers import LONGEST
from feeds.digests.mailer import smtp_post
from feeds.digests.post import Outcome
from feeds.digests.server import Timeouts
from models.errors import MailError
from tests.digests.posting import HASTY, PATIENT, TEXT, delivered, letter, nothing, server_at
from tests.digests.smtp_script import Act, Drop, Phase, Raw, Say, Stall
from tests.digests.smtp_server import smtp_server

BIG = TEXT + b"Lamps burn longer than thought.\r\n" * 300_000
"""More than the buffers between two sockets hold."""

ANSWERS = (
    (Phase.GREETING, "421 4.3.2 too many connections", Outcome.RETRY, False),
    (Phase.EHLO, "451 4.3.0 not now", Outcome.RETRY, False),
    (Phase.MAIL, "451 4.7.1 greylisted", Outcome.RETRY, False),
    (Phase.MAIL, "421 4.7.0 too fast", Outcome.RETRY, False),
    (Phase.MAIL, "552 5.3.4 too big", Outcome.OURS, False),
    (Phase.MAIL, "552 too big", Outcome.OURS, False),
    (Phase.RCPT, "450 4.2.1 come back", Outcome.RETRY, False),
    (Phase.RCPT, "451 4.3.0 not now", Outcome.RETRY, False),
    (Phase.RCPT, "452 4.2.2 full", Outcome.RETRY, False),
    (Phase.RCPT, "421 4.7.0 bye", Outcome.RETRY, False),
    (Phase.RCPT, "550 5.1.1 no such user", Outcome.REFUSED, True),
    (Phase.RCPT, "550-5.1.1 The account that you tried to reach\n550 5.1.1 is not", Outcome.REFUSED, True),
    (Phase.RCPT, "552 5.2.2 full", Outcome.REFUSED, False),
    (Phase.RCPT, "550 5.7.26 not authenticated", Outcome.OURS, False),
    (Phase.RCPT, "354 what?", Outcome.RETRY, False),
    (Phase.DATA, "451 4.3.0 not now", Outcome.RETRY, False),
    (Phase.DATA, "421 4.3.2 going down", Outcome.RETRY, False),
    (Phase.DATA, "554 5.7.1 no", Outcome.OURS, False),
    (Phase.DATA, "250 fine", Outcome.RETRY, False),
    (Phase.DOT, "451 4.3.0 not now", Outcome.RETRY, False),
    (Phase.DOT, "452 4.3.1 disk is full", Outcome.RETRY, False),
    (Phase.DOT, "421 4.3.2 going down", Outcome.RETRY, False),
    (Phase.DOT, "550 5.1.1 no such user", Outcome.REFUSED, True),
    (Phase.DOT, "550 5.7.26 not authenticated", Outcome.OURS, False),
    (Phase.DOT, "554 no", Outcome.OURS, False),
    (Phase.DOT, "354 go on", Outcome.UNCERTAIN, False),
    (Phase.DOT, "250 2.0.0 taken", Outcome.SENT, False),
)


@pytest.mark.parametrize(("phase", "says", "outcome", "is_hard"), ANSWERS)
def test_an_answer_ends_a_letter_as_it_must(phase: Phase, says: str, outcome: Outcome, is_hard: bool) -> None:
    with smtp_server() as server:
        server.on(phase, Say(says))
        (answer,) = delivered(server.url, letter())
    assert (answer.outcome, answer.is_hard, answer.code) == (outcome, is_hard, int(says[:3]))
    assert not server.messages


@pytest.mark.parametrize("phase", [Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.DOT])
def test_after_a_refusal_the_next_letter_goes_out(phase: Phase) -> None:
    with smtp_server() as server:
        server.on(phase, Say("450 4.0.0 no"), times=1)
        answers = delivered(server.url, letter("ada@reader.example"), letter("bob@reader.example"))
    assert [answer.outcome for answer in answers] == [Outcome.RETRY, Outcome.SENT]
    assert [each.recipient for each in server.messages] == ["bob@reader.example"]
    (seen,) = server.connections
    assert not seen.faults


@pytest.mark.parametrize(
    "says",
    ["550 5.1.1 no such sender", "550 5.2.1 your account is disabled", "553 user unknown", "503 5.5.1 what?"],
)
def test_what_is_said_of_the_sender_is_not_held_against_the_reader(says: str) -> None:
    with smtp_server() as server:
        server.on(Phase.MAIL, Say(says))
        with pytest.raises(MailError, match="refuses our letters"):
            delivered(server.url, letter())


def test_a_sender_who_is_refused_stops_all() -> None:
    with smtp_server() as server:
        server.on(Phase.MAIL, Say("550 5.7.1 you are not allowed to"))
        with pytest.raises(MailError) as caught:
            delivered(server.url, letter())
    assert str(caught.value) == (
        f"127.0.0.1:{server.port} refuses our letters at MAIL FROM: 550 5.7.1 you are not allowed to: may they come from "
        "PAPERROUND_MAIL_RETURN (unset: MAIL_FROM), and as many?"
    )


def _no_smtp() -> Raw:
    return Raw(b"<html>\r\n")


def _endless() -> Raw:
    return Raw(b"250" + b" " * 9000 + b"\r\n")


@pytest.mark.parametrize("phase", [Phase.GREETING, Phase.EHLO, Phase.MAIL, Phase.RCPT, Phase.DATA])
@pytest.mark.parametrize("make", [Drop, Stall])
def test_what_ends_before_the_dot_is_tried_again(phase: Phase, make: Callable[[], Act]) -> None:
    with smtp_server() as server:
        server.on(phase, make())
        (answer,) = delivered(server.url, letter(), timeouts=HASTY if make is Stall else PATIENT)
    assert (answer.outcome, answer.code) == (Outcome.RETRY, 0)
    assert answer.said == f"the server {'hung up' if make is Drop else 'did not answer in time'}"
    assert not server.messages


@pytest.mark.parametrize("phase", [Phase.MAIL, Phase.RCPT, Phase.DATA])
@pytest.mark.parametrize("make", [_no_smtp, _endless])
def test_what_is_no_answer_before_the_dot_is_tried_again_on_a_new_connection(
    phase: Phase, make: Callable[[], Act]
) -> None:
    with smtp_server() as server:
        server.on(phase, make(), times=1)
        answers = delivered(server.url, letter(), letter("bob@reader.example"))
    assert [answer.outcome for answer in answers] == [Outcome.RETRY, Outcome.SENT]
    assert len(server.connections) == 2


@pytest.mark.parametrize("act", [Drop(after=100_000), Stall()], ids=["drop", "stall"])
def test_what_ends_in_the_midst_of_the_text_is_tried_again(act: Act) -> None:
    with smtp_server(size=len(BIG), receive_buffer=4096) as server:
        server.on(Phase.TEXT, act)
        timeouts = HASTY if isinstance(act, Stall) else PATIENT
        (answer,) = delivered(server.url, letter(content=BIG), timeouts=timeouts)
        assert answer.outcome is Outcome.RETRY
    assert not server.messages


@pytest.mark.parametrize("phase", [Phase.DOT, Phase.STORED])
@pytest.mark.parametrize("make", [Drop, Stall, _no_smtp, _endless])
def test_what_has_no_answer_after_the_dot_is_uncertain(phase: Phase, make: Callable[[], Act]) -> None:
    with smtp_server() as server:
        server.on(phase, make(), times=1)
        timeouts = PATIENT._replace(ending=0.1) if make is Stall else PATIENT
        (answer,) = delivered(server.url, letter(), timeouts=timeouts)
        assert (answer.outcome, answer.code) == (Outcome.UNCERTAIN, 0)
        assert len(server.messages) == (phase is Phase.STORED)


def test_after_an_uncertain_letter_the_next_goes_out_on_a_new_connection() -> None:
    with smtp_server() as server:
        server.on(Phase.STORED, Drop(), times=1)
        answers = delivered(server.url, letter(), letter("bob@reader.example"))
    assert [answer.outcome for answer in answers] == [Outcome.UNCERTAIN, Outcome.SENT]
    assert [(each.recipient, each.connection) for each in server.messages] == [
        ("ada@reader.example", 0),
        ("bob@reader.example", 1),
    ]


def test_the_answer_to_the_dot_is_waited_for_as_long_as_the_standard_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float | None] = []

    class Noted(socket.socket):
        def settimeout(self, value: float | None) -> None:
            waits.append(value)
            super().settimeout(value)

    with smtp_server() as server:
        monkeypatch.setattr(socket, "socket", Noted)
        delivered(server.url, letter(), timeouts=Timeouts())
    mine = [each for each in waits if each]
    # connected; the greeting, EHLO, MAIL, RCPT, DATA, the text; the dot; QUIT
    assert mine == [30, 300, 300, 300, 300, 300, 300, 600, 5]


def test_a_failure_before_the_text_leaves_the_letter_unsent_and_the_next_goes_out() -> None:
    with smtp_server() as server, smtp_post(server_at(server.url), "papers.example")() as mailer:

        def fail() -> None:
            raise KeyError("the database is gone")

        with pytest.raises(KeyError):
            mailer.deliver(letter(), fail)
        assert not server.messages
        assert mailer.deliver(letter("bob@reader.example"), nothing).outcome is Outcome.SENT
    assert [each.recipient for each in server.messages] == ["bob@reader.example"]
    assert server.connections[0].commands == [
        "ehlo papers.example",
        f"MAIL FROM:<papers+bada@papers.example> SIZE={len(TEXT)}",
        "RCPT TO:<ada@reader.example>",
        "RSET",
        f"MAIL FROM:<papers+bbob@papers.example> SIZE={len(TEXT)}",
        "RCPT TO:<bob@reader.example>",
        "DATA",
        "QUIT",
    ]


@pytest.mark.parametrize("phase", [Phase.MAIL, Phase.RCPT])
def test_nobody_is_told_that_a_refused_letter_is_about_to_go(phase: Phase) -> None:
    told: list[int] = []
    with smtp_server() as server:
        server.on(phase, Say("450 4.0.0 no"))
        delivered(server.url, letter(), about_to=lambda: told.append(1))
        assert not told


def test_it_is_told_once_when_the_recipient_is_accepted_and_before_the_text() -> None:
    told: list[list[str]] = []
    with smtp_server() as server:
        delivered(server.url, letter(), about_to=lambda: told.append(list(server.connections[0].commands)))
    assert [commands[-1] for commands in told] == ["RCPT TO:<ada@reader.example>"]


def test_what_a_server_says_is_one_clean_line() -> None:
    with smtp_server() as server:
        server.on(
            Phase.RCPT, Raw(b"550-5.1.1 no\x1b[31m\r\n550 5.1.1 \xff\xe2\x80\xae" + b"so " * 900 + b"\r\n")
        )
        (answer,) = delivered(server.url, letter())
    assert answer.said.startswith("no[31m \ufffdso so")
    assert len(answer.said) <= LONGEST
    assert answer.said.isprintable()


def test_a_quit_that_is_not_answered_costs_little() -> None:
    with smtp_server() as server:
        server.on(Phase.QUIT, Stall())
        (answer,) = delivered(server.url, letter(), timeouts=PATIENT._replace(goodbye=0.05))
        assert answer.outcome is Outcome.SENT
