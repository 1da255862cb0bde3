"""The boxes that mail to our return address arrives in: which mails wait there, and marking those that are done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from feeds.digests.imap import imap_folder, parse_account
from feeds.digests.maildir import Maildir
from models.errors import SettingsError

FORMS = "`maildir:///path` or `imaps://user:password@host/INBOX`"
"""How the URL of a box is written."""


class Box(Protocol):
    """An opened box. All of its functions raise MailError where the whole box cannot be used any more."""

    def waiting(self, most: int) -> Sequence[str]:
        """The keys of at most so many mails that are not marked as read, the oldest first."""
        ...

    def read(self, key: str, most: int) -> bytes | None:
        """A mail, of a long one at most so many bytes from its beginning; None for one that is gone.

        Raises OSError where this one mail cannot be read.
        """
        ...

    def done(self, key: str) -> None:
        """Marks a mail as read, so that it does not wait any more; not a word about one that is gone."""
        ...


@contextmanager
def open_box(url: str) -> Iterator[Box]:
    """Opens `maildir:///path` or `imaps://user:password@host[:port][/FOLDER]`, and leaves it at the end.

    Without a name of a folder it is INBOX. `imap://`, which is not encrypted, is for servers on this machine.
    Raises SettingsError for any other URL, and MailError, which says what to do, where the box cannot be
    opened; no error holds the password.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "maildir":
        yield Maildir(_path(rest))
    elif scheme in ("imaps", "imap"):
        with imap_folder(parse_account(url)) as box:
            yield box
    else:
        raise SettingsError(f"PAPERROUND_MAIL_BOX must be {FORMS}")


def _path(rest: str) -> Path:
    path = Path(unquote(urlsplit(f"//{rest}").path)) if rest.startswith("/") else None
    if path is None or not path.is_absolute():
        raise SettingsError(
            "PAPERROUND_MAIL_BOX: the path of a Maildir is absolute, as in maildir:///var/mail/papers"
        )
    return path
