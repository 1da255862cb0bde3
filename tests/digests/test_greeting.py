"""A look at a mail server: how it takes us in, within seconds, and nothing is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.digests import handshake
from feeds.digests.connection import LostError
from feeds.digests.handshake import Greeting, greet
from feeds.digests.server import Server, parse_server
from models.errors import MailError
from tests.digests.posting import HASTY, server_at
from tests.digests.smtp_script import Phase, Say
from tests.digests.smtp_server import smtp_server

LOGIN = ("papers@papers.example", "open:ses@me/%")


def test_a_greeting_tells_of_tls_and_the_largest_letter_and_sends_nothing(trusted: Path) -> None:
    with smtp_server(trusted, login=LOGIN, size=2_000) as server:
        assert greet(server_at(server.url)) == Greeting("TLSv1.3", 2_000)
    assert server.connections[0].commands[-2:] == ["NOOP", "QUIT"]
    assert not server.messages
    with smtp_server() as server:
        server.on(Phase.EHLO, Say("250-mail.papers.example\n250 SIZE"))
        assert greet(server_at(server.url)) == Greeting("", 0)


def test_a_server_that_would_not_go_on_is_told() -> None:
    with smtp_server() as server:
        server.on(Phase.NOOP, Say("502 5.5.1 what?"))
        with pytest.raises(MailError, match=r"refuses us at NOOP: 502 5.5.1 what\?"):
            greet(server_at(server.url))


@pytest.mark.parametrize(
    ("helo", "heard"),
    [
        ("papers.example", "papers.example"),
        ("127.0.0.1", "[127.0.0.1]"),
        ("2001:db8::1", "[IPv6:2001:db8::1]"),
    ],
)
def test_an_address_is_called_as_the_standard_has_it(helo: str, heard: str) -> None:
    with smtp_server() as server:
        greet(server_at(server.url), helo)
    assert server.connections[0].commands[0] == f"ehlo {heard}"


def test_without_a_name_this_machine_gives_its_own() -> None:
    with smtp_server() as server:
        greet(server_at(server.url))
    assert len(server.connections[0].commands[0]) > len("ehlo ")


def test_a_greeting_is_not_waited_for_as_long_as_when_a_letter_is_at_stake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []

    def opened(server: Server, *_: object) -> None:
        waits.extend(server.timeouts)
        raise LostError("hung up")

    monkeypatch.setattr(handshake, "open_connection", opened)
    with pytest.raises(MailError):
        greet(parse_server("smtp://mail.papers.example"))
    assert max(waits) == 5


def test_a_server_for_tls_from_the_start_waits_for_us_and_we_for_it(
    trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handshake, "_QUICK", HASTY)
    with smtp_server(trusted, is_implicit=True) as server, pytest.raises(MailError) as caught:
        greet(server_at(server.url.replace("smtps://", "smtp://")))
    assert "did not answer in time: is PAPERROUND_SMTP_URL right? smtps:// is for ports" in str(caught.value)
