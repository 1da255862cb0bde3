"""What was rendered for the feeds, on disk, so that it is rendered once: a small SQLite file.

It is no part of the database: it may be deleted at any time, which costs the time to render anew.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Collection, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_BUSY_SECONDS = 10
_CHECKSUM = 4  # bytes of the CRC-32 before each value: SQLite does not notice a page with other bytes in it
_TABLE = "CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value BLOB NOT NULL)"
_GET = "SELECT name, value FROM kept WHERE name IN (SELECT value FROM json_each(?))"
_RETAIN = "DELETE FROM kept WHERE name NOT IN (SELECT value FROM json_each(?))"


class KeptFragments:
    """The Kept of an installation, in one file; its folder is made. Several processes may use it at once.

    A damaged file is begun anew. Where there can be none, such as on a disk that is full or read-only,
    nothing is kept: no method raises.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, keys: Collection[str]) -> Mapping[str, bytes]:
        """What is kept under those of the keys that are known and whole."""
        asked = (json.dumps(list(keys)),)
        rows = self._try(lambda file: file.execute(_GET, asked).fetchall())
        found = ((name, _unsealed(value)) for name, value in rows or ())
        return {name: value for name, value in found if value is not None}

    def put(self, values: Mapping[str, bytes]) -> None:
        """Keeps values under their keys."""
        rows = [(name, _sealed(value)) for name, value in values.items()]
        self._try(lambda file: file.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", rows))

    def retain(self, keys: Collection[str]) -> None:
        """Drops the rest where it is more than half of all."""

        def prune(file: sqlite3.Connection) -> None:
            (count,) = file.execute("SELECT count(*) FROM kept").fetchone()
            if count > 2 * len(keys):
                file.execute(_RETAIN, (json.dumps(list(keys)),))

        self._try(prune)

    def _try(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """What the work gives; None where the file cannot be used."""
        with suppress(OSError, sqlite3.Error):
            try:
                return self._done(work)
            except sqlite3.OperationalError:  # locked, full, not to be written
                return None
            except sqlite3.DatabaseError:  # damaged
                self._path.unlink()
                return self._done(work)
        return None

    def _done(self, work: Callable[[sqlite3.Connection], T]) -> T:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as file, file:
            file.execute(_TABLE)
            return work(file)


def _sealed(value: bytes) -> bytes:
    return zlib.crc32(value).to_bytes(_CHECKSUM, "big") + value


def _unsealed(sealed: bytes) -> bytes | None:
    """The value; None where it is not the one that was kept."""
    value = sealed[_CHECKSUM:]
    return value if zlib.crc32(value).to_bytes(_CHECKSUM, "big") == sealed[:_CHECKSUM] else None
