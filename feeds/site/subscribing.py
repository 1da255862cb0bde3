"""What a page offers for following it: one feed in its formats, and the feed of its revisions."""

from __future__ import annotations

from dataclasses import dataclass

from feeds.site import paths
from feeds.site.frame import FeedLink, Site
from feeds.text import one_line


@dataclass(frozen=True, slots=True)
class Offer:
    """A feed of the site. `has_revisions` where `<slug>-revisions` is published beside it."""

    slug: str
    title: str
    description: str = ""
    has_revisions: bool = True


@dataclass(frozen=True, slots=True)
class Box:
    """The absolute URLs of an offer, for the box on a page; `revisions` is empty where there is none."""

    title: str
    description: str
    atom: str
    rss: str
    json: str
    revisions: str


def box(site: Site, offer: Offer) -> Box:
    """The URLs of an offer."""
    atom, rss, json = (each.href for each in site.feed(offer.slug, offer.title))
    revisions = site.url(paths.feed_path(paths.revisions_of(offer.slug), "atom"))
    return Box(
        title=one_line(offer.title) or offer.slug,
        description=one_line(offer.description),
        atom=atom,
        rss=rss,
        json=json,
        revisions=revisions if offer.has_revisions else "",
    )


def discoverable(site: Site, offer: Offer) -> tuple[FeedLink, ...]:
    """The links by which a reader finds an offer: the Atom feed first, since readers take the first."""
    links = site.feed(offer.slug, offer.title)
    if not offer.has_revisions:
        return links
    return (*links, site.feed(paths.revisions_of(offer.slug), f"{offer.title}: revisions")[0])
