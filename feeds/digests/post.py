"""What a mailer promises: a message goes out, or the answer says what became of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import NamedTuple, Protocol


class Message(NamedTuple):
    """A mail that is ready: the return path, the one recipient, the bytes with CRLF line ends."""

    sender: str
    recipient: str
    content: bytes


class Outcome(StrEnum):
    """What became of a message."""

    SENT = "sent"
    RETRY = "retry"  # not taken now, maybe later
    REFUSED = "refused"  # not taken, for good
    OURS = "ours"  # not taken, for a fault of ours: policy, content, authentication of the sender
    UNCERTAIN = "uncertain"  # handed over whole, and no answer came


class Answer(NamedTuple):
    """What a server said of a message. `status` is as in RFC 3463, "" where it said none; `said` one clean line.

    `is_hard` where it said that there is no such mailbox (any more).
    """

    outcome: Outcome
    code: int = 0
    status: str = ""
    said: str = ""
    is_hard: bool = False


class Mailer(Protocol):
    """A way to send one message after another, used by one thread."""

    def deliver(self, message: Message, about_to: Callable[[], None]) -> Answer:
        """Sends a message. `about_to` is called when the recipient is accepted, before the text is handed over;
        where it raises, nothing is handed over and the error goes on.

        Raises MailError where the server cannot be reached or refuses us, whatever the message: stop then.
        Nothing of this message has been handed over in that case.
        """
        ...


Post = Callable[[], AbstractContextManager[Mailer]]
"""Opens a mailer, for one thread."""
