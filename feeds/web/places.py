"""From the path of a URL to a file of the tree, and never out of it."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

_SEGMENT = r"(?!\.)[^/\\\x00-\x1f\x7f]+"
_PLAIN = re.compile(rf"/(?:{_SEGMENT}(?:/{_SEGMENT})*/?)?")
"""No empty segment, none that begins with a dot, no backslash, no control character."""


class Elsewhere(NamedTuple):
    """The address (relative to the one asked for) under which a page is that was asked for without its slash."""

    location: str


class Signature(NamedTuple):
    """What differs when a file is another one or has other content."""

    modified_ns: int
    inode: int
    size: int


def locate(root: Path, path: str) -> str | Elsewhere | None:
    """The file (real path) that the path of a URL stands for, decoded once; the page's address for a folder.

    None for what is not there, is hidden, is no plain file, or lies outside of the tree, be it by a link.
    """
    if not _PLAIN.fullmatch(path):
        return None
    try:
        base = os.path.realpath(root, strict=True)
        real = os.path.realpath(f"{base}{path}index.html" if path.endswith("/") else base + path, strict=True)
        mode = os.stat(real).st_mode  # noqa: PTH116  # a Path would cost more than the call
    except (OSError, ValueError):  # ValueError: characters that no file name has
        return None
    if not real.startswith(base + os.sep):
        return None
    if stat.S_ISDIR(mode):
        return Elsewhere(f"./{quote(path.rpartition('/')[2])}/") if locate(root, f"{path}/") else None
    return real if stat.S_ISREG(mode) else None


def signature(target: str) -> Signature | None:
    """The signature of a file; None where there is none."""
    try:
        return _signature(os.stat(target))  # noqa: PTH116
    except OSError:
        return None


def read(target: str) -> tuple[bytes, Signature] | None:
    """What a file holds, with its signature of that moment; None where it has gone."""
    try:
        # Should the name have become a link or a pipe since it was looked at, it is not followed, nor waited for.
        descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            return file.read(), _signature(os.fstat(file.fileno()))
    except OSError:
        return None


def _signature(found: os.stat_result) -> Signature:
    return Signature(found.st_mtime_ns, found.st_ino, found.st_size)
