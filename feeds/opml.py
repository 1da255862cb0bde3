"""Writes the list of the feeds for those who subscribe to many at once, as OPML 2.0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from feeds.feed import Feed
from feeds.rendering import render
from feeds.text import one_line


@dataclass(frozen=True, slots=True)
class Group:
    """Feeds under one heading, in the order in which they are listed."""

    title: str
    feeds: Sequence[Feed]


@dataclass(frozen=True, slots=True)
class _Outline:
    title: str
    description: str
    xml_url: str
    html_url: str


@dataclass(frozen=True, slots=True)
class _List:
    title: str
    created: str
    modified: str
    groups: tuple[tuple[str, tuple[_Outline, ...]], ...]


def opml(title: str, groups: Sequence[Group], created_at: datetime, modified_at: datetime) -> bytes:
    """The subscription list in UTF-8, each feed by its Atom; groups without feeds are left out.

    Both times are aware and of what is listed, never of the clock: the same feeds give the same bytes.
    """
    shown = _List(
        title=one_line(title),
        created=_rfc_822(created_at),
        modified=_rfc_822(modified_at),
        groups=tuple(
            (one_line(group.title), tuple(map(_outline, group.feeds))) for group in groups if group.feeds
        ),
    )
    return render("index.opml.j2", shown).encode()


def _outline(feed: Feed) -> _Outline:
    return _Outline(
        title=feed.shown_title,
        description=one_line(feed.description),
        xml_url=feed.url("atom"),
        html_url=feed.page_url,
    )


def _rfc_822(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)
