"""The pages of the site, from what the database holds: those that a round may have touched, and the first ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain

from sqlalchemy import Connection

from feeds.site.about import feeds_page, not_found_page, robots
from feeds.site.assets import assets
from feeds.site.day import Day, day_pages
from feeds.site.days import days_page, month_page
from feeds.site.frame import Page, Site
from feeds.site.paper import paper_pages
from feeds.site.status import SHOWN_DAYS, status_page
from feeds.site.subscribing import Offer
from feeds.site.today import Today, today_page
from feeds.site.topics import Counted, topics_page
from feeds.site.trending import trending_page
from flows.steps.editions import ALL, TRENDING, Edition
from models.days import beside, counts_by_day, neighbours
from models.ledger import of_day, recent
from models.matched import topics_of
from models.months import Month, month_of
from models.papers import Paper, Weight
from models.placing import named_on
from models.selection import by_ids, listed_between
from models.topics.topic import Topic
from models.touched import Mark, read_since, touched

_AT_ONCE = 500
"""Papers that are in memory at a time."""


@dataclass(frozen=True)
class Pages:
    """The pages of a site, made from what a connection shows.

    `daily` are the lists of a day, as source and section: their papers stand on the page of that day.
    """

    connection: Connection
    site: Site
    daily: frozenset[tuple[str, str]]

    def touched(self, since: Mark, *, every_day: bool = False) -> Iterator[Page]:
        """Papers and days of which anything may be different since a mark; from the beginning, all.

        `every_day` where the topics are others now, which stand beside the papers of a day.
        """
        days = {listing.date for listing in read_since(self.connection, since)}
        first: Counter[date | None] = Counter()
        places: set[date] = set()
        for paper in self._papers(touched(self.connection, since)):
            yield from paper_pages(self.site, paper)
            first[paper.first_listed] += 1
            places.update(place.date for place in paper.appearances)
        days |= places | {day for day in first if day}
        # A day whose papers are all touched may be new, one without any may be gone: another neighbour to those
        # around it. The page of a paper leads to all days of its lists.
        moved = [day for day in days if first[day] == self._counts.get(day, 0)]
        asked = {each for day in moved for each in beside(self._days, day) if each}
        asked |= {day for day in days if day in self._counts or day in places}
        asked |= {*self._days} if every_day else set()
        for day in sorted(asked):
            yield from day_pages(self.site, self._day(day))
        yield from self._calendar({month_of(day) for day in asked})

    def first(self, edition: Edition, topics: Sequence[Topic], entries: Mapping[str, int]) -> Iterator[Page]:
        """What one begins with, the very first page last; `entries` says by topic how many its feed has."""
        newest = self._day(max(self._counts)) if self._counts else None
        before = self._day(newest.earlier) if newest and newest.earlier else None
        of_newest = Counter(chain.from_iterable(newest.topics_of.values()) if newest else ())
        yield from assets()
        yield robots(self.site)
        yield not_found_page(self.site)
        yield feeds_page(self.site, _offers(topics))
        yield topics_page(self.site, [Counted(topic, entries.get(topic.slug, 0)) for topic in topics])
        yield trending_page(self.site, edition.standings, edition.events)
        yield days_page(self.site, self._counts)
        yield status_page(self.site, recent(self.connection, SHOWN_DAYS), edition.news)
        today = Today(
            day=newest,
            before=before,
            freshness=edition.news,
            standings=edition.standings,
            revised=_revised(edition.papers),
            topics=[Counted(topic, of_newest[topic.slug]) for topic in topics],
        )
        yield today_page(self.site, today)

    @cached_property
    def _counts(self) -> Mapping[date, int]:
        return counts_by_day(self.connection)

    @cached_property
    def _days(self) -> Sequence[date]:
        return sorted(self._counts)

    def _papers(self, ids: Sequence[str]) -> Iterator[Paper]:
        for start in range(0, len(ids), _AT_ONCE):
            yield from by_ids(self.connection, ids[start : start + _AT_ONCE]).values()

    def _day(self, day: date) -> Day:
        ledger = of_day(self.connection, day)
        papers = {paper.id: paper for paper in listed_between(self.connection, day, day)}
        lists = [entry.listing for entry in ledger if (entry.source, entry.section) in self.daily]
        also = {each for listing in lists for each in named_on(self.connection, listing)}
        papers |= by_ids(self.connection, sorted(also - papers.keys()))
        earlier, later = beside(self._days, day)
        return Day(
            date=day,
            papers=tuple(papers.values()),
            topics_of=topics_of(self.connection, sorted(papers)),
            earlier=earlier,
            later=later,
            ledger=ledger,
        )

    def _calendar(self, asked: Collection[Month]) -> Iterator[Page]:
        """These months, and those around them, which may have a new neighbour."""
        around = neighbours({month_of(day).first for day in self._counts})
        known = [month.first for month in asked if month.first in around]
        firsts = {each for month in known for each in (month, *around[month]) if each}
        for first in sorted(firsts):
            earlier, later = (month_of(each) if each else None for each in around[first])
            yield month_page(self.site, month_of(first), self._counts, earlier, later)


def _offers(topics: Iterable[Topic]) -> list[Offer]:
    standard = [
        Offer(each.slug, each.title, each.description, has_revisions=each != TRENDING)
        for each in (ALL, TRENDING)
    ]
    return [*standard, *(Offer(topic.slug, topic.title, topic.description) for topic in topics)]


def _revised(papers: Sequence[Paper]) -> list[Paper]:
    """Those that were revised so that a reader would notice, the newest revision first."""
    moments = {
        paper.id: max(each.seen_at for each in paper.revisions if each.weight is Weight.NOTICED)
        for paper in papers
        if any(each.weight is Weight.NOTICED for each in paper.revisions)
    }
    revised = [paper for paper in papers if paper.id in moments]
    return sorted(revised, key=lambda paper: moments[paper.id], reverse=True)
