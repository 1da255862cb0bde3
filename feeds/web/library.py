"""What the app asks of the database, as a seam: it knows values alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple, Protocol
from uuid import UUID

from feeds.condition import Condition
from models.papers import Paper, Revision
from models.run import Latest, RunKind
from models.topics.rules import Rule
from models.topics.topic import Topic
from models.verdicts import Entry

_NONE: Mapping[str, int] = MappingProxyType({})


class Place(NamedTuple):
    """Where a page of papers ends: the moment (aware UTC, None where it has none) and the id of its last one."""

    at: datetime | None
    id: str


class Hit(NamedTuple):
    """A paper, and why it was found: empty where nothing was looked for."""

    paper: Paper
    reason: str = ""


class Found(NamedTuple):
    """A page of papers; `next` is to be given for the page after it, None at the end."""

    hits: tuple[Hit, ...] = ()
    next: Place | None = None


class Change(NamedTuple):
    """One field of a paper changed; `seq` is the paper's after it."""

    paper_id: str
    seq: int
    revision: Revision


class Standing(NamedTuple):
    """How the database stands.

    Papers in it; the newest whole list of each source; listings of the last days by source and verdict; when (aware
    UTC) a reading last settled a listing, by source and section; how many listings are overdue, by source and whether
    a run has asked for them since they are due; the newest runs of each kind, and how many of a day's failed; papers that each topic's rule chose of
    late; subscribers by standing; letters by kind and state, and those that came back by kind.
    """

    papers: int
    newest: Mapping[str, date]
    listings: Mapping[tuple[str, str], int]
    settled: Mapping[tuple[str, str], datetime] = MappingProxyType({})
    overdue: Mapping[tuple[str, bool], int] = MappingProxyType({})
    runs: Mapping[RunKind, Latest] = MappingProxyType({})
    failed: Mapping[RunKind, int] = MappingProxyType({})
    matches: Mapping[str, int] = _NONE
    subscribers: Mapping[str, int] = _NONE
    deliveries: Mapping[tuple[str, str], int] = MappingProxyType({})
    bounces: Mapping[str, int] = _NONE


class Library(Protocol):
    """Answers from the database, each as of one moment. Called from several threads."""

    def paper(self, paper_id: str) -> Paper | None:
        """A paper with its whole history; None for an id that is not known."""
        ...

    def papers(self, rule: Rule | None, day: date | None, most: int, before: Place | None) -> Found:
        """Papers that a rule chooses and that were first listed on a day, where these are given.

        The newest announced first, at most so many; page after page gives each once.
        """
        ...

    def changed_since(self, seq: int, most: int) -> Sequence[Paper]:
        """Papers whose content changed after a `seq`, in its order, at most so many."""
        ...

    def changes_since(self, seq: int, field: str, most: int) -> Sequence[Change]:
        """What changed after a `seq` and field, without enrichments, in the order of both, at most so many."""
        ...

    def ledger(self, days: int) -> Sequence[Entry]:
        """The ledger of so many days up to its newest, newest first."""
        ...

    def topics(self) -> Sequence[Topic]:
        """The topics, in their order."""
        ...

    def installation(self) -> tuple[UUID, datetime]:
        """The identity of this installation, and when (aware UTC) its database was made."""
        ...

    def standing(self) -> Standing:
        """How the database stands, for metrics."""
        ...

    def condition(self) -> Condition:
        """How it stands with lists, runs and letters now, for people."""
        ...

    def problems(self) -> Sequence[str]:
        """Why it cannot answer, a sentence each; none where it can."""
        ...
