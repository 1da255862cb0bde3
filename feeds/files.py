"""Publishes files: whole or not at all, and only when their bytes differ."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_FOR_EVERY_READER = 0o644


def publish(path: Path, content: bytes) -> bool:
    """Makes the file hold the content, and says whether it had to be written.

    A reader finds the old file or the new one, never a part; an equal file is not touched. Folders are
    made. After an OSError the old file is as it was. What a killed process leaves is a hidden `.tmp` beside
    the file, which the next writing of that file uses up.
    """
    if _holds(path, content):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    with _owned(temporary) as file:
        try:
            _write(file, content)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    return True


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except FileNotFoundError:
        return False


@contextmanager
def _owned(temporary: Path) -> Iterator[BinaryIO]:
    """The temporary file, which one writer at a time has: the lock goes with the process that held it."""
    while True:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _FOR_EVERY_READER)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_still(temporary, file):
                yield file
                return


def _is_still(temporary: Path, file: BinaryIO) -> bool:
    """Whether the name leads to this file, and not the writer before us has published it."""
    try:
        return os.path.samestat(temporary.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _write(file: BinaryIO, content: bytes) -> None:
    file.truncate()
    file.write(content)
    file.flush()
    os.fchmod(file.fileno(), _FOR_EVERY_READER)  # whatever the umask
    os.fsync(file.fileno())
