"""Extensions for feedgen that give feeds and entries the links that feedgen loses.

feedgen 1.0.0 writes of the links of a feed only the one to itself into RSS, and each link of an Atom entry
without its relation, type and title (the loop in its entry.py reuses the name of the link for the element;
python-feedgen#135), which makes all of them alternates: invalid by RFC 4287, 4.1.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from feeds.links import Link

_ATOM = "http://www.w3.org/2005/Atom"
_HISTORY = "http://purl.org/syndication/history/1.0"  # RFC 5005


class Element(Protocol):
    """What is used of an lxml element. In memory those of feedgen's Atom carry no namespace."""

    def find(self, path: str) -> Element:
        """The first child of that name."""
        ...

    def findall(self, path: str) -> Sequence[Element]:
        """The children of that name."""
        ...

    def set(self, key: str, value: str) -> None:
        """Sets an attribute."""
        ...

    def makeelement(self, tag: str, attributes: Mapping[str, str]) -> Element:
        """A new element of the same document, that stands nowhere yet."""
        ...

    def append(self, element: Element) -> None:
        """Makes an element the last child."""
        ...


class FeedLinks:
    """The extension of a feed: `rss` are links, relation and URL, that its RSS shall have beside the one to
    itself; `is_archive` marks its Atom as an archive document (RFC 5005, section 4)."""

    def __init__(self) -> None:
        self.rss: Sequence[tuple[str, str]] = ()
        self.is_archive = False

    def extend_ns(self) -> dict[str, str]:
        """The namespaces beside feedgen's own."""
        return {"fh": _HISTORY} if self.is_archive else {}

    def extend_rss(self, rss: Element) -> Element:
        """The document, its links complete."""
        channel = rss.find("channel")
        for rel, href in self.rss:
            channel.append(channel.makeelement(f"{{{_ATOM}}}link", {"href": href, "rel": rel}))
        return rss

    def extend_atom(self, feed: Element) -> Element:
        """The document, marked where it is of an archive."""
        if self.is_archive:
            feed.append(feed.makeelement(f"{{{_HISTORY}}}archive", {}))
        return feed


class EntryLinks:
    """The extension of one entry; `links` are the ones that the entry was given, in that order."""

    def __init__(self) -> None:
        self.links: Sequence[Link] = ()

    def extend_rss(self, item: Element) -> Element:
        """The item as it is: in RSS it has one link."""
        return item

    def extend_atom(self, entry: Element) -> Element:
        """The entry, its links complete."""
        for element, link in zip(entry.findall("link"), self.links, strict=True):
            element.set("rel", link.rel)
            element.set("type", link.type)
            element.set("title", link.title)
        return entry
