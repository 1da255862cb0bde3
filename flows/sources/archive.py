"""Snapshots: the bytes of every answer, compressed, under the hash of their content."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import uuid
import zlib
from dataclasses import dataclass
from pathlib import Path

from models.errors import ArchiveError

_LEVEL = 4
"""Half the time of level 9 for 6 % more bytes, on pages of arXiv."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A folder of snapshots, `ab/abcdef….gz` each; several processes may keep into it at once."""

    folder: Path

    def keep(self, body: bytes) -> str:
        """The sha256 of `body` in hexadecimal, under which it can be loaded from now on; kept once.

        Raises ArchiveError where it cannot be written.
        """
        content_hash = hashlib.sha256(body).hexdigest()
        path = self._path(content_hash)
        try:
            if not path.exists():
                _write_whole(path, gzip.compress(body, _LEVEL, mtime=0))
        except OSError as error:
            raise ArchiveError(f"{path} cannot be written: {error.strerror}") from error
        return content_hash

    def load(self, content_hash: str) -> bytes:
        """The body that was kept under a hash; raises ArchiveError unless it is there, whole and true."""
        path = self._path(content_hash)
        try:
            body = gzip.decompress(path.read_bytes())
        except FileNotFoundError as error:
            raise ArchiveError(f"{path} is missing") from error
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ArchiveError(f"{path} is damaged: {error}") from error
        except OSError as error:
            raise ArchiveError(f"{path} cannot be read: {error.strerror}") from error
        if hashlib.sha256(body).hexdigest() != content_hash:
            raise ArchiveError(f"{path} is damaged: it holds another content than its name says")
        return body

    def _path(self, content_hash: str) -> Path:
        if not re.fullmatch("[0-9a-f]{64}", content_hash):
            raise ArchiveError(f"{self.folder} holds nothing under {content_hash!r}: not a sha256")
        return self.folder / content_hash[:2] / f"{content_hash}.gz"


def _write_whole(path: Path, packed: bytes) -> None:
    """Under its name only once it is on the disk: what a kill leaves behind has another name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with unfinished.open("xb") as file:
            file.write(packed)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
