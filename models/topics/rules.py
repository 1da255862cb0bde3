"""The language of rules: words, "phrases", AND, OR, NOT and parentheses, read into a tree.

Words beside each other are joined by AND. NOT binds tightest, then AND, then OR; operators are upper
case. NOT takes papers away from those that the rest of its AND chooses, so it never stands alone: not
as a rule, not as a branch of OR, not under another NOT. A match therefore always has a word to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from models.errors import TopicsError
from models.topics.tree import OPERATORS, And, Node, Not, Or, Phrase
from models.topics.words import words

MOST_CHARACTERS = 2_000
DEEPEST = 50
"""So many parentheses may stand in each other."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it was written and as it is understood; `str` is the latter, as a rule again.

    `warnings` are sentences about what is allowed and likely not meant.
    """

    source: str
    tree: Node
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return str(self.tree)


def parse(source: str) -> Rule:
    """The rule that a text states. Raises TopicsError: one line with the column, the place as | in it."""
    if len(source) > MOST_CHARACTERS:
        raise TopicsError(f"the rule has {len(source):,} characters; at most {MOST_CHARACTERS:,} are allowed")
    if not source.strip():
        raise TopicsError('the rule is empty: write words to look for, such as diffusion OR "flow matching"')
    parser = _Parser(source)
    return Rule(source, parser.whole(), tuple(parser.warnings))


_TOKEN = re.compile(r'"[^"]*"?|[()]|[^\s()"]+')
_TYPOGRAPHIC_QUOTES = str.maketrans("“”„", '"""')
_RESERVED = re.compile(r"[:*<>=|]")
_MEANT = {"-": "NOT", "!": "NOT", "|": "OR", "||": "OR", "/": "OR", "&": "AND", "&&": "AND", "+": "AND"}


class _Token(NamedTuple):
    """A parenthesis, an operator, a word, a phrase in its quotes; empty at both ends of the rule."""

    text: str
    start: int

    @property
    def begins_part(self) -> bool:
        return self.text not in {"", ")", "AND", "OR"}


def _tokens(source: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(source.translate(_TYPOGRAPHIC_QUOTES)):
        yield _Token(found.group(), found.start())
    yield _Token("", len(source))


class _Parser:
    """Recursive descent, one method per level of binding; DEEPEST bounds the recursion."""

    def __init__(self, source: str) -> None:
        self.warnings: list[str] = []
        self._source = source
        self._tokens = _tokens(source)
        self._before = _Token("", 0)
        self._next = next(self._tokens)
        self._open = 0

    def whole(self) -> Node:
        first = self._next
        tree = self._any()
        if self._next.text:
            raise self._wrong("no ( opens this )", self._next)
        self._refuse_not_alone(tree, first)
        return tree

    def _any(self) -> Node:
        branches = [(self._next, self._all())]
        while self._takes("OR"):
            branches.append((self._next, self._all()))
        if len(branches) > 1:
            for first, branch in branches:
                self._refuse_not_alone(branch, first)
        return _joined(Or, [branch for _, branch in branches])

    def _all(self) -> Node:
        parts = [self._one()]
        while self._takes("AND") or self._next.begins_part:
            parts.append(self._one())
        return _joined(And, parts)

    def _one(self) -> Node:
        if not self._next.begins_part:
            raise self._wrong(self._lack(), self._next)
        token = self._step()
        if token.text == "NOT":
            return self._negation()
        if token.text == "(":
            return self._group(token)
        return self._quoted(token) if token.text.startswith('"') else self._bare(token)

    def _negation(self) -> Node:
        first = self._next
        part = None if first.text == "NOT" else self._one()
        if part is None or _only_takes_away(part):
            raise self._wrong("NOT of a NOT: leave both out", first)
        return Not(part)

    def _group(self, opening: _Token) -> Node:
        self._open += 1
        if self._open > DEEPEST:
            raise self._wrong(f"more than {DEEPEST} parentheses in each other", opening)
        inside = self._any()
        if not self._takes(")"):
            raise self._wrong("this ( is never closed", opening)
        self._open -= 1
        return inside

    def _quoted(self, token: _Token) -> Phrase:
        if len(token.text) == 1 or not token.text.endswith('"'):
            raise self._wrong("this quote is never closed", token)
        folded = words(token.text)
        if not folded:
            raise self._wrong("no word between the quotes", token)
        return Phrase(folded, " ".join(token.text.strip('"').split()))

    def _bare(self, token: _Token) -> Phrase:
        text = token.text
        folded = words(text)
        if not folded:
            hint = f"is no operator; write {_MEANT[text]}" if text in _MEANT else "holds no letter or digit"
            raise self._wrong(f"{text} {hint}", token)
        if text[0] in "-!":
            raise self._wrong(f"{text[0]} is no operator; write NOT {text.lstrip('-!')}", token)
        if sign := _RESERVED.search(text):
            raise self._wrong(f"{sign.group()} means nothing in a rule; put quotes around {text}", token)
        if text.upper() in OPERATORS:
            place = _place(self._source, token.start)
            self.warnings.append(f"{place}: {text} is looked for as a word; the operator is {text.upper()}")
        return Phrase(folded, text)

    def _lack(self) -> str:
        """What is missing where a part should begin."""
        if self._before.text == "(" and self._next.text == ")":
            return "nothing between the parentheses"
        if self._before.text:
            return f"expected a word after {self._before.text}"
        return "no ( opens this )" if self._next.text == ")" else f"expected a word before {self._next.text}"

    def _refuse_not_alone(self, node: Node, first: _Token) -> None:
        if _only_takes_away(node):
            raise self._wrong("NOT alone chooses almost every paper; say what a paper must have", first)

    def _step(self) -> _Token:
        self._before, self._next = self._next, next(self._tokens, self._next)
        return self._before

    def _takes(self, text: str) -> bool:
        found = self._next.text == text
        if found:
            self._step()
        return found

    def _wrong(self, what: str, token: _Token) -> TopicsError:
        return _error(self._source, token.start, what)


def _only_takes_away(node: Node) -> bool:
    parts = node.parts if isinstance(node, And) else (node,)
    return all(isinstance(part, Not) for part in parts)


def _joined(kind: type[And | Or], parts: list[Node]) -> Node:
    """One node of the parts, without a level that says nothing: a AND (b AND c) is a AND b AND c."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,))]
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def _error(source: str, start: int, what: str) -> TopicsError:
    """What is wrong and where, on one line whatever the rule holds."""
    line_start = source.rfind("\n", 0, start) + 1
    before, after = source[line_start:start], source[start:].partition("\n")[0]
    shown = f"{'…' * (len(before) > 30)}{before[-30:]}|{after[:30]}{'…' * (len(after) > 30)}"
    text = f"{_place(source, start)}: {what}: {shown}"
    return TopicsError("".join(sign if sign.isprintable() else " " for sign in text))


def _place(source: str, start: int) -> str:
    column = f"column {start - source.rfind(chr(10), 0, start)}"
    return f"line {source.count(chr(10), 0, start) + 1}, {column}" if "\n" in source else column
