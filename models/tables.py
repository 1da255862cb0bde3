"""The tables. Times are aware UTC; JSON columns hold what their comment says.

Keys are natural, and numbers are given out by the store, not by the database: a replay of the same
readings gives the same rows on every database.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Column, Index, Table
from sqlmodel import Field, SQLModel, UTCDateTime


class InstallationRow(SQLModel, table=True):
    """This installation: one row, made with the database, from which feed ids are derived."""

    __tablename__ = "installation"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    uuid: str
    created_at: dt.datetime = Field(sa_type=UTCDateTime)


class ReadingRow(SQLModel, table=True):
    """One attempt to read a listing; its answers are the snapshots that name it."""

    __tablename__ = "readings"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    source: str
    section: str
    date: dt.date
    read_at: dt.datetime = Field(sa_type=UTCDateTime)
    pruned_at: dt.datetime | None = Field(sa_type=UTCDateTime)  # since then the archive may lack its bodies


class SnapshotRow(SQLModel, table=True):
    """One answer of a site, in the order it came. Its body is in the archive under `content_hash`."""

    __tablename__ = "snapshots"

    reading_id: int = Field(primary_key=True, foreign_key="readings.id")
    ordinal: int = Field(primary_key=True)
    url: str = Field(index=True)
    at: dt.datetime = Field(sa_type=UTCDateTime)
    status: int | None  # None where no answer came
    headers: dict[str, str] = Field(sa_type=JSON)
    content_hash: str | None
    error: str


class PaperRow(SQLModel, table=True):
    """One work, whatever the source."""

    __tablename__ = "papers"

    id: str = Field(primary_key=True)
    seq: int = Field(unique=True)
    heard: dict[str, str] = Field(sa_type=JSON)  # voice -> hash of its last record: equal, nothing to decide
    provenance: dict[str, str] = Field(sa_type=JSON)  # field -> source, `*` -> that of all others
    originals: dict[str, Any] = Field(sa_type=JSON)  # field -> the text in TeX, where a reader sees another
    title: str
    abstract: str
    authors: list[str] = Field(sa_type=JSON)
    categories: list[str] = Field(sa_type=JSON)
    version: int | None
    versions: list[str] = Field(sa_type=JSON)  # when each came, ISO 8601
    withdrawn: bool
    comment: str
    journal_ref: str
    doi: str
    license: str
    links: dict[str, str] = Field(sa_type=JSON)
    summary: str
    keywords: list[str] = Field(sa_type=JSON)
    organization: str
    submitter: str
    published_at: dt.datetime | None = Field(sa_type=UTCDateTime)
    first_listed: dt.date | None = Field(index=True)  # None: never on a day's list
    announced_at: dt.datetime | None = Field(sa_type=UTCDateTime)
    announced_by: str | None  # the source whose listing that was
    updated_at: dt.datetime | None = Field(sa_type=UTCDateTime, index=True)
    votes: int | None
    comments: int | None
    stars: int | None


class AppearanceRow(SQLModel, table=True):
    """A paper on a listing; `nth` tells apart the places of a paper that a listing names twice."""

    __tablename__ = "appearances"

    source: str = Field(primary_key=True)
    section: str = Field(primary_key=True)
    date: dt.date = Field(primary_key=True)
    paper_id: str = Field(primary_key=True, foreign_key="papers.id", index=True)
    nth: int = Field(primary_key=True)
    rank: int
    first_seen_at: dt.datetime = Field(sa_type=UTCDateTime)
    removed_at: dt.datetime | None = Field(sa_type=UTCDateTime)


class RevisionRow(SQLModel, table=True):
    """One field of a paper changed, by the reading that saw it. `seq` is the paper's after it."""

    __tablename__ = "revisions"

    seq: int = Field(primary_key=True)
    field: str = Field(primary_key=True)
    paper_id: str = Field(foreign_key="papers.id", index=True)
    old: Any = Field(sa_column=Column(JSON))
    new: Any = Field(sa_column=Column(JSON))
    weight: str
    source: str
    seen_at: dt.datetime = Field(sa_type=UTCDateTime)
    reading_id: int = Field(foreign_key="readings.id")


