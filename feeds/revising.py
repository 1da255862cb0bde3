"""Feeds of what changed: for each paper and day on which a reader would have noticed a change, an entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from feeds.differences import changes, noticed
from feeds.entries import Item
from feeds.feed import Feed

SUFFIX = "-revisions"


def revisions(feed: Feed, first: date) -> Feed:
    """The feed of revisions beside a feed: what changed of its papers since a day (UTC), which is included.

    An entry is of one paper and day, updated when a change was last seen on it, and has an id of its own:
    a paper that is revised again does not come back as an old entry. The reasons stay those of the feed.
    """
    return replace(
        feed,
        slug=f"{feed.slug}{SUFFIX}",
        title=f"{feed.shown_title}: revisions",
        description=f"What changed of the papers in “{feed.shown_title}”: titles, abstracts, authors, versions.",
        items=[revised for item in feed.items for revised in _of(item, first)],
        previous="",
    )


def _of(item: Item, first: date) -> Iterator[Item]:
    for day, found in noticed(item.paper).items():
        if day >= first and changes(found):
            yield item._replace(day=day, since=None)
