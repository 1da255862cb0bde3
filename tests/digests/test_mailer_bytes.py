"""A letter arrives byte for byte, and nothing in it is taken for a command."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.digests.mailer import smtp_post
from feeds.digests.post import Mailer, Message, Outcome
from tests.digests.posting import TEXT, delivered, letter, nothing, server_at
from tests.digests.smtp_server import SmtpServer, smtp_server


@pytest.fixture(scope="module")
def open_mailer() -> Iterator[tuple[Mailer, SmtpServer]]:
    """A mailer and its server, for many letters."""
    with smtp_server() as server, smtp_post(server_at(server.url), "papers.example", 10_000)() as mailer:
        yield mailer, server


BREAKING_OUT = (
    "ada@reader.example>\r\nRCPT TO:<bob@reader.example",
    "ada@reader.example\nDATA",
    "ada@reader.example> SIZE=1",
    "<ada@reader.example>",
    "ada@reader.example bob@reader.example",
    "ada\0@reader.example",
    "ädä@reader.example",
    "ada@" + "reader." * 40 + "example",
    "ada",
    "",
)


@pytest.mark.parametrize("address", BREAKING_OUT)
def test_an_address_that_would_break_out_of_its_command_is_not_sent(address: str) -> None:
    with smtp_server() as server:
        answers = delivered(
            server.url,
            Message("papers@papers.example", address, TEXT),
            Message(address, "ada@reader.example", TEXT),
        )
    assert [(each.outcome, each.said) for each in answers] == [
        (Outcome.OURS, "an address that is none of SMTP's")
    ] * 2
    assert not server.connections


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: a\n.\nMAIL FROM:<bob@reader.example>\r\n",
        b"Subject: a\r\n\n.\r\nMAIL FROM:<bob@reader.example>\r\n",
        b"Subject: a\r.\r\r\n",
        b"\nSubject: a\r",
        b"Subject: a",
        b"Subject: a\r\n\r\nno end",
        b"",
    ],
)
def test_line_ends_that_servers_read_in_two_ways_are_not_sent(content: bytes) -> None:
    with smtp_server() as server:
        (answer,) = delivered(server.url, letter(content=content))
    assert (answer.outcome, answer.said) == (Outcome.OURS, "line ends other than CRLF")
    assert not server.connections


def test_a_line_that_servers_would_break_is_not_sent() -> None:
    with smtp_server() as server:
        (answer,) = delivered(server.url, letter(content=b"a" * 999 + b"\r\n"))
    assert (answer.outcome, answer.said) == (Outcome.OURS, "a line that is too long")


@pytest.mark.parametrize(
    "content",
    [
        b".\r\n",
        b"..\r\n.\r\n\r\n.\r\n...\r\n",
        b"Subject: a\r\n\r\n.\r\nQUIT\r\n",
        b"\r\n",
        b"a" * 998 + b"\r\n",
        b"." * 998 + b"\r\n.b\r\n",
        bytes(range(256)).replace(b"\r", b"").replace(b"\n", b"") + b"\r\n",
    ],
)
def test_dots_long_lines_and_odd_bytes_arrive_as_they_are(
    open_mailer: tuple[Mailer, SmtpServer], content: bytes
) -> None:
    mailer, server = open_mailer
    assert mailer.deliver(letter(content=content), nothing).outcome is Outcome.SENT
    assert server.messages[-1].content == content


LINES = st.lists(
    st.text("ab. \t", max_size=5) | st.binary(max_size=5).map(lambda line: line.decode("latin-1"))
)


@given(LINES.map(lambda lines: "".join(f"{line}\n" for line in lines)))
def test_any_letter_arrives_as_it_is_or_is_not_sent(
    open_mailer: tuple[Mailer, SmtpServer], text: str
) -> None:
    mailer, server = open_mailer
    before = len(server.messages)
    content = text.encode("latin-1").replace(b"\n", b"\r\n")
    answer = mailer.deliver(letter(content=content), nothing)
    if answer.outcome is Outcome.SENT:
        assert [each.content for each in server.messages[before:]] == [content]
    else:
        assert answer.said == "line ends other than CRLF"
        assert len(server.messages) == before
    assert not server.connections[0].faults