class ObservationRow(SQLModel, table=True):
    """What a paper's counters stood at, where that differs from before."""

    __tablename__ = "observations"

    paper_id: str = Field(primary_key=True, foreign_key="papers.id")
    at: dt.datetime = Field(primary_key=True, sa_type=UTCDateTime)
    votes: int | None
    comments: int | None
    stars: int | None


class LedgerRow(SQLModel, table=True):
    """What became of a listing when it was last read; `good_at` is its last reading that settled it."""

    __tablename__ = "ledger"

    source: str = Field(primary_key=True)
    section: str = Field(primary_key=True)
    date: dt.date = Field(primary_key=True)
    declared: int
    parsed: int
    new: int
    revised: int
    unchanged: int
    removed: int
    verdict: str
    via: str
    error: str
    read_at: dt.datetime = Field(sa_type=UTCDateTime)
    good_at: dt.datetime | None = Field(sa_type=UTCDateTime)


class RuleRow(SQLModel, table=True):
    """A topic's rule from a moment on, as it is written in topics.toml; `version` counts from 1."""

    __tablename__ = "rules"

    slug: str = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    digest: str
    rule: str
    since: dt.datetime = Field(sa_type=UTCDateTime)


class MatchRow(SQLModel, table=True):
    """A paper that a topic's rule chooses; `came_at` is when it came into the topic's feed."""

    __tablename__ = "matches"
    __table_args__ = (Index("ix_matches_slug_came_at", "slug", "came_at"),)

    slug: str = Field(primary_key=True)
    paper_id: str = Field(primary_key=True, foreign_key="papers.id", index=True)
    came_at: dt.datetime = Field(sa_type=UTCDateTime)
    reason: str


class MatchedRow(SQLModel, table=True):
    """How far a rule has been asked: `digest` is the rule's, `seq` and `reading` the marks of what it has seen."""

    __tablename__ = "matched"

    slug: str = Field(primary_key=True)
    digest: str
    seq: int
    reading: int


class RunRow(SQLModel, table=True):
    """What the program did at a time. A run without an end is under way, or was killed."""

    __tablename__ = "runs"
    __table_args__ = (Index("ix_runs_kind_began_at", "kind", "began_at"),)

    id: str = Field(primary_key=True)
    kind: str  # models.run.RunKind
    began_at: dt.datetime = Field(sa_type=UTCDateTime)
    ended_at: dt.datetime | None = Field(sa_type=UTCDateTime)
    failures: list[str] = Field(sa_type=JSON)  # a sentence each; none where all went well
    counts: dict[str, int] = Field(sa_type=JSON)  # what it did, by name


METADATA = SQLModel.metadata


def _table(name: str) -> Table:
    return METADATA.tables[name]


INSTALLATION = _table("installation")
READINGS = _table("readings")
SNAPSHOTS = _table("snapshots")
PAPERS = _table("papers")
APPEARANCES = _table("appearances")
REVISIONS = _table("revisions")
OBSERVATIONS = _table("observations")
LEDGER = _table("ledger")
RULES = _table("rules")
MATCHES = _table("matches")
MATCHED = _table("matched")
RUNS = _table("runs")

DERIVED = (LEDGER, REVISIONS, OBSERVATIONS, APPEARANCES, PAPERS)
"""All that a replay of the snapshots gives anew, in the order in which it may be emptied."""

KEPT_UP = (MATCHED, MATCHES)
"""What publishing derives from papers and topics, to be emptied before them; the next publishing gives it anew."""

SEARCH_INDEX = "papers_words"
"""The full-text index of papers. Migrations make it, of another kind in each database: METADATA lacks it."""


def is_declared(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a thing in the database is one that METADATA declares; for Alembic's comparison of the two.

    The search index is not, nor are the tables in which SQLite keeps it.
    """
    is_index = name == SEARCH_INDEX or (name or "").startswith(f"{SEARCH_INDEX}_")
    return kind != "table" or not is_index
