"""What a feed is, whatever the format that it goes out in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID, uuid5

from feeds.entries import Entry, Item, draft, entry, ordered, updated_at
from feeds.freshness import told
from feeds.text import one_line
from models.freshness import Freshness


class Archive(NamedTuple):
    """Where an archive document (RFC 5005, section 4) stands among the others; an empty URL means none.

    `name` is of a month, `2025-10`, and of the parts of a long one after its first, `2025-10.2`.
    """

    name: str
    current_url: str
    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True)
class Feed:
    """The papers of one topic, or of another choice.

    `public_url` is where the site stands, `installation` the UUID that this database has kept since it was
    made, `created_at` (aware UTC) the moment that a feed without papers counts as changed. `page` is the
    path of the page with the same papers, from the root of the site. `news` says how old the news of each
    source is; votes are told as of the day of `newest`, the newest list, and not at all without it. `hub` is
    the URL of a WebSub hub, `previous` that of the newest archive document; empty means none. With `archive`
    the feed is itself such a document. A feed that is put together when it is asked for has a `query`, what
    follows the `?` of its URL.
    """

    slug: str
    title: str
    description: str
    public_url: str
    installation: UUID
    created_at: datetime
    items: Sequence[Item] = ()
    page: str = ""
    news: Sequence[Freshness] = ()
    hub: str = ""
    previous: str = ""
    newest: date | None = None
    archive: Archive | None = None
    query: str = ""

    @property
    def id(self) -> str:
        """The id of the feed: a UUID of installation, slug and query, so that the site may move."""
        return uuid5(self.installation, f"{self.slug}{self._query}").urn

    @cached_property
    def ordered_items(self) -> list[Item]:
        """The items that have an entry, in its order: the newest announced first."""
        return ordered(self.items)

    @cached_property
    def entries(self) -> list[Entry]:
        """What the feed says of its papers, made once for all formats."""
        return [
            entry(draft(item, self.home_url, self.newest), item.reason, updated_at(item))
            for item in self.ordered_items
        ]

    @cached_property
    def updated_at(self) -> datetime:
        """When (aware UTC) one of its entries was last changed."""
        return max(map(updated_at, self.ordered_items), default=self.created_at)

    @property
    def home_url(self) -> str:
        """The first page of the site."""
        return f"{self.public_url.rstrip('/')}/"

    @property
    def page_url(self) -> str:
        """The page with the same papers."""
        return f"{self.home_url}{self.page.lstrip('/')}"

    @property
    def name(self) -> str:
        """Where its files stand in the folder of the feeds, without their extensions."""
        return f"{self.slug}/{self.archive.name}" if self.archive else self.slug

    def url(self, extension: str) -> str:
        """Where the feed is served in the format that has this file name extension (`atom`, `rss`)."""
        return f"{self.home_url}feeds/{self.name}.{extension}{self._query}"

    @property
    def _query(self) -> str:
        return f"?{self.query}" if self.query else ""

    @property
    def shown_title(self) -> str:
        """The title as one line, never empty."""
        return one_line(self.title) or self.slug

    @property
    def subtitle(self) -> str:
        """The description, never empty, and how old the news is."""
        return " ".join(filter(None, (one_line(self.description) or self.shown_title, told(self.news))))


def archived(feed: Feed, archive: Archive) -> Feed:
    """The feed as a document of its archive: what it tells of today, such as how old the news is, is gone."""
    return replace(feed, archive=archive, news=(), hub="", previous="")
