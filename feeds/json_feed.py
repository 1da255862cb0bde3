"""Writes a feed as JSON Feed 1.1 (https://jsonfeed.org/version/1.1). The same feed gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from feeds.entries import Entry
from feeds.feed import Feed

JSON_TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"

SEPARATOR = b",\n"
"""Stands between two items."""


def json_feed(feed: Feed) -> bytes:
    """The feed as a JSON Feed document in UTF-8, an item to a line."""
    return framed(feed, map(item, feed.entries))


def framed(feed: Feed, items: Iterable[bytes]) -> bytes:
    """The document of the feed with these items in place of its own."""
    head: dict[str, Any] = {
        "version": VERSION,
        "title": feed.shown_title,
        "home_page_url": feed.page_url,
        "feed_url": feed.url("json"),
        "description": feed.subtitle,
        "language": "en",
        "authors": [{"name": "Paper Round", "url": feed.home_url}],
    }
    if feed.hub:
        head["hubs"] = [{"type": "WebSub", "url": feed.hub}]
    return dumped(head)[:-1] + b', "items": [\n' + SEPARATOR.join(items) + b"\n]}\n"


def item(entry: Entry, updated_at: str = "") -> bytes:
    """The item of an entry, on one line; `updated_at` in place of the time of its last change.

    Of our own, under `_paper_round`, are the paper's page with its history, its id, version and withdrawal.
    """
    alternate = next((link.href for link in entry.links if link.rel == "alternate"), entry.page_url)
    found: dict[str, Any] = {
        "id": entry.id,
        "url": alternate,
        "title": entry.title,
        "date_published": entry.published_at.isoformat(),
        "date_modified": updated_at or entry.updated_at.isoformat(),
        "authors": [{"name": name} for name in entry.authors],
        "tags": entry.categories,
        "attachments": [
            {"url": link.href, "mime_type": link.type, "title": link.title}
            for link in entry.links
            if link.type == "application/pdf"
        ],
        "_paper_round": {
            "about": entry.page_url,
            "paper": entry.paper_id,
            "version": entry.version,
            "withdrawn": entry.is_withdrawn,
        },
        "content_html": entry.content,
    }
    return dumped({name: value for name, value in found.items() if value})


def dumped(value: object) -> bytes:
    """JSON in UTF-8, on one line."""
    return json.dumps(value, ensure_ascii=False).encode()
