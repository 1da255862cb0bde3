"""Publishes what the database holds: feeds with their archives, and the pages of the site."""

from __future__ import annotations

import logging
import shutil
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from sqlalchemy import Connection

from feeds.files import publish as publish_file
from feeds.press import Press
from feeds.site.frame import Page, Site
from feeds.site.words import count
from flows.kept_fragments import KeptFragments
from flows.steps.editions import ALL, TRENDING, Subject, edition, keep_up
from flows.steps.pages import Pages
from flows.steps.progress import keep_progress, progress, topics
from flows.steps.resources import Resources
from flows.steps.syndicating import Issue, Published, publish_feeds, publish_list
from flows.steps.turns import Turn, turn
from models.database import reading
from models.matched import Moved, announced_with, moved_with
from models.months import Month, month_of
from models.touched import NOTHING_YET, Mark, mark, touched

_BATCH = 50
"""Feeds that one task publishes."""

_MANY = 5_000
"""Papers whose pages take a while."""

_LOG = logging.getLogger(__name__)

PublishBatch = Callable[[Resources, Issue, Sequence[Subject]], Sequence[Published]]


def publish(resources: Resources, publish_batch: PublishBatch | None = None) -> list[Published]:
    """Writes every feed and page whose bytes have changed; what cannot be made anew stays as it was.

    Pages of papers come before those that link to them, the first page last but for the note that all is done.
    Another publishing into the same folder is waited for.
    """
    with turn(resources.public, [topic.slug for topic in resources.topics]) as last:
        return _publish(resources, publish_batch or publish_feeds, last)


def _publish(resources: Resources, publish_batch: PublishBatch, last: Turn) -> list[Published]:
    with reading(resources.engine) as connection:
        now = mark(connection)  # before the matches: what comes meanwhile is looked at again the next time
    moved = keep_up(resources)
    before = progress(resources)
    since, is_edited = _since(before.mark, now), before.topics != topics(resources)
    with reading(resources.engine) as connection:
        ids = touched(connection, since)
        moved |= moved_with(connection, ids)
        moved |= {Moved(ALL.slug, at) for at in announced_with(connection, ids)}
        if len(ids) > _MANY:
            _LOG.info("Making the pages of %s papers", f"{len(ids):,}")
        written = _write(resources.public, _pages(connection, resources).touched(since, every_day=is_edited))
    press = Press(KeptFragments(resources.cache / "fragments.db"))
    is_anew = is_edited or since == NOTHING_YET
    issue = Issue(
        edition(resources), press, _months(moved), frozenset(ids), is_anew, is_anew or last.is_after_cut
    )
    published: list[Published] = []
    for subjects in _batches((ALL, TRENDING, *resources.topics)):
        files = publish_batch(resources, issue, subjects)
        if resources.hub:
            resources.hub.expect(each.url for each in files if each.is_written)
        published += files
    press.finish()
    publish_list(resources, issue.edition)
    with reading(resources.engine) as connection:
        entries = {each.slug: each.entries for each in published}
        first = _pages(connection, resources).first(issue.edition, resources.topics, entries)
        written += _write(resources.public, first)
    _sweep(resources.public, {*before.slugs, *last.slugs} - {topic.slug for topic in resources.topics})
    keep_progress(resources, now)
    _LOG.info(
        "%s and %s changed; %s looked at",
        count(sum(each.is_written for each in published), "feed file"),
        count(written, "page"),
        count(len(ids), "paper"),
    )
    if resources.hub:
        resources.hub.tell()
    return published


def _since(before: Mark, now: Mark) -> Mark:
    """From where on to look; from the beginning where the database is behind, as one that was restored is."""
    return NOTHING_YET if before.seq > now.seq or before.reading > now.reading else before


def _months(moved: Iterable[Moved]) -> Mapping[str, frozenset[Month]]:
    """By slug, the months in which something came, went or changed."""
    found: defaultdict[str, set[Month]] = defaultdict(set)
    for each in moved:
        found[each.slug].add(month_of(each.came_at))
    return {slug: frozenset(months) for slug, months in found.items()}


def _pages(connection: Connection, resources: Resources) -> Pages:
    daily = {(name, section) for name, source in resources.sources.items() for section in source.sections}
    return Pages(connection, Site(resources.public_url), frozenset(daily))


def _write(public: Path, pages: Iterable[Page]) -> int:
    """Writes the pages whose bytes have changed; gives how many those are."""
    return sum(publish_file(public / page.path, page.content) for page in pages)


def _batches(subjects: Sequence[Subject]) -> Iterator[tuple[Subject, ...]]:
    return (tuple(subjects[start : start + _BATCH]) for start in range(0, len(subjects), _BATCH))


def _sweep(public: Path, slugs: Collection[str]) -> None:
    """Removes the feeds and pages of topics that are gone: a feed that stands still would pass for a quiet one."""
    for slug in slugs:
        for path in (*public.glob(f"feeds/{slug}.*"), *public.glob(f"feeds/{slug}-revisions.*")):
            path.unlink()
        for folder in (public / "feeds" / slug, public / "topics" / slug):
            shutil.rmtree(folder, ignore_errors=True)
