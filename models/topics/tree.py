"""What a rule means: a tree of phrases joined by And, Or and Not. `str` of a node is a rule again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

OPERATORS = frozenset({"AND", "OR", "NOT"})

_BARE = re.compile(r"\w[\w-]*")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand together in this order; a single word is a phrase of one.

    `words` are folded as the texts are; `text` is how the rule spells them, for people.
    """

    words: tuple[str, ...]
    text: str = field(compare=False)

    def __str__(self) -> str:
        bare = _BARE.fullmatch(self.text) and self.text.upper() not in OPERATORS
        return self.text if bare else f'"{self.text}"'


@dataclass(frozen=True, slots=True)
class Not:
    """The papers that `part` does not choose."""

    part: Node

    def __str__(self) -> str:
        return f"NOT {self.part}" if isinstance(self.part, Phrase) else f"NOT ({self.part})"


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


Node = Phrase | Not | And | Or
