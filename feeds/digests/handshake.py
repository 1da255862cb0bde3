"""Opens a connection to a mail server as far as a message can go out: greeting, EHLO, STARTTLS, login."""

from __future__ import annotations

import ssl
from dataclasses import replace
from typing import NamedTuple

from feeds.digests.answers import Phase, classify, said
from feeds.digests.connection import Connection, LostError, Reply
from feeds.digests.server import Server, Timeouts, Tls
from models.errors import MailError

_URL = "PAPERROUND_SMTP_URL"
_PORTS = f"is {_URL} right? smtps:// is for ports with TLS from the start (465), smtp:// for those with STARTTLS (587)"
_QUICK = Timeouts(connect=5, command=5, ending=5, goodbye=1)


class BusyError(Exception):
    """The server puts us off, whatever the message; the text is what it says."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.answer = classify(reply.code, reply.text, Phase.MAIL)


class Greeting(NamedTuple):
    """How a server took us in: by which version of TLS, "" without; and the largest message in bytes, 0: no limit."""

    tls: str
    largest: int


def open_connection(server: Server, helo: str | None, context: ssl.SSLContext) -> Connection:
    """A connection that a message can go over; `helo` is what we are called, in ASCII, or this machine's name.

    Raises MailError where the server cannot be reached, offers no TLS that holds, or refuses us; BusyError where it
    puts us off (4xx); LostError where it hangs up or is silent.
    """
    try:
        connection = Connection(server, helo)
    except OSError as error:
        said_why = said(error.strerror or str(error))
        raise MailError(
            f"{server.name} cannot be reached: {said_why}: is {_URL} right, and does it run?"
        ) from error
    try:
        _begin(connection, server, context)
    except BaseException:  # whatever ends it, Ctrl-C too: nobody else has the connection yet, to close it
        connection.close()
        raise
    return connection


def greet(server: Server, helo: str | None = None) -> Greeting:
    """Shakes hands with a server and takes leave, within seconds; raises MailError with what stands in the way."""
    quick = replace(server, timeouts=_QUICK)
    try:
        connection = open_connection(quick, helo, ssl.create_default_context())
        answer, tls = connection.ask("NOOP"), connection.tls
        connection.quit()
    except BusyError as error:
        raise MailError(f"{server.name} puts us off: {error}: try later") from error
    except LostError as error:
        raise MailError(f"{server.name} {error}: {_PORTS}") from error
    _require(answer, server, "at NOOP")
    size = connection.offered("size") or ""
    return Greeting(tls, int(size) if size.isascii() and size.isdigit() else 0)


def _begin(connection: Connection, server: Server, context: ssl.SSLContext) -> None:
    if server.tls is Tls.IMPLICIT:
        _secure(connection, server, context)
    _require(connection.greeting(), server, "at its greeting")
    _require(connection.hello(), server, "at EHLO")
    if server.tls is Tls.STARTTLS:
        _start_tls(connection, server, context)
    if server.user:
        _log_in(connection, server)


def _start_tls(connection: Connection, server: Server, context: ssl.SSLContext) -> None:
    if connection.offered("starttls") is None:
        raise MailError(
            f"{server.name} offers no STARTTLS: name its port with TLS in {_URL}, mostly smtps:// and 465; "
            "`?tls=off` does without, for a server on this machine"
        )
    _require(connection.ask("STARTTLS"), server, "at STARTTLS")
    _secure(connection, server, context)
    _require(connection.hello(), server, "at EHLO")


def _secure(connection: Connection, server: Server, context: ssl.SSLContext) -> None:
    try:
        connection.secure(context)
    except ssl.SSLCertVerificationError as error:
        raise MailError(
            f"the certificate of {server.name} is not accepted: {said(error.verify_message)}: name the host in {_URL} "
            "as its certificate does; for an authority of your own SSL_CERT_FILE names its certificate"
        ) from error
    except ssl.SSLError as error:
        raise MailError(
            f"{server.name} speaks no TLS with us: {said(error.reason or str(error))}: {_PORTS}"
        ) from error


def _log_in(connection: Connection, server: Server) -> None:
    answer = connection.log_in(server.user, server.password)
    if answer is None:
        raise MailError(
            f"{server.name} offers no login that is known here: {_URL} without a user, or other port?"
        )
    hidden = answer._replace(text=answer.text.replace(server.password, "..."))
    _require(hidden, server, f"as the user {server.user}", "are user and password right?")


def _require(answer: Reply, server: Server, where: str, advice: str = "") -> None:
    """Goes on after 2xx alone."""
    if answer.code // 100 == 2:
        return
    if answer.code // 100 == 4:
        raise BusyError(answer)
    raise MailError(
        f"{server.name} refuses us {where}: {answer}: {advice or f'ask who runs it; is {_URL} right?'}"
    )
