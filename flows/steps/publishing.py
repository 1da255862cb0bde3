"""Publishes what the database holds: a feed for each topic and one for all, in each format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from feeds.feed import Feed
from feeds.files import publish as publish_file
from feeds.syndication import atom, rss
from flows.steps.resources import Resources
from models.database import reading
from models.papers import Paper
from models.selection import installation, window
from models.topics.catalogue import Topic
from models.topics.matching import FoldedPaper, fold, matches

WINDOW_DAYS = 14
"""How far back a feed goes from the newest list: a reader that is off for a week loses nothing."""

MOST_ENTRIES = 400
"""Keeps a feed well below the two megabytes at which readers give up."""

_FORMATS = {"atom": atom, "rss": rss}
_BATCH = 50
"""Topics that one task publishes."""


@dataclass(frozen=True, slots=True)
class Published:
    """One feed file: its address for readers, how many entries it has, whether its bytes are new."""

    slug: str
    url: str
    path: Path
    entries: int
    is_written: bool


@dataclass(frozen=True, slots=True)
class Edition:
    """All that feeds are made from: papers newest first, folded for matching, and whose they are."""

    papers: tuple[tuple[Paper, FoldedPaper], ...]
    installation: UUID
    created_at: datetime


PublishBatch = Callable[[Resources, Edition, Sequence[Topic | None]], Sequence[Published]]


def publish(resources: Resources, publish_batch: PublishBatch | None = None) -> list[Published]:
    """Writes every feed whose bytes have changed; what cannot be made anew stays as it was."""
    edition = _edition(resources)
    published: list[Published] = []
    for topics in _batches((None, *resources.topics)):
        published += (publish_batch or publish_feeds)(resources, edition, topics)
    return published


def _batches(topics: Sequence[Topic | None]) -> Iterator[tuple[Topic | None, ...]]:
    return (tuple(topics[start : start + _BATCH]) for start in range(0, len(topics), _BATCH))


def _edition(resources: Resources) -> Edition:
    with reading(resources.engine) as connection:
        uuid, created_at = installation(connection)
        papers = window(connection, WINDOW_DAYS)
    folded = tuple((paper, fold(paper.title, paper.abstract)) for paper in papers)
    return Edition(folded, uuid, created_at)


def publish_feeds(resources: Resources, edition: Edition, topics: Sequence[Topic | None]) -> list[Published]:
    """Writes the feeds of some topics, in each format; None stands for the feed of all papers."""
    published: list[Published] = []
    for topic in topics:
        feed = _feed(resources.public_url, edition, topic)
        for extension, render in _FORMATS.items():
            path = resources.public / "feeds" / f"{feed.slug}.{extension}"
            is_written = publish_file(path, render(feed))
            published.append(Published(feed.slug, feed.url(extension), path, len(feed.papers), is_written))
    return published


def _feed(public_url: str, edition: Edition, topic: Topic | None) -> Feed:
    chosen = _chosen(edition, topic)
    return Feed(
        slug=topic.slug if topic else "all",
        title=topic.title if topic else "All papers",
        description=topic.description if topic else "Every paper of the last two weeks.",
        public_url=public_url,
        installation=edition.installation,
        created_at=edition.created_at,
        papers=chosen[:MOST_ENTRIES],
    )


def _chosen(edition: Edition, topic: Topic | None) -> list[tuple[Paper, str]]:
    if topic is None:
        return [(paper, "") for paper, _ in edition.papers]
    reasons = ((paper, matches(topic.rule, folded)) for paper, folded in edition.papers)
    return [(paper, str(reason)) for paper, reason in reasons if reason is not None]
