"""Before the first letter: TLS that holds, a login, and one clear sentence for each thing that stands in the way."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from feeds.digests.handshake import greet
from feeds.digests.post import Outcome
from models.errors import MailError
from tests.digests.certificate import make_certificate
from tests.digests.posting import PATIENT, delivered, letter, server_at
from tests.digests.smtp_script import Act, Drop, Phase, Raw, Say, Stall
from tests.digests.smtp_server import smtp_server

LOGIN = ("papers@papers.example", "open:ses@me/%")


def refusal(url: str) -> str:
    """Why nothing can be sent, which is one line and tells no password; the doctor says the same."""
    with pytest.raises(MailError) as caught:
        delivered(url, letter())
    told = str(caught.value)
    with pytest.raises(MailError, match=r"127\.0\.0\.1|localhost"):
        greet(server_at(url))
    assert told.isprintable()
    assert LOGIN[1] not in f"{told}{caught.value.__cause__!r}"
    return told


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def test_a_server_that_does_not_run() -> None:
    port = free_port()
    assert refusal(f"smtp://127.0.0.1:{port}?tls=off") == (
        f"127.0.0.1:{port} cannot be reached: Connection refused: is PAPERROUND_SMTP_URL right, and does it run?"
    )


def test_a_host_that_there_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(
        MailError, match=r"mail\.papers.example:587 cannot be reached: Name or service not known"
    ):
        delivered("smtp://mail.papers.example", letter())


def test_a_server_without_starttls_hears_neither_letter_nor_password() -> None:
    with smtp_server(login=LOGIN) as server:
        told = refusal(server.url.removesuffix("?tls=off"))
    assert told == (
        f"127.0.0.1:{server.port} offers no STARTTLS: name its port with TLS in PAPERROUND_SMTP_URL, mostly smtps:// "
        "and 465; `?tls=off` does without, for a server on this machine"
    )
    assert {command for seen in server.connections for command in seen.commands[1:]} <= {"QUIT"}


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(certificate: Path) -> None:
    with smtp_server(certificate, login=LOGIN) as server:
        told = refusal(server.url)
    assert told == (
        f"the certificate of 127.0.0.1:{server.port} is not accepted: self-signed certificate: name the host in "
        "PAPERROUND_SMTP_URL as its certificate does; for an authority of your own SSL_CERT_FILE names its certificate"
    )
    assert not any("AUTH" in command for seen in server.connections for command in seen.commands)


def test_a_certificate_of_another_host_is_not_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path, names=("elsewhere.example",))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with smtp_server(certificate) as server:
        told = refusal(server.url.replace("127.0.0.1", "localhost"))
    assert "certificate is not valid for 'localhost'" in told


def test_tls_where_the_server_speaks_none_from_the_start(trusted: Path) -> None:
    with smtp_server() as server:
        told = refusal(f"smtps://127.0.0.1:{server.port}")
    assert told.startswith(f"127.0.0.1:{server.port} speaks no TLS with us: ")
    assert told.endswith(
        "smtps:// is for ports with TLS from the start (465), smtp:// for those with STARTTLS (587)"
    )


@pytest.mark.parametrize("implicit", [False, True], ids=["STARTTLS", "TLS from the start"])
def test_a_letter_goes_out_by_tls_with_a_login(trusted: Path, implicit: bool) -> None:
    with smtp_server(trusted, is_implicit=implicit, login=LOGIN) as server:
        (answer,) = delivered(server.url, letter())
    assert answer.outcome is Outcome.SENT
    assert [each.content for each in server.messages] == [letter().content]
    (seen,) = server.connections
    assert (seen.is_encrypted, seen.user) == (True, LOGIN[0])


def test_what_was_said_in_clear_does_not_count(trusted: Path) -> None:
    with smtp_server(trusted) as server:
        server.on(Phase.EHLO, Say("250-mail.papers.example\n250-SIZE 10\n250 STARTTLS"), times=1)
        assert greet(server_at(server.url)).largest == 10_000_000


def test_what_is_said_in_clear_after_starttls_is_not_taken_for_an_answer(trusted: Path) -> None:
    with smtp_server(trusted) as server:
        server.on(Phase.STARTTLS, Raw(b"220 go ahead\r\n250-injected\r\n250 SIZE 10\r\n", is_accepted=True))
        assert greet(server_at(server.url)).largest == 10_000_000


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_a_login_by_each_way_that_is_offered(trusted: Path, mechanism: str) -> None:
    with smtp_server(trusted, login=LOGIN) as server:
        server.on(Phase.EHLO, Say(f"250-mail.papers.example\n250 AUTH X {mechanism}"), skip=1)
        (answer,) = delivered(server.url, letter())
    assert answer.outcome is Outcome.SENT
    assert f"AUTH {mechanism}" in server.connections[0].commands


def test_a_wrong_password(trusted: Path) -> None:
    with smtp_server(trusted, login=LOGIN) as server:
        server.on(Phase.AUTH, Say(f"535 5.7.8 {LOGIN[1]} is not right"))
        told = refusal(server.url)
    assert told == (
        f"127.0.0.1:{server.port} refuses us as the user papers@papers.example: 535 5.7.8 ... is not right: are user and "
        "password right?"
    )


@pytest.mark.parametrize("offer", ["250 AUTH GSSAPI", "250 8BITMIME"])
def test_a_server_with_no_login_that_is_known_here(trusted: Path, offer: str) -> None:
    with smtp_server(trusted, login=LOGIN) as server:
        server.on(Phase.EHLO, Say(f"250-mail.papers.example\n250-STARTTLS\n{offer}"))
        assert "offers no login that is known here" in refusal(server.url)


def test_a_challenge_that_is_none(trusted: Path) -> None:
    with smtp_server(trusted, login=LOGIN) as server:
        server.on(Phase.AUTH, Say("334 a"))
        assert "offers no login that is known here" in refusal(server.url)


@pytest.mark.parametrize(
    ("phase", "act", "words"),
    [
        (
            Phase.GREETING,
            Say("554 5.7.1 go away"),
            "refuses us at its greeting: 554 5.7.1 go away: ask who runs it",
        ),
        (
            Phase.GREETING,
            Raw(b"HTTP/1.1 400 Bad Request\r\n"),
            "refuses us at its greeting: nothing that is SMTP",
        ),
        (Phase.EHLO, Say("550 5.7.1 bad name"), "refuses us at EHLO: 550 5.7.1 bad name"),
        (Phase.STARTTLS, Say("502 5.5.1 no"), "refuses us at STARTTLS: 502 5.5.1 no"),
    ],
)
def test_a_server_that_refuses_us(trusted: Path, phase: Phase, act: Act, words: str) -> None:
    with smtp_server(trusted) as server:
        server.on(phase, act)
        assert f"127.0.0.1:{server.port} {words}" in refusal(server.url)


@pytest.mark.parametrize("phase", [Phase.GREETING, Phase.EHLO, Phase.STARTTLS, Phase.AUTH])
@pytest.mark.parametrize("act", [Say("454 4.7.0 not now"), Drop()], ids=["4xx", "drop"])
def test_a_server_that_puts_us_off_gets_the_letter_later(trusted: Path, phase: Phase, act: Act) -> None:
    with smtp_server(trusted, login=LOGIN) as server:
        server.on(phase, act)
        (answer,) = delivered(server.url, letter())
        assert answer.outcome is Outcome.RETRY
        with pytest.raises(MailError, match=r"puts us off: 454 4.7.0 not now: try later|hung up"):
            greet(server_at(server.url))


def test_a_server_that_does_not_shake_hands(trusted: Path) -> None:
    with smtp_server(trusted) as server:
        server.on(Phase.STARTTLS, Stall())
        (answer,) = delivered(server.url, letter(), timeouts=PATIENT._replace(command=0.2))
    assert (answer.outcome, answer.said) == (Outcome.RETRY, "the server did not answer in time")
