"""Under which words a paper stands in the full-text index, as SQLite and as PostgreSQL take them.

They are those by which rules find it. Where those change, or how they are folded, a migration has to empty
the index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from models.papers import Paper
from models.topics.answers import WORDS
from models.topics.names import BETWEEN
from models.topics.tree import Field

FIELDS: tuple[Field, ...] = ("title", "abstract", "author", "comment", "category", "org")
"""The fields that the index holds. Where a paper was listed changes without its content, and is not among them."""

WEIGHTS: Mapping[Field, str] = MappingProxyType({"title": "A", "abstract": "B"})
"""The fields whose words PostgreSQL keeps as they are, with their places and these letters for weights."""

ALWAYS = "':'"
"""As PostgreSQL quotes it, the lexeme of papers that it cannot index: any of them may be what is looked for."""

# https://www.postgresql.org/docs/current/textsearch-limitations.html
_LAST_POSITION = 16_383
_MOST_POSITIONS = 255
_LONGEST_LEXEME = 2_046
_SURELY_SHORT = _LONGEST_LEXEME // 4
_LONGEST_VECTOR = 500_000
"""Bytes of the text of a vector; it may have 1,048,575 in PostgreSQL's own form, which is hardly ever longer."""


def columns(paper: Paper) -> Iterator[str]:
    """The words of each field in the order of FIELDS, blanks between them: a row for FTS5."""
    return (" ".join(WORDS[field](paper)) for field in FIELDS)


def vector(paper: Paper) -> str:
    """The words as the text of a tsvector.

    Those of title and abstract have their places, with a gap that no phrase spans. Those of other fields
    have none, so that thousands of authors fit in: there a phrase is looked for word by word.
    """
    places = _places(paper)
    if places is None:
        return ALWAYS
    lexemes = [f"{each}:{','.join(found)}" for each, found in places.items()]
    for field in FIELDS:
        if field not in WEIGHTS:
            lexemes += (lexeme(word, field) for word in set(WORDS[field](paper)) if word != BETWEEN)
    made = " ".join(lexemes)
    return made if len(made.encode()) <= _LONGEST_VECTOR else ALWAYS


def lexeme(word: str, field: Field) -> str:
    """A word of a field as PostgreSQL keeps it, in quotes; of an overlong one the beginning.

    In other fields than title and abstract it stands behind the field's name. No word has a colon, a quote
    or a backslash.
    """
    text = f":{field}:{word}" if field and field not in WEIGHTS else word
    if len(text) > _SURELY_SHORT:
        text = text.encode()[:_LONGEST_LEXEME].decode(errors="ignore")
    return f"'{text}'"


def _places(paper: Paper) -> Mapping[str, Sequence[str]] | None:
    """Where each lexeme stands in title and abstract, with its weights; None where that is more than fits in."""
    of_words: dict[str, list[str]] = defaultdict(list)
    first = 1
    for field, weight in WEIGHTS.items():
        words = WORDS[field](paper)
        for position, word in enumerate(words, first):
            of_words[word].append(f"{position}{weight}")
        first += len(words) + 1
    if first > _LAST_POSITION:
        return None
    found: dict[str, list[str]] = defaultdict(list)
    for word, places in of_words.items():
        found[lexeme(word, "")] += places
    return None if any(len(places) > _MOST_POSITIONS for places in found.values()) else found
