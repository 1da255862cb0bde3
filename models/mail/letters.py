"""What a mail is made of: pieces that many letters share, put together in an order. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

LEAVE = "\ue000"
MANAGE = "\ue001"
CONFIRM = "\ue002"
"""Marks in fragments, in whose places the links of the one who gets the letter are put: for leaving at once, for
managing, for confirming. They are of the private use area, which text from outside never has (`feeds.digests.lines`)."""


@dataclass(frozen=True)
class Fragment:
    """A piece of mail: `text` whole lines of at most 72 columns where a URL allows it, `html` with inlined styles.

    Both end with a line feed or are empty, and may hold marks.
    """

    text: str
    html: str

    @cached_property
    def key(self) -> str:
        """A digest of both: equal keys, equal fragments."""
        return sha256(f"{len(self.text)} {self.text}{self.html}".encode()).hexdigest()[:32]


class Letter(NamedTuple):
    """A letter without its reader: one line as its subject, and the keys of its fragments in their order."""

    subject: str
    pieces: tuple[str, ...]
