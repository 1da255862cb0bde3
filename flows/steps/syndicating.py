"""The files of some feeds, and what goes with each: its archive, the feed of its revisions, the page of its topic."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from feeds.entries import Item, came
from feeds.feed import Feed
from feeds.files import publish as publish_file
from feeds.formats import formats_of
from feeds.opml import Group, opml
from feeds.press import Press, Pressed
from feeds.revising import revisions
from feeds.site import paths
from feeds.site.frame import Site
from feeds.site.topics import topic_page
from feeds.site.words import count
from feeds.splicing import MOST_BYTES
from flows.steps.archiving import Shelf, Shelved
from flows.steps.editions import (
    ALL,
    MOST_ENTRIES,
    TRENDING,
    Edition,
    Subject,
    items,
    newest_first,
    page_of,
    window_begin,
)
from flows.steps.resources import Resources
from models.database import reading
from models.matched import announced, first_announced, first_match, matches_of
from models.months import Month
from models.rulebook import rule_versions
from models.topics.topic import Topic

_LOG = logging.getLogger(__name__)

_AT_MOST = 4_000
"""Bytes of an entry, without its abstract and its authors, in any format."""
_AN_AUTHOR = 120


@dataclass(frozen=True, slots=True)
class Published:
    """One feed file: its address for readers, how many entries it has, whether its bytes are new."""

    slug: str
    url: str
    path: Path
    entries: int
    is_written: bool


@dataclass(frozen=True, slots=True)
class Issue:
    """One publishing: the edition, the press that writes its feeds, and what may be different since the last.

    `moved` says by slug in which months archives have changed, `touched` has the ids of papers whose counters
    may have, too. `is_anew` means that anything may be different, `are_archives_anew` that archives may.
    """

    edition: Edition
    press: Press
    moved: Mapping[str, frozenset[Month]]
    touched: frozenset[str]
    is_anew: bool = False
    are_archives_anew: bool = False


def publish_feeds(resources: Resources, issue: Issue, subjects: Sequence[Subject]) -> list[Published]:
    """Writes those of some feeds whose bytes have changed, in each format, and what goes with them."""
    belonging = items(issue.edition, subjects)
    chosen = [found[:MOST_ENTRIES] for found in belonging]
    with reading(resources.engine) as connection:
        feeds = [
            _archived(connection, resources, issue, subject, _feed(resources, issue.edition, subject, found))
            for subject, found in zip(subjects, chosen, strict=True)
        ]
    newest = issue.edition.newest
    first = window_begin(newest).date() if newest else date.min
    of_changes = [
        _revisions(feed, found, first)
        for feed, found in zip(feeds, belonging, strict=True)
        if feed.slug != TRENDING.slug
    ]
    published: list[Published] = []
    pressed = list(issue.press.press([*feeds, *of_changes], partial(_is_there, resources)))
    issue.press.publishing(pressed)
    for each in pressed:
        published += _publish(resources, each)
    for subject, found, each in zip(subjects, chosen, pressed, strict=False):
        is_stale = issue.is_anew or each.documents or any(item.paper.id in issue.touched for item in found)
        if isinstance(subject, Topic) and is_stale:
            page = topic_page(Site(resources.public_url), subject, found)
            publish_file(resources.public / page.path, page.content)
    issue.press.published(pressed)
    _LOG.info("%s", _told(subjects, published))
    return published


def _told(subjects: Sequence[Subject], published: Sequence[Published]) -> str:
    names = " to ".join(dict.fromkeys([subjects[0].slug, subjects[-1].slug]))
    changed = len({each.slug for each in published if each.is_written})
    return f"{names}: {count(len(subjects), 'feed')} with those of their revisions, {changed} changed"


def publish_list(resources: Resources, edition: Edition) -> None:
    """Writes the list of all feeds, for those who subscribe to many at once."""
    everything, topics = (
        [_feed(resources, edition, subject, ()) for subject in subjects]
        for subjects in ((ALL, TRENDING), resources.topics)
    )
    with reading(resources.engine) as connection:
        written = [rule.since for rule in rule_versions(connection).values()]
    groups = [Group("Everything", everything), Group("Topics", topics)]
    modified_at = max([edition.created_at, *written])
    content = opml("Paper Round", groups, edition.created_at, modified_at)
    publish_file(resources.public / paths.OPML, content)


def _feed(resources: Resources, edition: Edition, subject: Subject, chosen: Sequence[Item]) -> Feed:
    return Feed(
        slug=subject.slug,
        title=subject.title,
        description=subject.description,
        public_url=resources.public_url,
        installation=edition.installation,
        created_at=edition.created_at,
        items=chosen,
        page=page_of(subject),
        news=edition.news,
        hub=resources.hub.url if resources.hub else "",
        newest=edition.newest,
    )


def _revisions(feed: Feed, belonging: Sequence[Item], first: date) -> Feed:
    """What changed of all papers that belong into a feed: revised are mostly those that have no more room in it."""
    found = revisions(replace(feed, items=belonging), first)
    return replace(found, items=newest_first(found.items)[:MOST_ENTRIES])


def _archived(
    connection: Connection, resources: Resources, issue: Issue, subject: Subject, feed: Feed
) -> Feed:
    """The feed with the link to its archive, brought up to date; what rises, or is alike, is of its days alone."""
    newest = issue.edition.newest
    if newest is None:
        return feed
    until = window_begin(newest)
    if not _has_room(feed.items):  # what falls out of the feed stands in the archive already
        until = came(feed.items[0]) + timedelta.resolution
    if subject == ALL:
        papers = Shelved(partial(announced, connection), first_announced(connection), until)
    elif isinstance(subject, Topic):
        chosen = partial(matches_of, connection, subject.slug)  # of a topic without a rule, none
        papers = Shelved(chosen, first_match(connection, subject.slug), until)
    else:
        return feed
    folder = resources.public / "feeds" / subject.slug
    shelf = Shelf(folder, feed, papers)
    dirty = issue.moved.get(subject.slug, frozenset())
    return shelf.keep(connection, issue.press, dirty | shelf.months if issue.are_archives_anew else dirty)


def _has_room(items: Sequence[Item]) -> bool:
    """Whether a feed surely has room for all papers of its window, by number and by size."""
    sizes = (_AT_MOST + 2 * len(paper.abstract) + _AN_AUTHOR * len(paper.authors) for paper, *_ in items)
    return len(items) < MOST_ENTRIES and sum(sizes) < MOST_BYTES


def _is_there(resources: Resources, feed: Feed) -> bool:
    """Whether all files of a feed are in their place, and the page that is written with them."""
    files = [_path(resources, feed, form.extension) for form in formats_of(feed)]
    return all(path.exists() for path in (*files, resources.public / paths.file_of(feed.page)))


def _publish(resources: Resources, pressed: Pressed) -> list[Published]:
    published: list[Published] = []
    feed = pressed.feed
    for form in formats_of(feed):
        path = _path(resources, feed, form.extension)
        document = pressed.documents.get(form.extension)
        is_written = document is not None and publish_file(path, document)
        published.append(Published(feed.slug, feed.url(form.extension), path, pressed.entries, is_written))
    return published


def _path(resources: Resources, feed: Feed, extension: str) -> Path:
    return resources.public / "feeds" / f"{feed.name}.{extension}"
