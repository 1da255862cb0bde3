"""A topic: what a feed is about, and by which means its papers are chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from models.topics.rules import Rule
from models.topics.tree import And, Node, Or, Phrase

MOST_SIMILAR = 5
"""So many papers a day come by meaning where a topic does not say."""

_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)?\.[a-z]+(?:-[a-z]+)*|[a-z]+-[a-z]+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """What papers are to be like, beyond words: a sentence (or none), and papers by their ids.

    `like` and `unlike` are examples of what belongs and what does not; at most `most_a_day` papers of a day
    come for this alone.
    """

    about: str = ""
    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    most_a_day: int = MOST_SIMILAR


@dataclass(frozen=True, slots=True)
class Topic:
    """What a feed is about. `slug` names its files and never changes.

    `rule` chooses its papers by words (None where they come by `likeness` alone). `search` is what the
    site's own search is asked for, once a day. `also_read` are categories of arXiv to be read for it.
    """

    slug: str
    title: str
    description: str
    rule: Rule | None
    also_read: tuple[str, ...] = ()
    likeness: Likeness | None = None
    search: str = ""

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories of arXiv that have to be read for this topic: those it names, and those its rule asks for."""
        asked = _asked_for(self.rule.tree) if self.rule else iter(())
        return tuple(dict.fromkeys((*self.also_read, *asked)))


def _asked_for(node: Node) -> Iterator[str]:
    match node:
        case And() | Or():
            for part in node.parts:
                yield from _asked_for(part)
        case Phrase(field="category", is_prefix=False) if _CATEGORY.fullmatch(node.text.lower()):
            yield _as_written(node.text.lower())
        case _:
            return


def _as_written(category: str) -> str:
    """A category as arXiv writes it: two letters behind the dot are capitals."""
    archive, dot, subject = category.partition(".")
    return archive + dot + (subject.upper() if len(subject) == 2 else subject)
