"""How old the news of a source is, by the ledger. Values in, values out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models.records import SETTLED, Verdict
from models.verdicts import Entry


@dataclass(frozen=True, slots=True)
class Freshness:
    """What is known of a source's newest lists.

    `newest` is the date of its newest list that was read whole (None: none yet), `read_at` when (aware UTC)
    any of its listings was last asked for; `behind` are the listings of that date and later that are not
    settled, in the order of date and section.
    """

    source: str
    newest: date | None
    read_at: datetime
    behind: tuple[Entry, ...] = ()


def freshness(ledger: Sequence[Entry]) -> list[Freshness]:
    """How old the news of each source is, in the order of their names."""
    of_source: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in ledger:
        of_source[entry.source].append(entry)
    return [_of_source(source, of_source[source]) for source in sorted(of_source)]


def _of_source(source: str, rows: Sequence[Entry]) -> Freshness:
    newest = max((row.date for row in rows if row.good_at and row.verdict is not Verdict.QUIET), default=None)
    behind = [row for row in rows if row.verdict not in SETTLED and (newest is None or row.date >= newest)]
    return Freshness(
        source=source,
        newest=newest,
        read_at=max(row.read_at for row in rows),
        behind=tuple(sorted(behind, key=lambda row: (row.date, row.section))),
    )
