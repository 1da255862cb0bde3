"""A folder of an IMAP server (RFC 9051, RFC 3501) as a box. The only user of imaplib."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from feeds.hosts import is_this_machine
from models.errors import MailError, SettingsError
from models.text import clean

TIMEOUT_SECONDS = 60
_GOODBYE_SECONDS = 5
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Account:
    """A folder of a server, and who we are there."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    is_encrypted: bool


def parse_account(url: str) -> Account:
    """The folder that `imaps://user:password@host[:port][/FOLDER]` names; special characters are percent-encoded.

    Raises SettingsError, without the password, where something is missing, and for `imap://` to another machine.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
        user, password = (
            unquote(parts.username or "", errors="strict"),
            unquote(parts.password or "", errors="strict"),
        )
        folder = unquote(parts.path.strip("/"), errors="strict") or "INBOX"
    except ValueError:  # its text may hold the password
        raise _wrong("cannot be understood; encode special characters, as in %40 for @") from None
    is_encrypted = parts.scheme == "imaps"
    if not (host and user and password):
        raise _wrong("needs host, user and password: imaps://user:password@host/INBOX")
    if not all(text.isascii() and text.isprintable() for text in (user, password, folder)):
        raise _wrong("user, password and folder must be printable ASCII")
    if not is_encrypted and not is_this_machine(host):
        raise _wrong(f"imap:// sends the password in clear; use imaps://...@{host}")
    return Account(host, port or (993 if is_encrypted else 143), user, password, folder, is_encrypted)


@contextmanager
def imap_folder(account: Account) -> Iterator[Folder]:
    """The folder of an account, opened; logs out at the end. MailError where that cannot be."""
    server = _connected(account)
    try:
        with _named(account):
            server.login(_quoted(account.user), account.password)
            typ, said = server.select(_quoted(account.folder))
            _require(typ, said)
        yield Folder(server, account)
    finally:
        _leave(server)


class Folder:
    """An opened folder; its keys are the UIDs of mails."""

    def __init__(self, server: imaplib.IMAP4, account: Account) -> None:
        self._server = server
        self._account = account

    def waiting(self, most: int) -> Sequence[str]:
        """The keys of at most so many mails that are not marked as read, the oldest first."""
        [found] = self._said("SEARCH", "UNSEEN", "UNDELETED")[-1:] or [b""]
        uids = [int(uid) for uid in found.split() if uid.isdigit()] if isinstance(found, bytes) else []
        return [str(uid) for uid in sorted(uids)[:most]]

    def read(self, key: str, most: int) -> bytes | None:
        """At most so many bytes of a mail; None for one that is gone. It is not marked by that."""
        said = self._said("FETCH", key, f"(BODY.PEEK[]<0.{most}>)")
        return next((item[1] for item in said if isinstance(item, tuple)), None)

    def done(self, key: str) -> None:
        """Marks a mail as read."""
        self._said("STORE", key, "+FLAGS.SILENT", r"(\Seen)")

    def _said(self, command: str, *arguments: str) -> list[bytes | tuple[bytes, bytes] | None]:
        with _named(self._account):
            typ, said = self._server.uid(command, *arguments)
            _require(typ, said)
            return said


def _connected(account: Account) -> imaplib.IMAP4:
    with _named(account):
        if account.is_encrypted:
            context = ssl.create_default_context()
            return imaplib.IMAP4_SSL(account.host, account.port, ssl_context=context, timeout=TIMEOUT_SECONDS)
        return imaplib.IMAP4(account.host, account.port, timeout=TIMEOUT_SECONDS)


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.socket().settimeout(_GOODBYE_SECONDS)
        server.logout()
    except (OSError, imaplib.IMAP4.error):  # gone already: there is nothing that could be lost
        server.shutdown()


@contextmanager
def _named(account: Account) -> Iterator[None]:
    """Makes whatever goes wrong a MailError that names the box, without the password."""
    try:
        yield
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        argument = error.args[0] if error.args and isinstance(error.args[0], bytes) else str(error).encode()
        said = clean(argument.decode("utf-8", "replace").replace(account.password, "..."))[:_LONGEST]
        raise MailError(
            f"the mail box {account.folder} of {account.user} at {account.host}:{account.port} "
            f"cannot be used: {said or type(error).__name__}; check PAPERROUND_MAIL_BOX"
        ) from None


def _require(typ: str, said: Sequence[object]) -> None:
    if typ != "OK":
        raise imaplib.IMAP4.error(said[-1] if said else typ)


def _quoted(text: str) -> str:
    """A text as a quoted string (RFC 9051, section 4.3): imaplib does so with passwords only."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _wrong(said: str) -> SettingsError:
    return SettingsError(f"PAPERROUND_MAIL_BOX {said}")
