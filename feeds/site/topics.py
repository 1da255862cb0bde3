"""The topics: all of them, and for each the entries of its feed with why they are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from feeds.entries import Item, came
from feeds.site import paths
from feeds.site.frame import Frame, Page, Site, page
from feeds.site.rows import Row, row
from feeds.site.rule_words import sought
from feeds.site.subscribing import Box, Offer, box, discoverable
from feeds.site.words import count, long_day
from feeds.text import one_line
from models.topics.topic import Topic


class Counted(NamedTuple):
    """A topic and a number of its papers: those of its feed, or those of a day."""

    topic: Topic
    papers: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A topic in the list of all."""

    href: str
    title: str
    description: str
    sought: str
    papers: str
    feed: Box


@dataclass(frozen=True, slots=True)
class _Index:
    frame: Frame
    topics: tuple[Summary, ...]


@dataclass(frozen=True, slots=True)
class _Values:
    frame: Frame
    title: str
    description: str
    sought: str
    rule: str
    papers: str
    days: tuple[tuple[str, tuple[Row, ...]], ...]
    feed: Box


def offer(topic: Topic) -> Offer:
    """A topic's feed."""
    return Offer(topic.slug, topic.title, topic.description)


def topics_page(site: Site, topics: Sequence[Counted]) -> Page:
    """All topics in their order, with the number of papers in their feeds."""
    frame = site.frame(paths.TOPICS, "Topics", "What each topic looks for, and its feed.", paths.TOPICS)
    summaries = tuple(_summary(site, frame.root, each) for each in topics)
    return page(paths.TOPICS, "topics.html", _Index(frame, summaries))


def topic_page(site: Site, topic: Topic, items: Sequence[Item]) -> Page:
    """A topic: the entries of its feed in their order, by the day (UTC) on which they came into it."""
    path = paths.topic_path(topic.slug)
    frame = site.frame(path, topic.title, topic.description, paths.TOPICS, discoverable(site, offer(topic)))
    announced = [item for item in items if item.paper.announced_at]
    by_day = groupby(announced, key=lambda item: came(item).date())
    return page(
        path,
        "topic.html",
        _Values(
            frame=frame,
            title=one_line(topic.title) or topic.slug,
            description=one_line(topic.description),
            sought=sought(topic),
            rule=one_line(str(topic.rule)) if topic.rule else "",
            papers=count(len(announced), "paper"),
            days=tuple(
                (long_day(day), tuple(row(item.paper, frame.root, why=item.reason) for item in of_day))
                for day, of_day in by_day
            ),
            feed=box(site, offer(topic)),
        ),
    )


def _summary(site: Site, root: str, counted: Counted) -> Summary:
    topic = counted.topic
    return Summary(
        href=root + paths.topic_path(topic.slug),
        title=one_line(topic.title) or topic.slug,
        description=one_line(topic.description),
        sought=sought(topic),
        papers=count(counted.papers, "paper"),
        feed=box(site, offer(topic)),
    )
