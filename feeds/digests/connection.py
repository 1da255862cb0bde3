"""A connection to a mail server: commands, answers and bytes (RFC 5321). The only user of smtplib.

smtplib's own sending makes one error of all that can go wrong, before and after the server has the message; so each
step is a method here, and `mailer` knows at which of them it was.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from ipaddress import ip_address
from typing import NamedTuple

from feeds.digests.answers import Phase, classify
from feeds.digests.server import Server


class LostError(Exception):
    """The connection is gone, or the server is silent; the text says which."""


class Reply(NamedTuple):
    """A server's answer, with the text of all its lines; the code is -1 for what is no answer."""

    code: int
    text: str

    def __str__(self) -> str:
        """As people are told of it: code, enhanced status, and one clean line."""
        if self.code <= 0:
            return "nothing that is SMTP"
        answer = classify(self.code, self.text, Phase.MAIL)
        return " ".join(filter(None, (str(answer.code), answer.status, answer.said)))


class Connection:
    """One connection to a server. Each method may raise LostError, after which it is closed, but the last two."""

    def __init__(self, server: Server, helo: str | None) -> None:
        """Connects; OSError where it cannot. `helo` is what we are called, unset: the name of this machine."""
        self._timeouts = server.timeouts
        self._host = server.host
        self._smtp = smtplib.SMTP(local_hostname=_called(helo))
        self._sock = socket.create_connection((server.host, server.port), server.timeouts.connect)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the dot does not wait for the text
        self._smtp.sock = self._sock
        self._smtp.timeout = server.timeouts.command

    def secure(self, context: ssl.SSLContext) -> None:
        """Goes on by TLS. Raises SSLError where that fails.

        What was said before, anybody may have said: it is asked again by `hello` (RFC 3207 4.2).
        """
        with self._in_time(self._timeouts.command):
            self._sock = context.wrap_socket(self._sock, server_hostname=self._host)
        self._smtp.sock, self._smtp.file = self._sock, None  # and with the file what it has read ahead

    def greeting(self) -> Reply:
        """What the server says first."""
        with self._in_time(self._timeouts.command):
            return _reply(*self._smtp.getreply())

    def hello(self) -> Reply:
        """Its answer to EHLO, which tells what it offers."""
        with self._in_time(self._timeouts.command):
            return _reply(*self._smtp.ehlo())

    def offered(self, extension: str) -> str | None:
        """What it has said of an extension; None where it does not offer it."""
        found = self._smtp.esmtp_features.get(extension.lower())
        return None if found is None else str(found)

    @property
    def tls(self) -> str:
        """The version of TLS; "" without."""
        version = self._sock.version() if isinstance(self._sock, ssl.SSLSocket) else None
        return version or ""

    def log_in(self, user: str, password: str) -> Reply | None:
        """Its answer to a login; None where it offers no way to log in that is known here."""
        try:
            with self._in_time(self._timeouts.command):
                return _reply(*self._smtp.login(user, password))
        except smtplib.SMTPAuthenticationError as error:
            return _reply(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, ValueError):  # ValueError: a challenge that is no base64
            return None

    def ask(self, command: str) -> Reply:
        """Gives a command, and waits for its answer."""
        with self._in_time(self._timeouts.command):
            return _reply(*self._smtp.docmd(command))

    def put(self, content: bytes) -> None:
        """Hands over bytes that have no answer."""
        with self._in_time(self._timeouts.command):
            self._smtp.send(content)

    def end(self) -> Reply:
        """Hands over the dot that ends a message, and waits for the answer: the server may have it from here on."""
        with self._in_time(self._timeouts.ending):
            self._smtp.send(b".\r\n")
            return _reply(*self._smtp.getreply())

    def quit(self) -> None:
        """Takes leave, which RFC 5321 4.1.1.10 asks for, and closes."""
        with contextlib.suppress(LostError), self._in_time(self._timeouts.goodbye):
            self._smtp.docmd("QUIT")
        self.close()

    def close(self) -> None:
        """Hangs up at once."""
        with contextlib.suppress(OSError):
            self._smtp.close()
        self._sock.close()

    @contextlib.contextmanager
    def _in_time(self, seconds: float) -> Iterator[None]:
        """Waits so long at most; what ends the connection within is a LostError."""
        try:
            self._sock.settimeout(seconds)
            yield
        except OSError as error:  # smtplib's errors are all of this kind
            if not _is_end(error):
                raise
            self.close()
            raise LostError(_why(error)) from error


def _is_end(error: OSError) -> bool:
    """Whether there is no connection any more; else the error tells of an answer, or of TLS."""
    if isinstance(error, (smtplib.SMTPServerDisconnected, ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return True
    is_endless_line = type(error) is smtplib.SMTPResponseException
    return is_endless_line or not isinstance(error, (smtplib.SMTPException, ssl.SSLError))


def _called(helo: str | None) -> str | None:
    """An address stands in brackets where a name would be (RFC 5321 4.1.3)."""
    try:
        address = ip_address(helo or "")
    except ValueError:
        return helo
    return f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"


def _reply(code: int, text: bytes | str) -> Reply:
    return Reply(code, text if isinstance(text, str) else text.decode(errors="replace"))


def _why(error: BaseException) -> str:
    """smtplib hides what happened in the error's context."""
    is_late = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
    return "did not answer in time" if is_late else "hung up"
