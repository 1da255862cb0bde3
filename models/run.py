"""A run: what the program did at a time, and how it ended. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class RunKind(StrEnum):
    """What a run does. A backfill is a run for each month, or whatever else its shards are."""

    ROUND = "round"
    DIGEST = "digest"
    BACKFILL = "backfill"
    REPLAY = "replay"
    HOUSEKEEPING = "housekeeping"


class Course(StrEnum):
    """How it went, or goes, with a run."""

    UNDER_WAY = "under way"
    GOOD = "good"
    FAILED = "failed"
    LOST = "did not end"


_MAY_TAKE = {RunKind.BACKFILL: timedelta(days=1), RunKind.REPLAY: timedelta(days=1)}
_OTHERS_MAY_TAKE = timedelta(hours=6)
"""Long past what a round takes, which comes every three hours; a digest to 100,000 readers takes one."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run; times are aware UTC, `ended_at` is None while it is under way, and for ever where it was killed.

    `failures` are sentences, none where all went well. They are for the operator: what they quote of a mail
    server or a system may be private. `counts` say what was done, by name.
    """

    id: str
    kind: RunKind
    began_at: datetime
    ended_at: datetime | None = None
    failures: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def duration(self) -> timedelta | None:
        """How long it took; None without an end."""
        return self.ended_at - self.began_at if self.ended_at else None

    def course(self, now: datetime) -> Course:
        """How it stands at a moment (aware UTC): without an end for longer than any takes, it was killed."""
        if self.ended_at is not None:
            return Course.FAILED if self.failures else Course.GOOD
        is_lost = now - self.began_at > _MAY_TAKE.get(self.kind, _OTHERS_MAY_TAKE)
        return Course.LOST if is_lost else Course.UNDER_WAY


class Latest(NamedTuple):
    """The newest run of a kind that has begun, and the newest that has ended (None: none yet); often the same."""

    begun: Run
    ended: Run | None
