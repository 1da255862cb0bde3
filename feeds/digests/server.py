"""A mail server that takes letters from us: where it is and how to speak to it, as its URL says."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from feeds.hosts import is_this_machine
from models.errors import SettingsError


class Tls(StrEnum):
    """How a conversation is made secret."""

    STARTTLS = "starttls"  # required: nothing is said to a server that does not offer it
    IMPLICIT = "implicit"  # from the first byte
    OFF = "off"


class Timeouts(NamedTuple):
    """Seconds that a server is waited for, each time; RFC 5321 4.5.3.2.

    `ending` is for the answer to a whole message: who gives up earlier sends it twice (RFC 1047).
    """

    connect: float = 30
    command: float = 300
    ending: float = 600
    goodbye: float = 5


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server; `user` is "" where it takes letters without a login."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Tls = Tls.STARTTLS
    timeouts: Timeouts = field(default_factory=Timeouts)

    @property
    def name(self) -> str:
        """Host and port, as people are told of it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


_PORTS = {"smtp": 587, "smtps": 465}
"""For submission with STARTTLS (RFC 6409) and with TLS from the start (RFC 8314 3.3)."""
_EXAMPLE = "smtp://user:password@mail.example:587"


def parse_server(url: str) -> Server:
    """The server of `smtp://user:password@host:587` (STARTTLS; `?tls=off` does without) or `smtps://...:465`.

    User and password are percent-encoded. Raises SettingsError for what is no such URL, and where a password would
    go over a network in clear; the error never tells the password.
    """
    parts, port = _split(url)
    if parts.scheme not in _PORTS:
        raise _wrong("must begin with smtp:// or smtps://")
    if parts.path not in ("", "/") or parts.fragment:
        raise _wrong(f"must end after host and port, as {_EXAMPLE}; / ? # in a password are %2F %3F %23")
    user, password = _login(parts)
    tls = _tls(parts)
    host = _host(parts)
    if user and tls is Tls.OFF and not is_this_machine(host):
        raise _wrong("would send the password in clear: `?tls=off` with a password is for this machine alone")
    return Server(host, _PORTS[parts.scheme] if port is None else port, user, password, tls)


def _split(url: str) -> tuple[SplitResult, int | None]:
    parts, port = None, None
    if url.isprintable() and " " not in url:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            parts = None
    if parts is None or port == 0:  # raised out here: the other error may show a part of the password
        raise _wrong(f"is no URL as {_EXAMPLE}; / ? # % : @ in a password are %2F %3F %23 %25 %3A %40")
    return parts, port


def _login(parts: SplitResult) -> tuple[str, str]:
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise _wrong("must have user and password, or neither")
    if not (user + password).isascii() or not (user + password).isprintable():
        raise _wrong("must have a user and password of printable ASCII")
    return user, password


def _tls(parts: SplitResult) -> Tls:
    usual = Tls.IMPLICIT if parts.scheme == "smtps" else Tls.STARTTLS
    if not parts.query:
        return usual
    if parse_qsl(parts.query, keep_blank_values=True) != [("tls", "off")] or usual is Tls.IMPLICIT:
        raise _wrong("may end with `?tls=off` where it begins with smtp://, with nothing else")
    return Tls.OFF


def _host(parts: SplitResult) -> str:
    try:
        host = (parts.hostname or "").encode("idna").decode()
    except UnicodeError:
        host = ""
    if not host:
        raise _wrong(f"must name a host, as {_EXAMPLE}")
    return host


def _wrong(what: str) -> SettingsError:
    return SettingsError(f"PAPERROUND_SMTP_URL: {what}")
