"""A pretended mail server for one run, scripted by the recipient; and a run against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import Engine

from feeds.digests.post import Answer, Mailer, Message, Outcome, Post
from flows.mail.mail_run import Build
from flows.mail.sending import Done, send
from models.mail.delivery import DIGESTS, Delivery
from models.mail.letters import Fragment
from tests.mail.planned import NOW, address

SENT = Answer(Outcome.SENT, 250, "2.0.0", "queued")
NOT_NOW = Answer(Outcome.RETRY, 451, "4.3.0", "later")
NO_SUCH = Answer(Outcome.REFUSED, 550, "5.1.1", "no such user", is_hard=True)
REFUSED = Answer(Outcome.REFUSED, 552, "5.2.2", "the box is full")
OURS = Answer(Outcome.OURS, 550, "5.7.26", "not authenticated")
HUNG_UP = Answer(Outcome.UNCERTAIN, said="the server hung up")

Act = Callable[[Message, Callable[[], None]], Answer]
"""What the server does with a message; whether and when it asks `about_to` is its own matter."""


@dataclass
class Office:
    """A mail server in memory: takes every message but those of recipients that it has an act for."""

    acts: dict[str, Act] = field(default_factory=dict)
    taken: list[Message] = field(default_factory=list)
    opened: int = 0
    is_open: int = 0
    _lock: Lock = field(default_factory=Lock)

    @property
    def post(self) -> Post:
        """Opens a mailer that hands over to it."""

        @contextmanager
        def mailer() -> Iterator[Mailer]:
            with self._lock:
                self.opened, self.is_open = self.opened + 1, self.is_open + 1
            try:
                yield _OfficeMailer(self)
            finally:
                with self._lock:
                    self.is_open -= 1

        return mailer

    def act(self, number: int, act: Act) -> None:
        """Does so with letters to a subscriber."""
        self.acts[address(number)] = act

    def take(self, message: Message, about_to: Callable[[], None]) -> Answer:
        """Accepts a message."""
        about_to()
        with self._lock:
            self.taken.append(message)
        return SENT

    @property
    def recipients(self) -> list[str]:
        """To whom a message was taken."""
        return [message.recipient for message in self.taken]


class _OfficeMailer:
    def __init__(self, office: Office) -> None:
        self._office = office

    def deliver(self, message: Message, about_to: Callable[[], None]) -> Answer:
        act = self._office.acts.get(message.recipient, self._office.take)
        return act(message, about_to)


def refusing(answer: Answer) -> Act:
    """The recipient is not accepted."""
    return lambda _message, _about_to: answer


def answering(answer: Answer) -> Act:
    """The text is handed over, and that is the answer."""

    def act(_message: Message, about_to: Callable[[], None]) -> Answer:
        about_to()
        return answer

    return act


def raising(error: BaseException, *, has_begun: bool = False) -> Act:
    """Something goes wrong in the mailer, or with the server."""

    def act(_message: Message, about_to: Callable[[], None]) -> Answer:
        if has_begun:
            about_to()
        raise error

    return act


def build(delivery: Delivery, fragments: Mapping[str, Fragment]) -> Message:
    """A letter, short and good."""
    text = "".join(fragments[key].text for key in delivery.letter.pieces).replace("\n", "\r\n")
    head = f"Message-ID: <{delivery.id}@papers.example>\r\nSubject: {delivery.letter.subject}\r\n\r\n"
    return Message(f"b{delivery.id}@papers.example", delivery.address, f"{head}{text}".encode())


def broken_for(*numbers: int) -> Build:
    """A builder that cannot make the letters of some."""

    def builder(delivery: Delivery, fragments: Mapping[str, Fragment]) -> Message:
        if delivery.subscriber_id in numbers:
            raise KeyError("no such\nfragment")
        return build(delivery, fragments)

    return builder


def run(engine: Engine, post: Post, *, at: datetime = NOW, **differently: Any) -> Done:
    """A run of mail, on one connection and without a pace unless that is told."""
    terms: dict[str, Any] = {"kinds": DIGESTS, "worker": "w1", "connections": 1, "per_minute": None}
    builder = differently.pop("build", build)
    return send(engine, post, builder, lambda: at, **{**terms, **differently})
