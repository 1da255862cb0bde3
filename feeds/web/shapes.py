"""The shapes of the API's answers, for its description: closed, so that nothing goes out that it does not tell."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Appearance(_Closed):
    """A paper on a listing."""

    source: str
    date: date
    section: str
    rank: int
    removed_at: datetime | None


class Revision(_Closed):
    """One field of a paper changed; `old` and `new` are of the field's own shape."""

    field: str
    old: Any
    new: Any
    seen_at: datetime
    source: str


class Observation(_Closed):
    """What the counters stood at."""

    at: datetime
    votes: int | None
    comments: int | None
    stars: int | None


class Paper(_Closed):
    """A paper with its history; times are UTC. `seq` grows with every change of its content."""

    type: Literal["paper"]
    seq: int
    id: str
    title: str
    abstract: str
    authors: list[str]
    categories: list[str]
    published_at: datetime | None
    first_listed: date | None
    announced_at: datetime | None
    updated_at: datetime | None
    votes: int | None
    comments: int | None
    stars: int | None
    version: int | None
    versions: list[datetime]
    withdrawn: bool
    comment: str
    journal_ref: str
    doi: str
    license: str
    summary: str
    keywords: list[str]
    organization: str
    submitter: str
    original: Annotated[dict[str, Any], Field(description="fields that a source gives in TeX, as it does")]
    provenance: Annotated[dict[str, str], Field(description="the source of each field; `*`: of all others")]
    urls: dict[str, str]
    appearances: list[Appearance]
    revisions: list[Revision]
    observations: list[Observation]


class Papers(_Closed):
    """A page of papers."""

    papers: list[Paper]
    reasons: Annotated[dict[str, str], Field(description="by id, why the rule chose a paper")]
    next: Annotated[str | None, Field(description="the URL of the next page; null at the end")]


class Change(Revision):
    """A change with the paper's id, and the paper's `seq` after it."""

    id: str
    seq: int


class Changes(_Closed):
    """A page of changes."""

    revisions: list[Change]
    next: Annotated[str | None, Field(description="the URL of the next page; null at the end")]


class Topic(_Closed):
    """A topic: by which means its papers are chosen, and its feeds."""

    slug: str
    title: str
    description: str
    rule: str | None
    digest: str | None
    about: str
    like: list[str]
    unlike: list[str]
    search: str
    categories: list[str]
    feeds: dict[str, str]


class LedgerRow(_Closed):
    """What a listing declared, held and gave when it was last read, with the verdict on it."""

    source: str
    section: str
    date: date
    declared: int
    parsed: int
    new: int
    revised: int
    unchanged: int
    removed: int
    verdict: Literal["fresh", "waiting", "quiet", "stalled", "partial", "failed"]
    via: str
    read_at: datetime
    good_at: datetime | None
    error: str


class SourceNow(_Closed):
    """How fresh a source is: the date of its newest whole list, and when it was last asked."""

    source: str
    newest: date | None
    read_at: datetime


class OverdueListing(_Closed):
    """A listing that should be out and is not settled, with its row of the ledger where there is one."""

    source: str
    section: str
    date: date
    since: datetime
    asked: Annotated[bool, Field(description="whether a run has asked for it since")]
    verdict: Literal["waiting", "stalled", "partial", "failed"] | None
    read_at: datetime | None


class Run(_Closed):
    """A run: how it went, and how much it did, by name."""

    kind: Literal["round", "digest", "backfill", "replay", "housekeeping"]
    began_at: datetime
    ended_at: datetime | None
    course: Literal["under way", "good", "failed", "did not end"]
    failures: int
    counts: dict[str, int]


class Runs(_Closed):
    """The newest run of a kind, and the newest that has ended; often the same."""

    last: Run
    last_ended: Run | None


class Status(_Closed):
    """How it stands with lists, runs and letters; nothing is wrong where there are no troubles."""

    at: datetime
    troubles: Annotated[list[str], Field(description="what is wrong, a sentence each")]
    sources: list[SourceNow]
    overdue: list[OverdueListing]
    runs: list[Runs]
    letters: Annotated[
        dict[str, int], Field(description="by state; of those that are over, the last 24 hours'")
    ]


class Problem(_Closed):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
