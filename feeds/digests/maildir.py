"""A Maildir (https://cr.yp.to/proto/maildir.html) as a box: a file for each mail, its marks in the file's name.

A mail server, or a program that a person reads mail with, may use it at the same time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from models.errors import MailError

_SEEN = "S"
_MARKS = ":2,"


class Maildir:
    """A Maildir; its keys are paths within it. Raises MailError for a folder that is none, or is not ours to use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        for name in ("new", "cur"):
            if not (path / name).is_dir():
                raise MailError(f"{path} is no Maildir: it has no folder `{name}`, or not for this user")
            if not os.access(path / name, os.R_OK | os.W_OK | os.X_OK):
                raise MailError(
                    f"{path / name} cannot be read and written: let the user of this program do both"
                )

    def waiting(self, most: int) -> Sequence[str]:
        """The keys of at most so many mails that are not marked as read, the oldest first."""
        try:
            names = [*_files(self._path / "new"), *_files(self._path / "cur")]
        except OSError as error:
            raise MailError(f"{self._path} cannot be read: {error.strerror}") from error
        unread = [path for path in names if _SEEN not in _marks(path.name)]
        unread.sort(key=lambda path: path.name)  # which begins with the second of its arrival
        return [str(path.relative_to(self._path)) for path in unread[:most]]

    def read(self, key: str, most: int) -> bytes | None:
        """At most so many bytes of a mail; None for one that is gone. Raises OSError where it cannot be read."""
        try:
            with (self._path / key).open("rb") as file:
                return file.read(most)
        except FileNotFoundError:  # deleted, or marked by another: then it comes again under its new name
            return None

    def done(self, key: str) -> None:
        """Moves a mail to those that are not new, marked as read."""
        path = self._path / key
        stem, _, _ = path.name.partition(_MARKS)
        marks = "".join(sorted({*_marks(path.name), _SEEN}))
        try:
            path.rename(self._path / "cur" / f"{stem}{_MARKS}{marks}")
        except FileNotFoundError:
            return
        except OSError as error:
            raise MailError(f"{path} cannot be moved: {error.strerror}") from error


def _files(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        yield from (Path(entry) for entry in entries if entry.is_file() and not entry.name.startswith("."))


def _marks(name: str) -> str:
    return name.partition(_MARKS)[2]
