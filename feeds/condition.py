"""How it stands with lists, runs and letters at a moment, and what of it is wrong, in words for everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from feeds.naming import source_name
from feeds.site.words import count, moment
from models.freshness import Freshness
from models.mail.delivery import OPEN, State
from models.overdue import Overdue
from models.run import Course, Latest, Run, RunKind
from models.verdicts import Entry

RECURRING = (RunKind.ROUND, RunKind.DIGEST, RunKind.HOUSEKEEPING)
"""Runs that come back: one that failed is worth a word until the next one is well."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How it stands at a moment (aware UTC).

    `ledger` is that of the last weeks, newest first; `overdue` are the lists that should be out and are not
    settled; `runs` the newest of each kind; `letters` how many there are by state.
    """

    at: datetime
    ledger: Sequence[Entry] = ()
    freshness: Sequence[Freshness] = ()
    overdue: Sequence[Overdue] = ()
    runs: Mapping[RunKind, Latest] = field(default_factory=dict)
    letters: Mapping[State, int] = field(default_factory=dict)

    @property
    def waiting_letters(self) -> int:
        """Letters that are planned and not sent yet."""
        return sum(number for state, number in self.letters.items() if state in OPEN)


def troubles(condition: Condition) -> tuple[str, ...]:
    """What is wrong, a sentence each; none where all is well.

    They name no address, no machine and nothing that a mail server has said: anybody may read them.
    """
    return (*_of_lists(condition.overdue), *_of_runs(condition), *_of_letters(condition.letters))


def _of_lists(overdue: Sequence[Overdue]) -> Iterator[str]:
    """For each source what nobody has asked for, then what it does not give."""
    for source in sorted({each.listing.source for each in overdue}):
        of_source = [each for each in overdue if each.listing.source == source]
        for was_asked_for in (False, True):
            lists = [each for each in of_source if each.was_asked_for is was_asked_for]
            if lists:
                oldest = moment(min(each.since for each in lists))
                yield f"{source_name(source)}: {_late(len(lists), oldest, was_asked_for)}."


def _late(number: int, since: str, was_asked_for: bool) -> str:
    """`2 lists should be out, the first since 20 Nov 2026, 12:00 UTC, and no run has asked for them`."""
    lists = f"{count(number, 'list')} should be out, {'the first ' if number > 1 else ''}since {since}"
    them = "it" if number == 1 else "them"
    return f"{lists}, and {'could not be read whole' if was_asked_for else f'no run has asked for {them}'}"


def _of_runs(condition: Condition) -> Iterator[str]:
    for kind in RECURRING:
        if latest := condition.runs.get(kind):
            yield from _of_run(latest, condition.at)


def _of_run(latest: Latest, now: datetime) -> Iterator[str]:
    begun, ended = latest
    if begun.course(now) is Course.LOST:
        yield f"The {begun.kind} that began at {moment(begun.began_at)} did not end."
    if ended and ended.failures:
        yield f"The last {ended.kind} ended with {_failures(ended)}, at {moment(ended.began_at)}."


def _failures(run: Run) -> str:
    return count(len(run.failures), "failure")


def _of_letters(letters: Mapping[State, int]) -> Iterator[str]:
    if number := letters.get(State.UNCERTAIN):
        yield f"{count(number, 'letter')} may have been sent or not: a person has to decide."
