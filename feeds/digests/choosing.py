"""What one subscriber's digest has: of all that is new, what they asked for and have not been told yet. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from feeds.differences import noticed
from feeds.digests.digest import Digest, Section, Told
from feeds.entries import Item, came
from models.mail.delivery import Kind
from models.mail.periods import Period
from models.mail.subscriber import ALL, TRENDING
from models.papers import Paper

BACK: Mapping[Kind, timedelta] = {Kind.DAILY: timedelta(days=7), Kind.WEEKLY: timedelta(days=14)}
"""How far back a digest looks for what its reader has not been told: a lost day comes with a later one."""

FIRST: Mapping[Kind, timedelta] = {Kind.DAILY: timedelta(days=1), Kind.WEEKLY: timedelta(days=7)}
"""How far back the first one looks."""

OLDEST = timedelta(days=14)
"""Papers announced longer ago are no news, even where their votes have only now become enough."""

HISTORY_AFTER = timedelta(days=8)
"""A paper that we came to know so long after its announcement came by a backfill: that is history, not news."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What can be chosen: its title, the path of its page, and what is new in it with why, the newest first."""

    slug: str
    title: str
    path: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class News:
    """All that digests are chosen from at one moment (aware UTC).

    `revised` are papers of which a reader would have noticed a change in the last weeks. `newest` is the day of
    the newest list. `completeness` is a line that says up to which day each source was read. `known` says by paper
    since when it is known to us.
    """

    at: datetime
    subjects: Mapping[str, Subject]
    revised: tuple[Paper, ...]
    newest: date | None
    completeness: str
    known: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose digest it is: what they chose, when they confirmed, and when they were last told of each paper.

    `counted_at` is when a digest was planned for them last that had no room for all, and counted the rest: what was
    known by then is no news any more, whatever they have chosen since.
    """

    topics: tuple[str, ...]
    hears_of_nothing: bool
    confirmed_at: datetime
    told: Mapping[str, datetime]
    counted_at: datetime | None = None


def is_news(paper: Paper, known_at: datetime | None, at: datetime) -> bool:
    """Whether a paper, first known to us at a moment, may come into a digest as new at another (aware UTC)."""
    announced_at = paper.announced_at
    if announced_at is None or paper.withdrawn or announced_at < at - OLDEST:
        return False
    return known_at is None or known_at - announced_at <= HISTORY_AFTER


def digest_of(reader: Reader, period: Period, news: News) -> Digest | None:
    """The digest of a reader for a period; None where there is nothing, and they do not want to hear of that."""
    first, more = _changed(reader, news)
    begin = _begin(reader, period.kind, news)
    sections = (*_new(reader, begin, news), *first, *more)
    if not sections and not reader.hears_of_nothing:
        return None
    return Digest(period.kind, period.day, sections, news.completeness, begin)


def _begin(reader: Reader, kind: Kind, news: News) -> datetime:
    """From when on what came is looked at; the first digest has the newest list, however long ago that was."""
    begin = reader.confirmed_at - FIRST[kind]
    if news.newest:
        begin = min(begin, datetime.combine(news.newest, time(), UTC))
    return max(begin, news.at - BACK[kind])


def _new(reader: Reader, begin: datetime, news: News) -> Iterator[Section]:
    """A section for each choice that has something new; a paper stands in the first one that has it."""
    subjects = [news.subjects[slug] for slug in _in_order(reader.topics) if slug in news.subjects]
    fresh = {
        subject.slug: [
            item
            for item in _between(subject.items, begin, news.at)
            if item.paper.id not in reader.told and not _was_counted(item, reader, news)
        ]
        for subject in subjects
    }
    titles: dict[str, list[str]] = {}
    for subject in subjects:
        for item in fresh[subject.slug]:
            titles.setdefault(item.paper.id, []).append(subject.title)
    shown: set[str] = set()
    for subject in subjects:
        items = [item for item in fresh[subject.slug] if item.paper.id not in shown]
        shown.update(item.paper.id for item in items)
        if items:
            papers = tuple(
                Told(item.paper, item.reason, tuple(titles[item.paper.id][1:]))
                for item in sorted(items, key=_rank)
            )
            yield Section(
                "trending" if subject.slug == TRENDING else "topic", subject.title, subject.path, papers
            )


def _in_order(topics: Iterable[str]) -> list[str]:
    """As they were chosen, what is no topic last."""
    return sorted(dict.fromkeys(topics), key=lambda slug: (slug == TRENDING, slug == ALL))


def _was_counted(item: Item, reader: Reader, news: News) -> bool:
    if reader.counted_at is None:
        return False
    known_at = news.known.get(item.paper.id, came(item))
    return max(known_at, item.since or known_at) <= reader.counted_at


def _between(items: Sequence[Item], begin: datetime, end: datetime) -> Iterator[Item]:
    """Those that came between two moments; items are the newest first, so behind the first older one is none."""
    for item in items:
        at = came(item)
        if at < begin:
            return
        if at <= end:
            yield item


def _rank(item: Item) -> tuple[int, float, str]:
    """What has the most votes first, then the newest: what has no room is what matters least."""
    return -(item.paper.votes or 0), -came(item).timestamp(), item.paper.id


def _changed(reader: Reader, news: News) -> tuple[list[Section], list[Section]]:
    """What changed of papers since the reader was told of them: those revised, those withdrawn."""
    revised: list[Told] = []
    withdrawn: list[Told] = []
    for paper in news.revised:
        since = reader.told.get(paper.id)
        if since is None:
            continue
        later = [
            each for found in noticed(paper).values() for each in found if since < each.seen_at <= news.at
        ]
        if later:
            is_gone = paper.withdrawn and any(each.field == "withdrawn" for each in later)
            (withdrawn if is_gone else revised).append(Told(paper, since=since))
    return (
        [Section("revised", "Revised", "", tuple(revised))] if revised else [],
        [Section("withdrawn", "Withdrawn", "", tuple(withdrawn))] if withdrawn else [],
    )
