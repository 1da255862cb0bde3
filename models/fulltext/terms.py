"""What the full-text index is asked for on behalf of a rule, in the words of SQLite and of PostgreSQL.

Either may ask for more than the rule chooses, never for less: what it cannot say, it leaves out. Each word
stands in quotes, and no word holds one, so nothing that a rule says becomes an operator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from models.fulltext.words import ALWAYS, FIELDS, WEIGHTS, lexeme
from models.topics.names import sought_names
from models.topics.tree import And, Near, Node, Or, Phrase
from models.topics.words import singular

DEEPEST = 8
"""Levels of AND and OR that are kept; FTS5's parser takes about thirty."""

_Term = Callable[[Phrase | Near], str]
_Signs = tuple[str, str]
"""How AND and OR are written."""


def match(tree: Node) -> str | None:
    """The query for FTS5; None where any paper may be chosen."""
    return _needed(tree, _in_fts5, ("AND", "OR"))


def tsquery(tree: Node) -> str | None:
    """The query for PostgreSQL; None where any paper may be chosen."""
    needed = _needed(tree, _in_postgresql, ("&", "|"))
    return needed and f"{needed} | {ALWAYS}"


def _needed(node: Node, term: _Term, signs: _Signs, level: int = 0) -> str | None:
    """What a paper needs to be chosen, as far as the index can tell; None where that is nothing."""
    match node:
        case And() | Or() if level == DEEPEST:
            return _joined(signs[1], _one_of(node, term))
        case And():
            parts = (_needed(part, term, signs, level + 1) for part in node.parts)
            return _joined(signs[0], [part for part in parts if part])
        case Or():
            return _joined(signs[1], [_needed(part, term, signs, level + 1) for part in node.parts])
        case _:
            return _joined("", _one_of(node, term))


def _one_of(node: Node, term: _Term) -> Sequence[str | None]:
    """Terms of which a chosen paper holds at least one; None among them where it may hold none."""
    match node:
        case And():
            return next((found for part in node.parts if None not in (found := _one_of(part, term))), (None,))
        case Or():
            return [found for part in node.parts for found in _one_of(part, term)]
        case Phrase() | Near() if not node.field or node.field in FIELDS:
            return (term(node),)
        case _:
            return (None,)


def _joined(sign: str, parts: Sequence[str | None]) -> str | None:
    known = [part for part in parts if part]
    return _grouped(sign, known) if known and len(known) == len(parts) else None


def _grouped(sign: str, parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({f' {sign} '.join(parts)})"


def _in_fts5(leaf: Phrase | Near) -> str:
    columns = leaf.field or f"{{{' '.join(WEIGHTS)}}}"
    if isinstance(leaf, Near):
        between = leaf.within + len(leaf.words) - 2  # FTS5 counts those of the words that stand between, too
        words = " ".join(f'"{word}"' for word in leaf.words)
        return f"{columns} : NEAR({words}, {between})"
    found = [f'"{" ".join(words)}"{" *" * is_open}' for words, is_open in _sought(leaf)]
    return f"{columns} : ({' OR '.join(found)})"


def _in_postgresql(leaf: Phrase | Near) -> str:
    if isinstance(leaf, Near):
        return _grouped("&", [_lexeme(word, leaf) for word in leaf.words])
    sign = "&" if leaf.field and leaf.field not in WEIGHTS else "<->"
    found = []
    for (*before, last), is_open in _sought(leaf):
        lexemes = [*(_lexeme(word, leaf) for word in before), _lexeme(last, leaf, is_open=is_open)]
        found.append(_grouped(sign, lexemes))
    return _grouped("|", found)


def _lexeme(word: str, leaf: Phrase | Near, *, is_open: bool = False) -> str:
    marks = "*" * is_open + WEIGHTS.get(leaf.field, "")
    return lexeme(word, leaf.field) + f":{marks}" * bool(marks)


def _sought(leaf: Phrase) -> Iterator[tuple[tuple[str, ...], bool]]:
    """All that a phrase stands for: words in a row, and whether the last of them may go on.

    That is the forms of a name; elsewhere, where plurals are folded, what an open end finds of them.
    """
    if leaf.field == "author":
        yield from ((words, leaf.is_prefix) for words in sought_names(leaf.words))
        return
    yield leaf.words, leaf.is_prefix
    if leaf.is_prefix:
        *before, last = leaf.words
        folded = sorted({singular(last + plural) for plural in ("", "s", "es")})
        yield from (((*before, word), False) for word in folded if not word.startswith(last))
