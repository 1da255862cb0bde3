"""What the operator is told of the last runs: what failed, what never ended, and that none came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from feeds.site.words import count, span
from models.run import Course, Latest, Run, RunKind

SILENT_FOR = timedelta(days=1)
"""Who reads least often reads once a day."""


def told(runs: Mapping[RunKind, Latest], now: datetime) -> Iterator[str]:
    """Lines on the last round, and on what else went wrong last; `now` is aware UTC."""
    if RunKind.ROUND not in runs:
        yield "No round is recorded yet: `paperround run` runs one."
    elif (silence := now - runs[RunKind.ROUND].begun.began_at) > SILENT_FOR:
        yield f"No round has begun for {span(silence)}: is the schedule on?"
    for kind, latest in runs.items():
        if kind is RunKind.ROUND or _needs_a_word(latest, now):
            yield from _of_kind(latest, now)


def _needs_a_word(latest: Latest, now: datetime) -> bool:
    return latest.begun.course(now) is Course.LOST or bool(latest.ended and latest.ended.failures)


def _of_kind(latest: Latest, now: datetime) -> Iterator[str]:
    """The newest run; where that has not ended, the one before it that has."""
    yield from _of_run(latest.begun, now)
    if latest.ended and latest.ended != latest.begun:
        yield from _of_run(latest.ended, now, "before it, ")


def _of_run(run: Run, now: datetime, before: str = "last ") -> Iterator[str]:
    ago = f", {span(now - run.began_at)} ago" if run.began_at <= now else ""
    when = f"{before}{run.kind} {run.began_at:%Y-%m-%d %H:%M} UTC{ago}"
    took = f"took {span(run.duration)}, " if run.duration is not None else ""
    yield f"{when}: {took}{_ending(run.course(now), run)}"
    yield from (f"  {failure}" for failure in run.failures)


def _ending(course: Course, run: Run) -> str:
    match course:
        case Course.GOOD:
            return "nothing failed"
        case Course.FAILED:
            return f"{count(len(run.failures), 'failure')}:"
        case Course.UNDER_WAY:
            return "under way"
        case Course.LOST:
            return "did not end: it was killed, or still hangs"
