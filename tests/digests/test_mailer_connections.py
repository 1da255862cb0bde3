"""A connection serves many letters, and is made anew when it is worn or gone."""

from __future__ import annotations

import pytest

from feeds.digests.connection import Connection, Reply
from feeds.digests.mailer import smtp_post
from feeds.digests.post import Outcome
from models.errors import MailError
from tests.digests.posting import delivered, letter, nothing, server_at
from tests.digests.smtp_script import Act, Drop, Phase, Raw, Say
from tests.digests.smtp_server import smtp_server

FIVE = [letter(f"reader{number}@reader.example") for number in range(5)]


def test_no_letter_no_connection() -> None:
    with smtp_server() as server:
        delivered(server.url)
    assert not server.connections


def test_all_letters_go_over_one_connection_each_in_a_transaction_of_its_own() -> None:
    with smtp_server() as server:
        answers = delivered(server.url, *FIVE)
    assert [answer.outcome for answer in answers] == [Outcome.SENT] * 5
    assert [each.recipient for each in server.messages] == [each.recipient for each in FIVE]
    assert [each.sender for each in server.messages] == [each.sender for each in FIVE]
    (seen,) = server.connections
    assert [command.split(" ")[0] for command in seen.commands] == [
        "ehlo",
        *["MAIL", "RCPT", "DATA"] * 5,
        "QUIT",
    ]


def test_it_is_made_anew_after_so_many_letters_and_takes_leave_each_time() -> None:
    with smtp_server() as server:
        delivered(server.url, *FIVE, per_connection=2)
    assert [each.connection for each in server.messages] == [0, 0, 1, 1, 2]
    assert [seen.commands[-1] for seen in server.connections] == ["QUIT"] * 3


def test_refused_letters_count_too() -> None:
    with smtp_server() as server:
        server.on(Phase.RCPT, Say("450 4.2.1 later"))
        delivered(server.url, *FIVE, per_connection=2)
    assert len(server.connections) == 3


def test_a_server_that_takes_fewer_letters_over_a_connection_gets_them_all() -> None:
    with smtp_server(most=2) as server:
        answers = delivered(server.url, *FIVE)
    assert [answer.outcome for answer in answers] == [Outcome.SENT] * 5
    assert [each.connection for each in server.messages] == [0, 0, 1, 1, 2]


def test_a_server_that_hangs_up_between_two_letters_loses_none() -> None:
    with smtp_server() as server, smtp_post(server_at(server.url), "papers.example")() as mailer:
        for each in FIVE:
            assert mailer.deliver(each, nothing).outcome is Outcome.SENT
            server.hang_up()
    assert [each.connection for each in server.messages] == [0, 1, 2, 3, 4]


def test_a_server_that_is_gone_between_two_letters_cannot_be_reached() -> None:
    with smtp_server() as server, smtp_post(server_at(server.url), "papers.example")() as mailer:
        mailer.deliver(FIVE[0], nothing)
        server.stop()
        with pytest.raises(MailError, match="cannot be reached"):
            mailer.deliver(FIVE[1], nothing)


@pytest.mark.parametrize("act", [Drop(), Say("421 4.4.2 idle for too long")], ids=["drop", "421"])
def test_it_is_only_made_anew_once_for_a_letter(act: Act) -> None:
    with smtp_server() as server:
        server.on(Phase.MAIL, act, skip=1)
        answers = delivered(server.url, *FIVE[:2])
    assert [answer.outcome for answer in answers] == [Outcome.SENT, Outcome.RETRY]
    assert len(server.connections) == 2


@pytest.mark.parametrize("act", [Drop(), Say("421 4.7.0 that is enough")], ids=["drop", "421"])
def test_a_recipient_at_whose_name_it_hangs_up_is_not_asked_for_again(act: Act) -> None:
    with smtp_server() as server:
        server.on(Phase.RCPT, act, recipient=FIVE[1].recipient)
        answers = delivered(server.url, *FIVE[:3])
    assert [answer.outcome for answer in answers] == [Outcome.SENT, Outcome.RETRY, Outcome.SENT]
    assert [each.connection for each in server.messages] == [0, 1]
    assert len(server.connections) == 2


def test_a_server_that_says_it_closes_is_left_though_it_does_not_hang_up() -> None:
    with smtp_server() as server:
        server.on(Phase.RCPT, Raw(b"421 4.3.2 bye\r\n"), times=1)
        answers = delivered(server.url, *FIVE[:2])
    assert [answer.outcome for answer in answers] == [Outcome.RETRY, Outcome.SENT]
    assert [each.connection for each in server.messages] == [1]


@pytest.mark.parametrize("step", ["put", "end"])
def test_a_letter_that_is_interrupted_leaves_no_connection_behind(
    monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    asked: list[str] = []

    def ask(connection: Connection, command: str) -> Reply:
        asked.append(command.split(" ")[0])
        return once(connection, command)

    once = Connection.ask
    monkeypatch.setattr(Connection, "ask", ask)
    with smtp_server() as server, smtp_post(server_at(server.url), "papers.example")() as mailer:
        with monkeypatch.context() as patch:
            patch.setattr(Connection, step, interrupted)
            with pytest.raises(KeyboardInterrupt):
                mailer.deliver(FIVE[0], nothing)
        assert mailer.deliver(FIVE[1], nothing).outcome is Outcome.SENT
    assert asked == ["MAIL", "RCPT", "DATA"] * 2
    assert [(each.recipient, each.connection) for each in server.messages] == [(FIVE[1].recipient, 1)]


@pytest.mark.parametrize("act", [Drop(), Say("502 5.5.1 what?"), Say("421 4.3.2 bye")])
def test_where_a_letter_is_not_forgotten_the_next_has_a_new_connection(act: Act) -> None:
    with smtp_server() as server:
        server.on(Phase.RCPT, Say("450 4.2.1 later"), times=1)
        server.on(Phase.RSET, act)
        answers = delivered(server.url, *FIVE[:2])
    assert [answer.outcome for answer in answers] == [Outcome.RETRY, Outcome.SENT]
    assert [each.connection for each in server.messages] == [1]


def test_it_is_told_how_big_a_letter_is_where_that_is_asked_for() -> None:
    with smtp_server(size=10) as server:
        (answer,) = delivered(server.url, FIVE[0])
    assert (answer.outcome, answer.code, answer.status) == (Outcome.OURS, 552, "5.3.4")
    with smtp_server() as server:
        server.on(Phase.EHLO, Say("250-mail.papers.example\n250 8BITMIME"))
        delivered(server.url, FIVE[0])
    assert server.connections[0].commands[1] == f"MAIL FROM:<{FIVE[0].sender}>"


def test_each_mailer_has_a_connection_of_its_own() -> None:
    with smtp_server() as server:
        post = smtp_post(server_at(server.url), "papers.example")
        with post() as one, post() as other:
            one.deliver(FIVE[0], nothing)
            other.deliver(FIVE[1], nothing)
            one.deliver(FIVE[2], nothing)
    assert [each.connection for each in server.messages] == [0, 1, 0]
