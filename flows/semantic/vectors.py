"""Vectors on disk, so that a text is embedded once: a small SQLite file for each model.

It is no part of the database: it may be deleted at any time, which costs the time to embed anew.
"""

from __future__ import annotations

import hashlib
import sqlite3
import struct
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from models.errors import DatabaseError
from models.topics.embedding import Embedder, Vector

_AT_ONCE = 64
"""So many texts are embedded between two writings: what a kill loses is seconds of work."""

_BUSY_SECONDS = 60
_TABLE = "CREATE TABLE IF NOT EXISTS vectors (text_hash BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"


class KeptVectors:
    """An Embedder that asks another only for texts that its file does not know; `folder` is made.

    Several processes may use it at once. A damaged file is begun anew.
    """

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        self._path = folder / f"{embedder.name}.db"

    @property
    def name(self) -> str:
        """The model's."""
        return self._embedder.name

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """A vector for each text, in 32 bits a number, known before or not.

        Raises DatabaseError where the file cannot be used.
        """
        try:
            return self._embed(texts)
        except (OSError, sqlite3.OperationalError):  # such as a file deleted meanwhile: once more
            pass
        except sqlite3.DatabaseError:  # damaged
            self._path.unlink(missing_ok=True)
        try:
            return self._embed(texts)
        except (OSError, sqlite3.Error) as error:
            raise DatabaseError(f"{self._path} cannot be used: {error}; it may be deleted") from error

    def _embed(self, texts: Sequence[str]) -> list[Vector]:
        hashed = {hashlib.sha256(text.encode()).digest(): text for text in texts}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as file:
            file.execute(_TABLE)
            packed = _known(file, hashed)
            missing = [text_hash for text_hash in hashed if text_hash not in packed]
            for start in range(0, len(missing), _AT_ONCE):
                part = missing[start : start + _AT_ONCE]
                vectors = self._embedder.embed([hashed[text_hash] for text_hash in part])
                new = {text_hash: _packed(vector) for text_hash, vector in zip(part, vectors, strict=True)}
                with file:
                    file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", new.items())
                packed |= new
        by_text = {text: _unpacked(packed[text_hash]) for text_hash, text in hashed.items()}
        return [by_text[text] for text in texts]


def _known(file: sqlite3.Connection, hashes: Iterable[bytes]) -> dict[bytes, bytes]:
    rows = (file.execute("SELECT * FROM vectors WHERE text_hash = ?", (each,)).fetchone() for each in hashes)
    return dict(filter(None, rows))


def _packed(vector: Vector) -> bytes:
    return struct.pack(f"<{len(vector)}f", *vector)


def _unpacked(packed: bytes) -> Vector:
    return struct.unpack(f"<{len(packed) // 4}f", packed)
