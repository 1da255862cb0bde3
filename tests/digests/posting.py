"""Letters of the tests, and handing them over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from feeds.digests.mailer import smtp_post
from feeds.digests.post import Answer, Message
from feeds.digests.server import Server, Timeouts, parse_server

PATIENT = Timeouts(connect=20, command=20, ending=20, goodbye=20)
"""For all that is answered at once: a test that fails waits for it."""
HASTY = Timeouts(connect=20, command=0.2, ending=0.2, goodbye=0.2)
"""For a server that stalls."""
TEXT = b"From: papers@papers.example\r\nSubject: Lamps\r\n\r\nThey burn longer than thought.\r\n"


def letter(recipient: str = "ada@reader.example", content: bytes = TEXT) -> Message:
    """A letter to somebody, with a return path of its own."""
    return Message(f"papers+b{recipient.partition('@')[0]}@papers.example", recipient, content)


def server_at(url: str, timeouts: Timeouts = PATIENT) -> Server:
    """The server of a URL."""
    return replace(parse_server(url), timeouts=timeouts)


def nothing() -> None:
    """Before the text is handed over."""


def delivered(
    url: str,
    *letters: Message,
    timeouts: Timeouts = PATIENT,
    per_connection: int = 100,
    about_to: Callable[[], None] = nothing,
) -> list[Answer]:
    """What one mailer says of letters, in their order."""
    with smtp_post(server_at(url, timeouts), "papers.example", per_connection)() as mailer:
        return [mailer.deliver(each, about_to) for each in letters]
