"""What a digest tells one reader, before it is a letter; and the letter that comes of it. Values only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, NamedTuple

from models.mail.delivery import Kind
from models.mail.letters import Fragment, Letter
from models.papers import Paper

SectionKind = Literal["topic", "trending", "revised", "withdrawn"]


class Told(NamedTuple):
    """A paper in a digest: why it is there, the titles of further topics of the reader's that it is in.

    Of a revised paper, changes after `since` (aware UTC) are told; where it is None, those after the digest's own.
    """

    paper: Paper
    why: str = ""
    also: tuple[str, ...] = ()
    since: datetime | None = None


class Section(NamedTuple):
    """Papers under one title, the best first. `path` is the page on the site that has all of them."""

    kind: SectionKind
    title: str
    path: str
    papers: tuple[Told, ...]


class Digest(NamedTuple):
    """All that is new for one reader, of their own `day`: on which a daily one comes, the Monday of a weekly one.

    `completeness` is a line that says how complete the news is; `since` (aware UTC) from when on it is news.
    """

    kind: Kind
    day: date
    sections: tuple[Section, ...]
    completeness: str
    since: datetime


class Composed(NamedTuple):
    """A letter with its fragments, each once, the ids of the papers that it tells of, and how many it only counts."""

    letter: Letter
    fragments: tuple[Fragment, ...]
    told: tuple[str, ...]
    counted: int = 0
