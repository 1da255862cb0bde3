"""What a rule means: a tree of leaves joined by And, Or and Not. `str` of a node is a rule again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from models.series import Metric

OPERATORS = frozenset({"AND", "OR", "NOT"})

Field = Literal["", "title", "abstract", "author", "comment", "category", "org", "source", "section"]
"""Where words are looked for; the empty one is title and abstract."""

Quality = Literal["code", "project", "doi", "withdrawn", "revised"]

_BARE = re.compile(r"\w[\w.-]*")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand together in this order; a single word is a phrase of one.

    `words` are folded as the texts are (`spelt` in the field `author`); `text` is how the rule spells them,
    for people. Where it `is_prefix` the last word may go on.
    """

    words: tuple[str, ...]
    text: str = field(compare=False)
    field: Field = ""
    is_prefix: bool = False

    def __str__(self) -> str:
        bare = _BARE.fullmatch(self.text) and self.text.upper() not in OPERATORS
        return f"{_in(self.field)}{self.text if bare else _quoted(self.text)}{'*' * self.is_prefix}"


@dataclass(frozen=True, slots=True)
class Near:
    """Two or more different words that stand near each other in one field, in any order.

    From the first to the last of them at most `within` other words stand between.
    """

    words: tuple[str, ...]
    within: int
    text: str = field(compare=False)
    field: Field = ""

    def __str__(self) -> str:
        return f"{_in(self.field)}{_quoted(self.text)}~{self.within}"


@dataclass(frozen=True, slots=True)
class Number:
    """A counter compared: `at_least` whether it has ever reached `value`, else whether it is at most that now.

    With `hours`, not what it stands at but what it gained within so many hours.
    """

    metric: Metric
    at_least: bool
    value: int
    hours: int | None = None

    def __str__(self) -> str:
        name = self.metric if self.hours is None else f"{self.metric}_{self.hours}h"
        return f"{name}{'>=' if self.at_least else '<='}{self.value}"


@dataclass(frozen=True, slots=True)
class Flag:
    """A quality that a paper has or has not."""

    quality: Quality

    def __str__(self) -> str:
        return f"{'is' if self.quality in STATES else 'has'}:{self.quality}"


STATES = frozenset({"withdrawn", "revised"})
"""The qualities that a paper is; the others it has."""


@dataclass(frozen=True, slots=True)
class Not:
    """The papers that `part` does not choose."""

    part: Node

    def __str__(self) -> str:
        return f"NOT ({self.part})" if isinstance(self.part, And | Or | Not) else f"NOT {self.part}"


@dataclass(frozen=True, slots=True)
class And:
    """What every one of two or more parts chooses; none of them is an And, not all are a Not."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " AND ".join(f"({part})" if isinstance(part, Or) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """What at least one of two or more parts chooses; none of them is an Or, none a Not."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(map(str, self.parts))


Leaf = Phrase | Near | Number | Flag
Node = Leaf | Not | And | Or


def leaves(node: Node) -> tuple[Leaf, ...]:
    """The leaves of a tree in the order of the rule, each as often as it stands there."""
    found: list[Leaf] = []
    _gather(node, found)
    return tuple(found)


def _gather(node: Node, found: list[Leaf]) -> None:
    if isinstance(node, And | Or):
        for part in node.parts:
            _gather(part, found)
    elif isinstance(node, Not):
        _gather(node.part, found)
    else:
        found.append(node)


def folded(node: Node) -> Node:
    """The same tree with each leaf spelt as it is folded: equal trees are then spelt alike."""
    match node:
        case And() | Or():
            return replace(node, parts=tuple(map(folded, node.parts)))
        case Not():
            return Not(folded(node.part))
        case Phrase() | Near():
            return replace(node, text=" ".join(node.words))
        case _:
            return node


def _in(name: str) -> str:
    return f"{name}:" if name else ""


def _quoted(text: str) -> str:
    return f'"{text}"'
