"""What a feed is, whatever the format that it goes out in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID, uuid5

from feeds.entries import Entry, Item, entries


@dataclass(frozen=True)
class Feed:
    """The papers of one topic, or of another choice.

    `public_url` is where the site stands, `installation` the UUID that this database has kept since it was
    made, `created_at` (aware UTC) the moment that a feed without papers counts as changed.
    """

    slug: str
    title: str
    description: str
    public_url: str
    installation: UUID
    created_at: datetime
    items: Sequence[Item] = ()

    @property
    def id(self) -> str:
        """The id of the feed: a UUID of installation and slug, so that the site may move."""
        return uuid5(self.installation, self.slug).urn

    @cached_property
    def entries(self) -> list[Entry]:
        """What the feed says of its papers, made once for all formats; the newest announced first."""
        return entries(self.items)

    @property
    def home_url(self) -> str:
        """The first page of the site."""
        return f"{self.public_url.rstrip('/')}/"

    def url(self, extension: str) -> str:
        """Where the feed is served in the format that has this file name extension (`atom`, `rss`)."""
        return f"{self.home_url}feeds/{self.slug}.{extension}"
