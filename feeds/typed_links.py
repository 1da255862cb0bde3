"""An extension for feedgen that gives the links of an Atom entry back what feedgen loses.

feedgen 1.0.0 writes each link of an entry without its relation, type and title (the loop in its entry.py
reuses the name of the link for the element; python-feedgen#135), which makes all of them alternates:
invalid by RFC 4287, 4.1.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from feeds.links import Link


class Element(Protocol):
    """What is used of an lxml element."""

    def findall(self, path: str) -> Sequence[Element]:
        """The children of that name."""
        ...

    def set(self, key: str, value: str) -> None:
        """Sets an attribute."""
        ...


class TypedLinks:
    """The extension of one entry; `links` are the ones that the entry was given, in that order."""

    def __init__(self) -> None:
        self.links: Sequence[Link] = ()

    def extend_atom(self, entry: Element) -> Element:
        """The entry, its links complete."""
        # feedgen's elements carry no namespace in memory: the name is the bare one.
        for element, link in zip(entry.findall("link"), self.links, strict=True):
            element.set("rel", link.rel)
            element.set("type", link.type)
            element.set("title", link.title)
        return entry
