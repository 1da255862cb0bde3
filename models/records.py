"""What passes between the parts: listings, records of papers, and what came of reading a listing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Listing:
    """The papers that one source names for one date and section."""

    source: str
    section: str
    date: date

    def __str__(self) -> str:
        return f"{self.source} {self.section} {self.date}"


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """One paper as one listing gives it. None and empty mean that the listing does not say.

    `id` is the arXiv id without version where there is one, else the DOI in lower case. `part` is where a
    listing with parts names it: `new`, `cross`, `replacement` (empty where it has none); `rank` counts from
    1 in the order of the listing or of its part. Texts stand as the source gives them, with their TeX.
    `comment` is the authors' own, `license` a URL, `links` maps a relation (`code`, `project`) to an
    absolute URL. Times are aware UTC: `published_at` is the paper's first version, `versions` when each of
    its versions came, from the first on, `listed_at` the moment it came onto the listing.
    """

    id: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    rank: int
    part: str = ""
    categories: tuple[str, ...] = ()
    version: int | None = None
    versions: tuple[datetime, ...] = ()
    withdrawn: bool | None = None
    comment: str = ""
    journal_ref: str = ""
    doi: str = ""
    license: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    published_at: datetime | None = None
    listed_at: datetime | None = None
    summary: str = ""
    keywords: tuple[str, ...] = ()
    organization: str = ""
    submitter: str = ""
    votes: int | None = None
    comments: int | None = None
    stars: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """What a parser found in one answer.

    `date` is the date that the answer itself states (None where it states none), `declared` the number
    of entries that it names, `problems` what in it could not be understood or contradicts itself (one
    sentence each), `next_url` the rest of a listing that goes on elsewhere. `complete` is false where the
    site cuts the listing, so that an absent paper means nothing. `has_none` means that the site itself
    says: nothing for the asked date. `lists` is false for an answer that stands in for a listing and names
    papers without placing them on it.
    """

    records: tuple[PaperRecord, ...]
    declared: int
    date: date | None = None
    problems: tuple[str, ...] = ()
    next_url: str | None = None
    complete: bool = True
    has_none: bool = False
    lists: bool = True


class Expectation(StrEnum):
    """What the calendar of a site says of a listing at a moment."""

    NONE = "none"  # no listing on such a day
    LATER = "later"  # not out yet
    DUE = "due"  # should be out


class Verdict(StrEnum):
    """What became of a listing."""

    FRESH = "fresh"
    WAITING = "waiting"
    QUIET = "quiet"
    STALLED = "stalled"
    PARTIAL = "partial"
    FAILED = "failed"


SETTLED = frozenset({Verdict.FRESH, Verdict.QUIET})
BAD = frozenset({Verdict.FAILED, Verdict.STALLED})


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a site: `body` is decoded bytes, header names are lower-case, `at` aware UTC.

    An answer that never came has no `status`, an empty body and an `error`.
    """

    url: str
    at: datetime
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One attempt to read a listing: every answer that it took, and what they held together.

    `page` is None where no way of reading could be understood; `via` names the way that was (`page`,
    `api`). `problems` are sentences: why a way was not used, what the used one could not understand.
    """

    listing: Listing
    read_at: datetime
    answers: tuple[Answer, ...] = ()
    page: ParsedPage | None = None
    via: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a listing changed. `new`, `revised` and `unchanged` count its papers, each once.

    `removed` counts papers gone from the listing; `vanished` those that are not on it and were not taken
    for removed, because they are too many for that to be believed.
    """

    new: int = 0
    revised: int = 0
    unchanged: int = 0
    removed: int = 0
    vanished: int = 0
