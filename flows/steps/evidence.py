"""Where the bytes are that a listing was judged by: for whoever looks into a failure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.steps.resources import Resources
from flows.steps.rounds import failures
from models.database import reading
from models.snapshots import Snapshot, newest_snapshots
from models.verdicts import Entry

MOST_FAILURES = 50
"""Of more nobody looks at each: most have one cause."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One answer of a reading: the address asked for, the status (None: no answer came), what was wrong with it.

    `content_hash` is the key of its body, `file` where the archive has it, compressed with gzip; "" and None where
    it had no body.
    """

    url: str
    status: int | None
    error: str
    content_hash: str = ""
    file: Path | None = None


def evidence(resources: Resources, ledger: Sequence[Entry]) -> Mapping[str, tuple[Evidence, ...]]:
    """For each listing of a ledger that is not there, by the sentence of its failure: what its last reading got.

    Of the first of them alone, where there are many.
    """
    sentences = [(sentence, entry) for entry in ledger for sentence in failures([entry])]
    with reading(resources.engine) as connection:
        return {
            sentence: tuple(
                _of(resources, snapshot) for snapshot in newest_snapshots(connection, entry.listing)
            )
            for sentence, entry in sentences[:MOST_FAILURES]
        }


def _of(resources: Resources, snapshot: Snapshot) -> Evidence:
    content_hash = snapshot.content_hash
    file = resources.archive.path(content_hash) if content_hash else None
    return Evidence(snapshot.url, snapshot.status, snapshot.error, content_hash or "", file)
