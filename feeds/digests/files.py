"""Writes letters as files in place of sending them: the bytes that a mail server would get, as `.eml`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from feeds.digests.post import Answer, Mailer, Message, Outcome, Post
from feeds.files import publish
from models.errors import MailError

_MESSAGE_ID = re.compile(
    rb"^Message-ID:[ \t]*(?:\r\n[ \t]+)?<([A-Za-z0-9_][A-Za-z0-9._-]{0,127})@", re.IGNORECASE | re.MULTILINE
)
"""Its left part, where that is fit to be the name of a file."""


def file_post(folder: Path) -> Post:
    """Mailers that write each letter to a folder, named by its Message-ID; the folder is made.

    A letter is there whole or not at all, and writing it again changes nothing. The folder is for its owner alone:
    letters hold addresses, and links by which one leaves. MailError where it cannot be written.
    """

    @contextmanager
    def opened() -> Iterator[Mailer]:
        yield _FileMailer(folder)

    return opened


def file_name(content: bytes) -> str:
    """The name of the file that a letter becomes: `<left part of its Message-ID>.eml`, else by a digest of it."""
    head = content.partition(b"\r\n\r\n")[0]
    found = _MESSAGE_ID.search(head)
    return f"{found[1].decode() if found else sha256(content).hexdigest()[:32]}.eml"


class _FileMailer:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, message: Message, about_to: Callable[[], None]) -> Answer:
        """What feeds.digests.post.Mailer promises."""
        about_to()
        name = file_name(message.content)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            publish(self._folder / name, message.content)
        except OSError as error:
            raise MailError(
                f"{self._folder} cannot be written: {error.strerror}: mail goes there while no PAPERROUND_SMTP_URL is set"
            ) from error
        return Answer(Outcome.SENT, said=name)
