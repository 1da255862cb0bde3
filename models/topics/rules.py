"""The language of rules: terms, AND, OR, NOT and parentheses, read into a tree.

A term is a word, a "phrase", a prefix*, words near each other ("sparse attention"~5), any of these in a field
(`title:`, `author:` ...), a counter compared (`votes>=20`, `votes_24h>=10`) or a quality (`has:code`).
Terms beside each other are joined by AND. NOT binds tightest, then AND, then OR; operators are upper
case. NOT takes papers away from those that the rest of its AND chooses, so it never stands alone: not
as a rule, not as a branch of OR, not under another NOT. A match therefore always has a term to show.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TypeVar

from models.errors import TopicsError
from models.topics.terms import MisreadError, bare, comparison, field_of, flag, is_comparison, quoted
from models.topics.tokens import Token, place, refusal, tokens
from models.topics.tree import OPERATORS, And, Field, Leaf, Node, Not, Number, Or, folded, leaves

T = TypeVar("T")

MOST_CHARACTERS = 2_000
DEEPEST = 50
"""So many parentheses may stand in each other."""
MOST_GAINED = 20
"""So often a rule may ask what was gained in hours: each looks through the whole history of every paper."""


@dataclass(frozen=True)
class Rule:
    """A rule as it was written and as it is understood; `str` is the latter, as a rule again.

    `leaves` are those of the tree, in the order of the rule; `warnings` are sentences about what is allowed and
    likely not meant.
    """

    source: str
    tree: Node
    leaves: tuple[Leaf, ...]
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return str(self.tree)

    @cached_property
    def counts(self) -> bool:
        """Whether the rule asks for votes or another counter."""
        return any(isinstance(leaf, Number) for leaf in self.leaves)

    @cached_property
    def digest(self) -> str:
        """What tells this rule from others, however it is written: 12 hexadecimal digits."""
        return sha256(str(folded(self.tree)).encode()).hexdigest()[:12]


def parse(source: str) -> Rule:
    """The rule that a text states. Raises TopicsError: one line with the column, the place as | in it."""
    if len(source) > MOST_CHARACTERS:
        raise TopicsError(f"the rule has {len(source):,} characters; at most {MOST_CHARACTERS:,} are allowed")
    if not source.strip():
        raise TopicsError('the rule is empty: write words to look for, such as diffusion OR "flow matching"')
    parser = _Parser(source)
    tree = parser.whole()
    gained = sum(isinstance(leaf, Number) and leaf.hours is not None for leaf in leaves(tree))
    if gained > MOST_GAINED:
        raise TopicsError(
            f"the rule asks {gained} times what was gained in hours; at most {MOST_GAINED} are allowed"
        )
    return Rule(source, tree, leaves(tree), tuple(parser.warnings))


class _Parser:
    """Recursive descent, one method per level of binding; DEEPEST bounds the recursion."""

    def __init__(self, source: str) -> None:
        self.warnings: list[str] = []
        self._source = source
        self._tokens = tokens(source)
        self._before = Token("", 0)
        self._next = next(self._tokens)
        self._open = 0
        self._field: Field = ""

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
        return self._term(token)

    def _negation(self) -> Node:
        first = self._next
        part = None if first.text == "NOT" else self._one()
        if part is None or _only_takes_away(part):
            raise self._wrong("NOT of a NOT: leave both out", first)
        return Not(part)

    def _group(self, opening: Token) -> Node:
        self._open += 1
        if self._open > DEEPEST:
            raise self._wrong(f"more than {DEEPEST} parentheses in each other", opening)
        inside = self._any()
        if not self._takes(")"):
            raise self._wrong("this ( is never closed", opening)
        self._open -= 1
        return inside

    def _term(self, token: Token) -> Node:
        if token.text.startswith('"'):
            return self._read(token, lambda: quoted(token.text, self._field))
        named = field_of(token.text)
        if named:
            return self._in_field(token, *named)
        if is_comparison(token.text):
            return self._everywhere(token, lambda: comparison(token.text))
        quality = self._read(token, lambda: flag(token.text))
        if quality is not None:
            return self._everywhere(token, lambda: quality)
        if token.text == "NEAR" and self._next.text == "(":
            raise self._wrong('write "two words"~5 for words that stand near each other', token)
        self._warn_of_operator(token)
        return self._read(token, lambda: bare(token.text, self._field))

    def _in_field(self, token: Token, field: Field, rest: str) -> Node:
        """What stands behind the name of a field: a word, or what comes next, quoted or in parentheses."""
        if self._field:
            raise self._wrong(f"{field}: inside of {self._field}:", token)
        if rest in OPERATORS:
            raise self._wrong(f"{rest} is an operator; put quotes around it to look for the word", token)
        self._field = field
        try:
            if rest:
                return self._read(token, lambda: bare(rest, field))
            if self._next.text in OPERATORS or not self._next.begins_part:
                raise self._wrong(f"expected what to look for after {token.text}", self._next)
            return self._one()
        finally:
            self._field = ""

    def _everywhere(self, token: Token, read: Callable[[], Leaf]) -> Node:
        if self._field:
            raise self._wrong(f"{token.text} cannot stand inside of {self._field}:", token)
        return self._read(token, read)

    def _read(self, token: Token, read: Callable[[], T]) -> T:
        try:
            return read()
        except MisreadError as error:
            raise self._wrong(str(error), token) from error

    def _warn_of_operator(self, token: Token) -> None:
        if token.text.upper() in OPERATORS:
            where, meant = place(self._source, token.start), token.text.upper()
            self.warnings.append(f"{where}: {token.text} is looked for as a word; the operator is {meant}")

    def _lack(self) -> str:
        """What is missing where a part should begin."""
        if self._before.text == "(" and self._next.text == ")":
            return "nothing between the parentheses"
        if self._before.text:
            return f"expected a word after {self._before.text}"
        return "no ( opens this )" if self._next.text == ")" else f"expected a word before {self._next.text}"

    def _refuse_not_alone(self, node: Node, first: Token) -> None:
        if _only_takes_away(node):
            raise self._wrong("NOT alone chooses almost every paper; say what a paper must have", first)

    def _step(self) -> Token:
        self._before, self._next = self._next, next(self._tokens, self._next)
        return self._before

    def _takes(self, text: str) -> bool:
        found = self._next.text == text
        if found:
            self._step()
        return found

    def _wrong(self, what: str, token: Token) -> TopicsError:
        return refusal(self._source, token.start, what)


def _only_takes_away(node: Node) -> bool:
    parts = node.parts if isinstance(node, And) else (node,)
    return all(isinstance(part, Not) for part in parts)


def _joined(kind: type[And | Or], parts: list[Node]) -> Node:
    """One node of the parts, without a level that says nothing: a AND (b AND c) is a AND b AND c."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,))]
    return flat[0] if len(flat) == 1 else kind(tuple(flat))
