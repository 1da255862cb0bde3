"""Writes a feed as Atom 1.0 (RFC 4287) or RSS 2.0: the only user of feedgen.

The bytes are a pure function of the feed: feedgen fills each date that it is not given with the clock, so
all of them are given. What else of feedgen 1.0.0 is worked round stands beside the line that does.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from feedgen.feed import FeedGenerator

# isort: split
# feedgen 1.0.0 can be imported in this order alone.
from feedgen.ext.dc import DcEntryExtension, DcExtension

from feeds.entries import Entry
from feeds.feed import Feed
from feeds.typed_links import EntryLinks, FeedLinks

ATOM_TYPE = "application/atom+xml"
RSS_TYPE = "application/rss+xml"

# Without a version, which would change the bytes of every feed with each release.
NAME = "Paper Round"
_ARXIV_SCHEME = "http://arxiv.org/schemas/atom"  # of the categories in arXiv's own Atom
_TTL_MINUTES = 360

# feedgen switches the locale of the whole process while it writes a date for RSS.
_locale = Lock()


def atom(feed: Feed) -> bytes:
    """The feed as an Atom 1.0 document in UTF-8; the same feed gives the same bytes."""
    return atom_with(feed, feed.entries)


def rss(feed: Feed) -> bytes:
    """The feed as an RSS 2.0 document in UTF-8; the same feed gives the same bytes."""
    return rss_with(feed, feed.entries)


def atom_with(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """The Atom document of the feed with these entries in place of its own."""
    written: bytes = _generator(feed, "atom", ATOM_TYPE, entries).atom_str(pretty=True)
    return written


def rss_with(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """The RSS document of the feed with these entries in place of its own."""
    generator = _generator(feed, "rss", RSS_TYPE, entries)
    with _locale:
        written: bytes = generator.rss_str(pretty=True)
    return written


def _generator(feed: Feed, extension: str, media_type: str, entries: Iterable[Entry]) -> FeedGenerator:
    """A generator for one format: the link to itself differs, and feedgen would write the same to both."""
    generator = FeedGenerator()
    generator.register_extension("typed_links", FeedLinks, EntryLinks)
    # By its classes: `load_extension` searches the disk for a module, which takes a third of a feed's head.
    generator.register_extension("dc", DcExtension, DcEntryExtension, atom=False)
    generator.id(feed.id)
    generator.title(feed.shown_title)
    generator.subtitle(feed.subtitle)
    generator.updated(feed.updated_at)
    generator.author(name=NAME)  # an Atom feed without entries has no other
    generator.generator(NAME)
    generator.docs("https://www.rssboard.org/rss-specification")
    generator.language("en")
    generator.ttl(_TTL_MINUTES)
    generator.link(href=feed.url(extension), rel="self", type=media_type)
    others = _other_links(feed)
    generator.link([{"rel": rel, "href": href} for rel, href in others])
    generator.typed_links.rss = others
    generator.typed_links.is_archive = feed.archive is not None
    # Last: feedgen makes the last link of any relation the link of an RSS channel.
    generator.link(href=feed.page_url, rel="alternate", type="text/html")
    for entry in entries:
        _add(generator, entry)
    return generator


def _other_links(feed: Feed) -> list[tuple[str, str]]:
    """The feed's links beside those to itself and its page, relation and URL."""
    found = [("hub", feed.hub), ("prev-archive", feed.previous)]
    if feed.archive:
        found += [
            ("current", feed.archive.current_url),
            ("prev-archive", feed.archive.previous_url),
            ("next-archive", feed.archive.next_url),
        ]
    return [(rel, href) for rel, href in found if href]


def _add(generator: FeedGenerator, entry: Entry) -> None:
    added = generator.add_entry(order="append")
    added.id(entry.id)  # in RSS a guid with isPermaLink="false"
    added.title(entry.title)
    added.published(entry.published_at)
    added.updated(entry.updated_at)
    added.author([{"name": name} for name in entry.authors])
    if entry.authors:
        # RSS has authors only with an email address. Of several creators readers show one: join them.
        added.dc.dc_creator(", ".join(entry.authors))
    added.category([{"term": term, "scheme": _ARXIV_SCHEME} for term in entry.categories])
    added.link([{"href": link.href, "rel": link.rel} for link in entry.links])
    added.typed_links.links = entry.links
    # html, as CDATA would be written as a type of that name; without a summary RSS has it as description.
    added.content(entry.content, type="html")
