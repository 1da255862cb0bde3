"""Cuts a rule into tokens, and says in one line what is wrong with it and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from models.errors import TopicsError

_TOKEN = re.compile(
    r"""
      "[^"]*"(?:\*|~\d*)?                          # a phrase, its words near each other, or its last one open
    | "[^"]*                                       # one that is never closed
    | [()]
    | \w+\s*(?:[<>=!]=|=[<>]|[<>=≥≤])\s*[^\s()"]*  # a counter compared
    | [^\s()"]+
    """,
    re.VERBOSE,
)
_TYPOGRAPHIC_QUOTES = str.maketrans("“”„", '"""')
_SHOWN = 30


class Token(NamedTuple):
    """A parenthesis, an operator, a word, a phrase in its quotes, a comparison; empty at both ends of a rule."""

    text: str
    start: int

    @property
    def begins_part(self) -> bool:
        """Whether a part of an AND can begin here."""
        return self.text not in {"", ")", "AND", "OR"}


def tokens(source: str) -> Iterator[Token]:
    """The tokens of a rule, and an empty one at its end."""
    for found in _TOKEN.finditer(source.translate(_TYPOGRAPHIC_QUOTES)):
        yield Token(found.group(), found.start())
    yield Token("", len(source))


def refusal(source: str, start: int, what: str) -> TopicsError:
    """What is wrong and where, with the place as | in the rule, on one line whatever it holds."""
    line_start = source.rfind("\n", 0, start) + 1
    before, after = source[line_start:start], source[start:].partition("\n")[0]
    shown = f"{_from_the_end(before)}|{after[:_SHOWN]}{'…' * (len(after) > _SHOWN)}"
    text = f"{place(source, start)}: {what}: {shown}"
    return TopicsError("".join(sign if sign.isprintable() else " " for sign in text))


def place(source: str, start: int) -> str:
    """The column, counted from 1, and the line where there are several."""
    column = f"column {start - source.rfind(chr(10), 0, start)}"
    return f"line {source.count(chr(10), 0, start) + 1}, {column}" if "\n" in source else column


def _from_the_end(text: str) -> str:
    return f"{'…' * (len(text) > _SHOWN)}{text[-_SHOWN:]}"
