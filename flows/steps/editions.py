"""What there is to publish: the papers of the last weeks, and which of them each feed has, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Connection

from feeds.entries import Item, came
from feeds.site import paths
from flows.steps.resources import Resources
from models.database import reading, writing
from models.freshness import Freshness, freshness
from models.fulltext.search import index_papers
from models.ledger import recent
from models.matched import Moved, keep_matches, matches_of
from models.papers import Paper
from models.rulebook import keep_rules
from models.searches import found_by_search
from models.selection import by_ids, installation, newest_list, voted_since, window
from models.topics.embedding import ByVectors
from models.topics.matching import Match, Shelf
from models.topics.ranking import Ranker, choose
from models.topics.topic import Topic
from models.trending import Event, Standing, climbers, events, standings

WINDOW_DAYS = 14
"""How far back a feed goes from the newest list: a reader that is off for a week loses nothing."""

MOST_ENTRIES = 400
"""Keeps a feed well below the two megabytes at which readers give up."""

MOST_STANDINGS = 50
"""Papers on the page of what is trending."""

_EVER = datetime.max.replace(tzinfo=UTC)

_FADED_AFTER = timedelta(days=3)
"""So much earlier papers are looked at for trending: a vote is then worth a sixty-fourth."""


@dataclass(frozen=True, slots=True)
class Standard:
    """A feed that every installation has, beside those of its topics."""

    slug: str
    title: str
    description: str


ALL = Standard("all", "All papers", "Every paper of the last two weeks.")
TRENDING = Standard(
    "trending",
    "Trending papers",
    "Papers as they come among the ten whose votes are the most and the newest.",
)

Subject = Topic | Standard
"""What a feed is about."""


@dataclass(frozen=True, slots=True)
class Edition:
    """All that feeds are made from: papers newest first, ready to be matched, and whose they are.

    `climbers` are those that have come among the first by votes, `standings` where papers stand now.
    `examples` are papers by id that topics name as like or unlike theirs; `searched` gives by topic the rank
    of papers in the answer of a site's own search. `newest` is the day of the newest list (None before the
    first), `news` how old the news of each source is. `late` has by topic the papers from before the window that
    have come in since it began: their counters reached what the rule asks for.
    """

    papers: tuple[Paper, ...]
    shelf: Shelf
    climbers: tuple[Standing, ...]
    standings: tuple[Standing, ...]
    events: tuple[Event, ...]
    examples: Mapping[str, Paper]
    searched: Mapping[str, Mapping[str, int]]
    installation: UUID
    created_at: datetime
    newest: date | None = None
    news: tuple[Freshness, ...] = ()
    late: Mapping[str, Sequence[Item]] = field(default_factory=dict)
    rankers: tuple[Ranker, ...] = ()


def edition(resources: Resources) -> Edition:
    """The edition that the database holds."""
    with reading(resources.engine) as connection:
        uuid, created_at = installation(connection)
        newest = newest_list(connection)
        papers = window(connection, WINDOW_DAYS)
        since = window_begin(newest) if newest else created_at
        voted = voted_since(connection, (since - _FADED_AFTER).date())
        return Edition(
            papers=tuple(papers),
            shelf=Shelf(papers),
            climbers=tuple(climbers(voted, since)),
            standings=tuple(_standings(voted)),
            events=tuple(events(voted, since)),
            examples=by_ids(connection, _named(resources.topics)),
            searched=found_by_search(connection, newest, WINDOW_DAYS) if newest else {},
            installation=uuid,
            created_at=created_at,
            newest=newest,
            news=tuple(
                each
                for each in freshness(recent(connection, WINDOW_DAYS))
                if each.source in resources.sources
            ),
            late=_late(connection, resources.topics, since, {paper.id for paper in papers}),
            rankers=_rankers(resources, papers),
        )


def _late(
    connection: Connection, topics: Sequence[Topic], since: datetime, shown: Collection[str]
) -> dict[str, list[Item]]:
    rows = {
        topic.slug: [
            row for row in matches_of(connection, topic.slug, since, _EVER) if row.paper_id not in shown
        ]
        for topic in topics
        if topic.rule and topic.rule.counts
    }
    papers = by_ids(connection, sorted({row.paper_id for found in rows.values() for row in found}))
    return {
        slug: [Item(papers[row.paper_id], row.reason, row.came_at) for row in found]
        for slug, found in rows.items()
    }


def window_begin(newest: date) -> datetime:
    """The moment (UTC) from which on feeds have papers, by the day of the newest list."""
    return datetime.combine(newest - timedelta(days=WINDOW_DAYS - 1), time(), UTC)


def keep_up(resources: Resources) -> set[Moved]:
    """Brings up to date what derives from papers and topics: the rules' history, the search's index, the matches.

    Gives where in topics the matches have changed.
    """
    with writing(resources.engine) as connection:
        keep_rules(connection, resources.topics, resources.now())
        index_papers(connection)
        return keep_matches(connection, resources.topics)


def items(edition: Edition, subjects: Sequence[Subject]) -> list[list[Item]]:
    """For each feed all papers that belong into it, each with why it is there, the newest in it first."""
    topics = [subject for subject in subjects if isinstance(subject, Topic)]
    rules = {topic.slug: topic.rule for topic in topics if topic.rule}
    matched = dict(zip(rules, edition.shelf.matches(list(rules.values())), strict=True))
    return [
        _of_topic(edition, subject, matched.get(subject.slug, ()))
        if isinstance(subject, Topic)
        else _of_standard(edition, subject)
        for subject in subjects
    ]


def page_of(subject: Subject) -> str:
    """Where the page with the papers of a feed is."""
    if isinstance(subject, Topic):
        return paths.topic_path(subject.slug)
    return paths.TRENDING if subject == TRENDING else paths.TODAY


def _of_topic(edition: Edition, topic: Topic, matches: Sequence[Match]) -> list[Item]:
    searched = edition.searched.get(topic.slug, {})
    chosen = choose(topic, edition.shelf, matches, edition.examples, searched, edition.rankers)
    found = [Item(choice.paper, choice.reason, choice.since) for choice in chosen]
    return newest_first([*found, *edition.late.get(topic.slug, ())])


def _of_standard(edition: Edition, feed: Standard) -> list[Item]:
    if feed == TRENDING:
        return newest_first(Item(found.paper, f"trending: {found}", found.at) for found in edition.climbers)
    return newest_first(map(Item, edition.papers))


def newest_first(items: Iterable[Item]) -> list[Item]:
    """Items in the order in which feeds have them."""
    return sorted(items, key=came, reverse=True)


def _standings(voted: Sequence[Paper]) -> list[Standing]:
    """Where papers stood when votes were last seen."""
    moments = [paper.observations[-1].at for paper in voted if paper.observations]
    return standings(voted, max(moments))[:MOST_STANDINGS] if moments else []


def _rankers(resources: Resources, papers: Sequence[Paper]) -> tuple[Ranker, ...]:
    """Embeddings, where there is a model and a topic that asks for likeness: a paper costs a tenth of a second."""
    if resources.embedder is None or not any(topic.likeness for topic in resources.topics):
        return ()
    return (ByVectors(resources.embedder, papers),)


def _named(topics: Sequence[Topic]) -> list[str]:
    likeness = [topic.likeness for topic in topics if topic.likeness]
    return [paper_id for named in likeness for paper_id in (*named.like, *named.unlike)]
