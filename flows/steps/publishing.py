"""Publishes what the database holds: a feed for each topic, one for all and one of what rises, in each format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from feeds.entries import Item
from feeds.feed import Feed
from feeds.files import publish as publish_file
from feeds.site.trending import trending_page
from feeds.syndication import atom, rss
from flows.steps.editions import ALL, TRENDING, Edition, Subject, edition, items, keep_up
from flows.steps.resources import Resources

_FORMATS = {"atom": atom, "rss": rss}
_BATCH = 50
"""Feeds that one task publishes."""


@dataclass(frozen=True, slots=True)
class Published:
    """One feed file: its address for readers, how many entries it has, whether its bytes are new."""

    slug: str
    url: str
    path: Path
    entries: int
    is_written: bool


PublishBatch = Callable[[Resources, Edition, Sequence[Subject]], Sequence[Published]]


def publish(resources: Resources, publish_batch: PublishBatch | None = None) -> list[Published]:
    """Writes every feed whose bytes have changed; what cannot be made anew stays as it was."""
    keep_up(resources)
    found = edition(resources)
    published: list[Published] = []
    for subjects in _batches((ALL, TRENDING, *resources.topics)):
        published += (publish_batch or publish_feeds)(resources, found, subjects)
    page = trending_page(found.standings, found.events, resources.public_url)
    publish_file(resources.public / "trending" / "index.html", page)
    return published


def _batches(subjects: Sequence[Subject]) -> Iterator[tuple[Subject, ...]]:
    return (tuple(subjects[start : start + _BATCH]) for start in range(0, len(subjects), _BATCH))


def publish_feeds(resources: Resources, edition: Edition, subjects: Sequence[Subject]) -> list[Published]:
    """Writes some of the feeds, in each format."""
    published: list[Published] = []
    for subject, chosen in zip(subjects, items(edition, subjects), strict=True):
        feed = _feed(resources.public_url, edition, subject, chosen)
        for extension, render in _FORMATS.items():
            path = resources.public / "feeds" / f"{feed.slug}.{extension}"
            is_written = publish_file(path, render(feed))
            published.append(Published(feed.slug, feed.url(extension), path, len(feed.items), is_written))
    return published


def _feed(public_url: str, edition: Edition, subject: Subject, chosen: Sequence[Item]) -> Feed:
    return Feed(
        slug=subject.slug,
        title=subject.title,
        description=subject.description,
        public_url=public_url,
        installation=edition.installation,
        created_at=edition.created_at,
        items=chosen,
    )
