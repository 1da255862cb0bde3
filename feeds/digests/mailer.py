"""Sends letters by SMTP, one transaction with one recipient each (RFC 5321 3.3), and says what became of them.

What counts is whether the server may have a letter. It has not before the dot that ends the text is handed over:
whatever fails till then is to be tried again. From there on it has, until it says otherwise: where its answer does
not come, the letter is uncertain, for who sends it again sends it twice (RFC 1047).
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from feeds.digests.answers import Phase, classify
from feeds.digests.connection import Connection, LostError, Reply
from feeds.digests.handshake import BusyError, open_connection
from feeds.digests.post import Answer, Mailer, Message, Outcome, Post
from feeds.digests.server import Server
from models.errors import MailError

_CLOSING = 421  # "service not available, closing transmission channel" (RFC 5321 4.2.2)
_START_TEXT = 354
_TOO_BIG = 552
_OF_THE_MESSAGE = frozenset({"5.2.3", "5.3.4"})
"""Too big: the one reason to refuse MAIL that is a message's own (RFC 1870)."""
_PATH = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")  # printable ASCII without blanks and angle brackets
_LONGEST_PATH = 254
_LONGEST_LINE = 998  # RFC 5322 2.1.1


def smtp_post(server: Server, helo: str | None = None, per_connection: int = 100) -> Post:
    """Mailers that hand letters to a server. Each keeps its connection for so many letters, then makes another.

    `helo` is what we are called in ASCII, unset: the name of this machine. The first letter opens the connection.
    """
    context = ssl.create_default_context()

    @contextmanager
    def opened() -> Iterator[Mailer]:
        mailer = _SmtpMailer(server.name, lambda: open_connection(server, helo, context), per_connection)
        try:
            yield mailer
        finally:
            mailer.close()

    return opened


class _SmtpMailer:
    """Hands one letter after another to a server, over a connection that is kept as long as it is good."""

    def __init__(self, name: str, connect: Callable[[], Connection], per_connection: int) -> None:
        self._name = name
        self._connect = connect
        self._per_connection = per_connection
        self._connection: Connection | None = None
        self._letters = 0
        self._is_in_transaction = False

    def deliver(self, message: Message, about_to: Callable[[], None]) -> Answer:
        """What feeds.digests.post.Mailer promises."""
        if fault := _fault(message):
            return Answer(Outcome.OURS, said=fault)
        try:
            if refusal := self._address(message):
                return refusal
        except BusyError as error:
            return error.answer
        except LostError as error:
            return self._lost(Outcome.RETRY, error)
        about_to()
        return self._hand_over(message.content)

    def close(self) -> None:
        """Takes leave of the server."""
        if self._connection:
            self._connection.quit()
        self._connection = None

    def _address(self, message: Message) -> Answer | None:
        """Names sender and recipient; the answer where one of them is refused."""
        reply = self._begin(message)
        if not _is_taken(reply):
            return self._refused_sender(reply)
        reply = self._ask(f"RCPT TO:<{message.recipient}>")
        return None if _is_taken(reply) else self._judged(reply, Phase.RCPT)

    def _begin(self, message: Message) -> Reply:
        """The answer to MAIL: over a new connection where there is none that is good.

        A server may hang up between two letters, or say so when it hears of us (421): that is no failure.
        """
        if self._connection and self._letters >= self._per_connection:
            self.close()
        if self._connection:
            try:
                if (reply := self._mail(message)).code != _CLOSING:
                    return reply
            except LostError:
                pass
            self._drop()
        self._connection = self._connect()
        self._letters, self._is_in_transaction = 0, False
        return self._mail(message)

    def _mail(self, message: Message) -> Reply:
        if self._is_in_transaction and not _is_taken(reset := self._ask("RSET")):
            raise LostError(f"did not forget the letter before: {reset}")
        self._is_in_transaction = True
        self._letters += 1
        size = f" SIZE={len(message.content)}" if self._open.offered("size") is not None else ""
        return self._ask(f"MAIL FROM:<{message.sender}>{size}")

    def _refused_sender(self, reply: Reply) -> Answer:
        answer = self._judged(reply, Phase.MAIL)
        is_of_the_message = answer.status in _OF_THE_MESSAGE or (not answer.status and reply.code == _TOO_BIG)
        if answer.outcome is Outcome.OURS and not is_of_the_message:
            raise MailError(
                f"{self._name} refuses our letters at MAIL FROM: {reply}: may they come from PAPERROUND_MAIL_RETURN "
                "(unset: MAIL_FROM), and as many?"
            )
        return answer

    def _hand_over(self, content: bytes) -> Answer:
        try:
            return self._say(content)
        except LostError as error:
            return self._lost(Outcome.RETRY, error)
        except BaseException:
            self._drop()  # in the midst of a text there is no going on
            raise

    def _say(self, content: bytes) -> Answer:
        reply = self._ask("DATA")
        if reply.code != _START_TEXT:
            return self._judged(reply, Phase.DATA)
        self._open.put(_stuffed(content))
        try:
            reply = self._open.end()
        except LostError as error:
            return self._lost(Outcome.UNCERTAIN, error)
        self._is_in_transaction = False  # whatever it said (RFC 5321 4.1.1.4)
        return self._judged(reply, Phase.DOT)

    def _ask(self, command: str) -> Reply:
        return self._open.ask(command)

    def _judged(self, reply: Reply, phase: Phase) -> Answer:
        """What an answer means, which may be the connection's last."""
        answer = classify(reply.code, reply.text, phase)
        is_of_smtp = answer.outcome is Outcome.SENT or reply.code // 100 in (4, 5)
        if reply.code == _CLOSING or not is_of_smtp:
            self._drop()
        return answer

    def _lost(self, outcome: Outcome, error: LostError) -> Answer:
        self._drop()
        return Answer(outcome, said=f"the server {error}")

    def _drop(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    @property
    def _open(self) -> Connection:
        if self._connection is None:
            raise LostError("hung up")
        return self._connection


def _is_taken(reply: Reply) -> bool:
    return reply.code // 100 == 2


def _fault(message: Message) -> str:
    """Why a message cannot be sent as it is, "" where it can: a server could take its parts for commands."""
    for path in (message.sender, message.recipient):
        if len(path) > _LONGEST_PATH or not _PATH.fullmatch(path):
            return "an address that is none of SMTP's"
    content = message.content
    ends = content.count(b"\r\n")
    if not content.endswith(b"\r\n") or not ends == content.count(b"\r") == content.count(b"\n"):
        return "line ends other than CRLF"
    return "a line that is too long" if max(map(len, content.split(b"\r\n"))) > _LONGEST_LINE else ""


def _stuffed(content: bytes) -> bytes:
    """With a dot more before each line that begins with one (RFC 5321 4.5.2)."""
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed
