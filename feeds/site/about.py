"""About the feeds, for people who never used one; the page that is not there; and robots.txt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from feeds.site import paths
from feeds.site.frame import Frame, Page, Site, page
from feeds.site.subscribing import Box, Offer, box


@dataclass(frozen=True, slots=True)
class _Values:
    frame: Frame
    feeds: tuple[Box, ...] = ()
    opml: str = ""
    example: str = ""


def feeds_page(site: Site, offers: Sequence[Offer]) -> Page:
    """What a feed is, how it is taken, and all feeds of the site in their order."""
    frame = site.frame(
        paths.FEEDS, "About the feeds", "What a feed is, and all feeds of this site.", paths.FEEDS
    )
    boxes = tuple(box(site, offer) for offer in offers)
    values = _Values(frame, boxes, opml=site.url(paths.OPML), example=boxes[0].atom if boxes else "")
    return page(paths.FEEDS, "feeds.html", values)


def not_found_page(site: Site) -> Page:
    """The page for addresses that lead nowhere. It is shown at any depth, so its links begin at the root."""
    frame = site.frame(paths.NOT_FOUND, "Not found", "Nothing is at this address.")
    frame = replace(frame, root=site.root_path, canonical="", is_indexed=False)
    return page(paths.NOT_FOUND, "not_found.html", _Values(frame))


def robots(site: Site) -> Page:
    """robots.txt (RFC 9309): all pages may be read, but the answers of the search have no end."""
    return Page(paths.ROBOTS, f"User-agent: *\nDisallow: {site.root_path}search\n".encode())
