"""What is kept of a paper, as plain values for those who publish it. Times are aware UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Weight(StrEnum):
    """How much a change of one field matters."""

    NOTICED = "noticed"  # a reader would want to know: moves `updated`
    MINOR = "minor"  # kept as a revision, moves nothing
    ENRICHMENT = "enrichment"  # what was not known became known, or a machine said it anew


@dataclass(frozen=True, slots=True)
class Appearance:
    """A paper on a listing. `removed_at` is when it was found gone from its day."""

    source: str
    section: str
    date: date
    rank: int
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """One field of a paper changed. `old` and `new` are JSON values of the field's own shape."""

    field: str
    old: object
    new: object
    seen_at: datetime
    source: str
    weight: Weight


@dataclass(frozen=True, slots=True)
class Observation:
    """What a paper's counters stood at; None where no listing has said."""

    at: datetime
    votes: int | None
    comments: int | None
    stars: int | None


@dataclass(frozen=True, slots=True)
class Paper:
    """One work, whatever the sources that listed it.

    `id` is the arXiv id without version where there is one. `announced_at` is its first announcement,
    `updated_at` its last change that a reader would notice, or the announcement that was known first.
    `published_at` is its first version where a source says so, `versions` when each came, from the first on.
    Texts are as a reader sees them; `originals` holds those that a source gives in TeX, by field, and
    `provenance` the source of each field (`*`: of all that it does not name). `comment` is the authors' own.
    `seq` grows with every change of content.
    Revisions, appearances and observations are in the order of time, and empty where the selection did
    not ask for them.
    """

    id: str
    seq: int
    title: str
    abstract: str
    authors: tuple[str, ...]
    first_listed: date | None
    announced_at: datetime | None
    updated_at: datetime | None
    published_at: datetime | None = None
    categories: tuple[str, ...] = ()
    version: int | None = None
    versions: tuple[datetime, ...] = ()
    withdrawn: bool = False
    comment: str = ""
    journal_ref: str = ""
    doi: str = ""
    license: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    keywords: tuple[str, ...] = ()
    organization: str = ""
    submitter: str = ""
    votes: int | None = None
    comments: int | None = None
    stars: int | None = None
    originals: Mapping[str, object] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)
    revisions: tuple[Revision, ...] = ()
    appearances: tuple[Appearance, ...] = ()
    observations: tuple[Observation, ...] = ()
