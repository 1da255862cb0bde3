"""What all pages share: the head, the header with the navigation, the footer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from feeds.rendering import render
from feeds.site import paths
from feeds.text import one_line

SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""The Content-Security-Policy that all pages live under: no script, no inline style, nobody else's asset."""

_FORMATS = (
    ("atom", "application/atom+xml", "Atom"),
    ("rss", "application/rss+xml", "RSS"),
    ("json", "application/feed+json", "JSON"),
)


class Page(NamedTuple):
    """A file of the site: where it is below the root, and its bytes (HTML and text in UTF-8)."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed in one format, for `<link rel="alternate">` and for people: its absolute URL."""

    href: str
    type: str
    title: str


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the navigation: its path from the root, its name, and whether the page belongs to it."""

    path: str
    name: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The values of `site/base.html`. `root` leads to the root of the site, "" at the root itself.

    `canonical` is the page's absolute URL, empty where it shall have none; `feeds` are for autodiscovery, of
    which the first is the one that a reader takes.
    """

    title: str
    description: str
    root: str
    section: str = ""
    canonical: str = ""
    feeds: tuple[FeedLink, ...] = ()
    is_indexed: bool = True

    @property
    def home(self) -> str:
        """The first page, as a link."""
        return self.root or "./"

    @property
    def navigation(self) -> tuple[Step, ...]:
        """The way to each part of the site."""
        return tuple(Step(path, name, path == self.section) for path, name in _PARTS)


_PARTS = (
    ("./", "Today"),
    (paths.DAYS, "Days"),
    (paths.TOPICS, "Topics"),
    (paths.TRENDING, "Trending"),
    (paths.FEEDS, "Feeds"),
    (paths.STATUS, "Status"),
)


class Framed(Protocol):
    """Values of a page that stands in the frame."""

    @property
    def frame(self) -> Frame:
        """What the frame shows."""
        ...


@dataclass(frozen=True, slots=True)
class Site:
    """Where the site stands: `public_url` is the absolute URL of its root.

    `offers_mail` where the app that serves it takes subscribers.
    """

    public_url: str
    offers_mail: bool = False

    def url(self, path: str) -> str:
        """The absolute URL of a page or file."""
        return f"{self.public_url.rstrip('/')}/{path}"

    @property
    def root_path(self) -> str:
        """The root on its own host, for pages that are shown at any address (`/`, `/papers/`)."""
        return f"{urlsplit(self.public_url).path.rstrip('/')}/"

    def feed(self, slug: str, title: str) -> tuple[FeedLink, ...]:
        """A feed in every format, Atom first."""
        return tuple(
            FeedLink(self.url(paths.feed_path(slug, extension)), media_type, f"{one_line(title)} ({name})")
            for extension, media_type, name in _FORMATS
        )

    def frame(
        self, path: str, title: str, description: str, section: str = "", feeds: Sequence[FeedLink] = ()
    ) -> Frame:
        """The frame of a page at a path; the feed of all papers comes after its own."""
        return Frame(
            title=one_line(title),
            description=one_line(description),
            root=paths.way_home(path),
            section=section,
            canonical=self.url(path),
            feeds=(*feeds, *self.feed("all", "All papers")[:1]),
        )


def page(path: str, template: str, values: Framed) -> Page:
    """The page at a path: a template of `site/` filled with the values."""
    return Page(paths.file_of(path), render(f"site/{template}", values).encode())
