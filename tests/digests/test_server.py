"""The URL of a mail server: all its forms, and no refusal tells the password."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.digests.server import Server, Timeouts, Tls, parse_server
from models.errors import SettingsError

WRONG = (
    ("", "smtp:// or smtps://"),
    ("mail.papers.example", "smtp:// or smtps://"),
    ("http://mail.papers.example", "smtp:// or smtps://"),
    ("smtp://", "must name a host"),
    ("smtp://:587", "must name a host"),
    ("smtp://papers:open-sesame@", "must name a host"),
    ("smtp://a..b", "must name a host"),
    ("smtp://" + "a" * 64, "must name a host"),
    ("smtp://mail.papers.example:0", "is no URL"),
    ("smtp://mail.papers.example:65536", "is no URL"),
    ("smtp://mail.papers.example:smtp", "is no URL"),
    ("smtp://[::1", "is no URL"),
    ("smtp://mail papers.example", "is no URL"),
    ("smtp://mail.papers.example\r\nQUIT", "is no URL"),
    ("smtp://papers:open-sesame#1@mail.papers.example", "is no URL"),
    ("smtp://papers:1#open-sesame@mail.papers.example", "must end after host and port"),
    ("smtp://papers:1/open-sesame@mail.papers.example", "must end after host and port"),
    ("smtp://papers:1?open-sesame@mail.papers.example", "may end with `?tls=off`"),
    ("smtp://mail.papers.example/inbox", "must end after host and port"),
    ("smtp://papers@mail.papers.example", "must have user and password, or neither"),
    ("smtp://papers:@mail.papers.example", "must have user and password, or neither"),
    ("smtp://:open-sesame@mail.papers.example", "must have user and password, or neither"),
    ("smtp://papers:open-sesame%C3%A4@mail.papers.example", "printable ASCII"),
    ("smtp://papers:open-sesame%00@mail.papers.example", "printable ASCII"),
    ("smtp://papers:open-sesame%0d%0a@mail.papers.example", "printable ASCII"),
    ("smtp://papers:open-sesame%ff@mail.papers.example", "printable ASCII"),
    ("smtp://mail.papers.example?tls=on", "may end with `?tls=off`"),
    ("smtp://mail.papers.example?tls=", "may end with `?tls=off`"),
    ("smtp://mail.papers.example?tls=off&tls=off", "may end with `?tls=off`"),
    ("smtp://mail.papers.example?timeout=5", "may end with `?tls=off`"),
    ("smtps://mail.papers.example?tls=off", "may end with `?tls=off`"),
    ("smtp://papers:open-sesame@mail.papers.example?tls=off", "would send the password in clear"),
    ("smtp://papers:open-sesame@192.0.2.1?tls=off", "would send the password in clear"),
    ("smtp://papers:open-sesame@localhost.papers.example?tls=off", "would send the password in clear"),
)


@pytest.mark.parametrize(("url", "words"), WRONG)
def test_a_wrong_url_is_one_line_without_its_password(url: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_server(url)
    told = str(caught.value)
    assert told.startswith("PAPERROUND_SMTP_URL: ")
    assert words in told
    assert "\n" not in told
    seen = caught.value.__cause__ or caught.value.__context__
    assert "sesame" not in f"{told}{seen!r}"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.papers.example", Server("mail.papers.example", 587)),
        ("smtp://mail.papers.example/", Server("mail.papers.example", 587)),
        ("SMTP://Mail.Papers.Example:2525", Server("mail.papers.example", 2525)),
        ("smtps://mail.papers.example", Server("mail.papers.example", 465, tls=Tls.IMPLICIT)),
        ("smtps://mail.papers.example:4650", Server("mail.papers.example", 4650, tls=Tls.IMPLICIT)),
        ("smtp://mail.papers.example:25?tls=off", Server("mail.papers.example", 25, tls=Tls.OFF)),
        ("smtp://papers:p@localhost?tls=off", Server("localhost", 587, "papers", "p", Tls.OFF)),
        ("smtp://papers:p@127.0.0.9?tls=off", Server("127.0.0.9", 587, "papers", "p", Tls.OFF)),
        ("smtp://papers:p@[::1]:25?tls=off", Server("::1", 25, "papers", "p", Tls.OFF)),
        ("smtp://pöst.example", Server("xn--pst-sna.example", 587)),
        (
            "smtps://papers%40papers.example:%2F%3F%23%25%3A%40+@mail.papers.example",
            Server("mail.papers.example", 465, "papers@papers.example", "/?#%:@+", Tls.IMPLICIT),
        ),
    ],
)
def test_a_url_is_a_server(url: str, server: Server) -> None:
    assert parse_server(url) == server


def test_who_is_told_of_a_server_sees_host_and_port() -> None:
    assert parse_server("smtp://[2001:db8::1]").name == "[2001:db8::1]:587"
    assert parse_server("smtps://papers:open-sesame@mail.papers.example").name == "mail.papers.example:465"


def test_the_password_is_in_no_text_of_a_server() -> None:
    server = parse_server("smtps://papers:open-sesame@mail.papers.example")
    assert server.password == "open-sesame"
    assert "sesame" not in f"{server}{server!r}"


def test_a_server_is_waited_for_as_long_as_the_standard_asks() -> None:
    assert parse_server("smtp://mail.papers.example").timeouts == Timeouts(30, 300, 600, 5)


@given(st.text() | st.builds("smtp://{}:{}@{}{}".format, st.text(), st.text(), st.text(), st.text()))
def test_any_text_is_a_server_or_is_refused_in_one_line(url: str) -> None:
    try:
        server = parse_server(url)
    except SettingsError as error:
        assert str(error).isprintable()  # noqa: PT017 - either outcome is right
    else:
        assert server.host.isascii()
        assert 0 < server.port < 65536
