"""The status as it is now: what is wrong and since when, the ledger as grids, the last runs, letters as numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from feeds.condition import Condition, troubles
from feeds.naming import named, source_name
from feeds.site.frame import Frame, Site
from feeds.site.grids import SIGNS, Cell, Grid, grids, legend
from feeds.site.status import SHOWN_DAYS, last_days, status_frame
from feeds.site.words import VERDICTS, count, moment, section_name, short_day, span
from models.freshness import Freshness
from models.mail.delivery import State
from models.overdue import Overdue
from models.records import Verdict
from models.run import Course, Latest, Run, RunKind

_MOST_LATE = 12
_MOST_SECTIONS = 5

_DOES: Mapping[RunKind, str] = {
    RunKind.ROUND: "reads what is due, publishes feeds and pages",
    RunKind.DIGEST: "plans and sends the letters whose hour has come",
    RunKind.BACKFILL: "reads past days, a month at a time",
    RunKind.REPLAY: "rebuilds all from the archive",
    RunKind.HOUSEKEEPING: "backs up, and removes what is kept no longer",
}
_LOOKS = {
    Course.UNDER_WAY: Verdict.WAITING,
    Course.GOOD: Verdict.FRESH,
    Course.FAILED: Verdict.STALLED,
    Course.LOST: Verdict.FAILED,
}
"""A run bears the sign and the colour of a verdict that is as good or as bad."""


@dataclass(frozen=True, slots=True)
class Part:
    """A source: its grid, how long ago it was asked, and what of it is overdue, a sentence each."""

    grid: Grid
    ago: str
    late: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A run in the table: what it is, when it began, how long it took, how it went, what it did.

    It looks like a list of the verdict `looks`, and has its sign.
    """

    name: str
    does: str
    began: str
    took: str
    course: str
    looks: str
    sign: str
    says: str


@dataclass(frozen=True, slots=True)
class Current:
    """The values of `web/status.html`. `letters` are what they are and how many."""

    frame: Frame
    as_of: str
    is_empty: bool
    troubles: tuple[str, ...]
    parts: tuple[Part, ...]
    legend: tuple[tuple[Cell, str], ...]
    runs: tuple[Line, ...]
    letters: tuple[tuple[str, str], ...]
    days: int = SHOWN_DAYS


def current_status(site: Site, condition: Condition) -> Current:
    """How it stands at a moment, for readers as for the operator: it names no address and no machine."""
    found = grids(last_days(condition.ledger), condition.freshness, condition.overdue)
    fresh = {source_name(each.source): each for each in condition.freshness}
    return Current(
        frame=status_frame(site),
        as_of=moment(condition.at),
        is_empty=not condition.ledger,
        troubles=troubles(condition),
        parts=tuple(_part(grid, fresh.get(grid.source), condition) for grid in found),
        legend=legend(with_overdue=True),
        runs=tuple(line for latest in condition.runs.values() for line in _lines(latest, condition.at)),
        letters=tuple(_letters(condition)) if site.offers_mail or condition.letters else (),
    )


def _part(grid: Grid, fresh: Freshness | None, condition: Condition) -> Part:
    late = [each for each in condition.overdue if source_name(each.listing.source) == grid.source]
    ago = span(condition.at - fresh.read_at) if fresh and fresh.read_at <= condition.at else ""
    return Part(grid, ago, tuple(_late(late)))


def _late(overdue: Sequence[Overdue]) -> Iterator[str]:
    """What is overdue, the newest first; sections that stand alike are named together."""
    alike: dict[tuple[date, str], list[str]] = {}
    for each in reversed(overdue):
        alike.setdefault((each.listing.date, _since(each)), []).append(section_name(each.listing.section))
    for (day, says), sections in list(alike.items())[:_MOST_LATE]:
        yield f"{short_day(day)}, {named(sorted(sections), _MOST_SECTIONS)}: {says}"
    if len(alike) > _MOST_LATE:
        yield f"and {len(alike) - _MOST_LATE:,} more like these"


def _since(each: Overdue) -> str:
    due = f"due since {moment(each.since)}"
    if each.entry is None or not each.was_asked_for:
        return f"{due}; no run has asked for it since"
    verdict = each.entry.verdict
    return f"{due}; when it was last asked for, {_short(each.entry.read_at)}: {verdict.value} ({VERDICTS[verdict]})"


def _lines(latest: Latest, now: datetime) -> Iterator[Line]:
    """The newest run; where that has no end yet, the one before it that has."""
    yield _line(latest.begun, now)
    if latest.ended and latest.ended != latest.begun:
        yield _line(latest.ended, now)


def _line(run: Run, now: datetime) -> Line:
    course = run.course(now)
    return Line(
        name=run.kind.value.capitalize(),
        does=_DOES[run.kind],
        began=moment(run.began_at),
        took=span(run.duration) if run.duration is not None else "",
        course=count(len(run.failures), "failure") if course is Course.FAILED else course.value,
        looks=_LOOKS[course].value,
        sign=SIGNS[_LOOKS[course]],
        says=", ".join(f"{number:,} {name}" for name, number in run.counts.items() if number),
    )


def _letters(condition: Condition) -> Iterator[tuple[str, str]]:
    states = condition.letters
    yield "Planned, and not sent yet", f"{condition.waiting_letters:,}"
    yield "Sent in the last 24 hours", f"{states.get(State.SENT, 0):,}"
    yield "Refused for good in the last 24 hours", f"{states.get(State.FAILED, 0):,}"
    yield "May have been sent or not", f"{states.get(State.UNCERTAIN, 0):,}"


def _short(at: datetime) -> str:
    return f"{short_day(at)}, {at:%H:%M}"
