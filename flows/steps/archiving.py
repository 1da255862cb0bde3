"""The archives of feeds (RFC 5005, section 4): what has left a feed, by month, each document with those beside it.

A feed and its archive together have every paper that the topic's rule ever chose. Documents are made again
only where their papers have changed, or what stands beside them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from feeds.entries import Item
from feeds.feed import Archive, Feed, archived
from feeds.files import publish as publish_file
from feeds.keys import key
from feeds.press import Press
from models.matched import Kept
from models.months import Beside, Month, Place, beside, month_of, months, parted, place
from models.selection import by_ids

MOST_ENTRIES = 400
"""Entries in one document of an archive."""

_NOTE = ".documents"
"""In the folder of an archive: of each document a digest of what it was made from."""

Between = Callable[[datetime, datetime], Sequence[Kept]]
"""The papers that came in a time, the earliest first."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """The papers that belong into the archive of a feed.

    `first` is when the earliest of them came (None: there are none), `until` the moment (aware UTC) from
    which on the feed itself has them.
    """

    between: Between
    first: datetime | None
    until: datetime

    def documents(self, asked: Collection[Month]) -> dict[Place, Sequence[Kept]]:
        """The documents of some months, with the papers in each."""
        found: dict[Place, Sequence[Kept]] = {}
        for month in sorted(asked):
            papers = self.between(month.begin, min(month.next.begin, self.until))
            found |= parted(month, papers, MOST_ENTRIES)
        return found

    def due(self, noted: Collection[Place], dirty: Collection[Month]) -> set[Month]:
        """The months to look at: the `dirty`, and all since the newest document; without documents, all."""
        if self.first is None:
            return {each.month for each in noted}
        since = max((each.month for each in noted), default=month_of(self.first))
        return {*months(since, month_of(self.until)), *dirty}


@dataclass(frozen=True, slots=True)
class Shelf:
    """The archive of one feed, in a folder of its own."""

    folder: Path
    feed: Feed
    papers: Shelved

    def keep(self, connection: Connection, press: Press, dirty: Collection[Month]) -> Feed:
        """Brings the archive up to date, where papers of `dirty` months may be others; gives the feed with its link."""
        noted = self._noted()
        looked_at = self.papers.due(noted, dirty)
        documents = self.papers.documents(looked_at)
        there = {each for each in noted if each.month not in looked_at} | documents.keys()
        moved = there ^ noted.keys()  # those beside them have another neighbour now
        around = beside(there | moved)
        neighbours = {each.month for one in moved for each in around[one] if each in there}
        documents |= self.papers.documents(neighbours - looked_at)
        made = {each: self._document(each, beside(there)[each]) for each in documents}
        now = noted | {each: key(made[each].archive, self._head(), *documents[each]) for each in documents}
        for each, rows in documents.items():
            if noted.get(each) != now[each] or not self._path(each).exists():
                self._publish(connection, press, each, made[each], rows)
        for gone in noted.keys() - there:
            self._path(gone).unlink(missing_ok=True)
        self._note(noted, {each: now[each] for each in sorted(there)})
        return replace(self.feed, previous=self._url(max(there))) if there else self.feed

    @property
    def months(self) -> set[Month]:
        """The months of which there are documents."""
        return {each.month for each in self._noted()}

    def _document(self, here: Place, around: Beside) -> Feed:
        links = Archive(str(here), self.feed.url("atom"), self._url(around.previous), self._url(around.next))
        return archived(self.feed, links)

    def _head(self) -> tuple[object, ...]:
        feed = self.feed
        return feed.id, feed.title, feed.description, feed.home_url, feed.page

    def _publish(
        self, connection: Connection, press: Press, here: Place, document: Feed, rows: Sequence[Kept]
    ) -> None:
        papers = by_ids(connection, [row.paper_id for row in rows])
        items = [Item(papers[row.paper_id], row.reason, row.came_at) for row in rows]
        # Votes go on; a document of the past tells none, and stays.
        whole = replace(document, items=items, newest=None)
        for pressed in press.press([whole], lambda _: False):
            publish_file(self._path(here), pressed.documents["atom"])

    def _url(self, there: Place | None) -> str:
        """The address of a document, "" for none."""
        return archived(self.feed, Archive(str(there), "")).url("atom") if there else ""

    def _path(self, there: Place) -> Path:
        return self.folder / f"{there}.atom"

    def _noted(self) -> dict[Place, str]:
        """The documents that there are; none where that cannot be told: then all are made anew."""
        try:
            found = json.loads((self.folder / _NOTE).read_bytes())
            return {there: str(digest) for name, digest in found.items() if (there := place(name))}
        except (OSError, ValueError, AttributeError):
            return {}

    def _note(self, before: Mapping[Place, str], now: Mapping[Place, str]) -> None:
        if now != before:
            content = json.dumps({str(there): digest for there, digest in now.items()})
            publish_file(self.folder / _NOTE, content.encode())
