"""What the leaves of rules choose among a batch of papers. Bit n of an answer stands for the nth paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial, reduce
from operator import or_
from types import MappingProxyType
from typing import NamedTuple

from models.decay import begun_at
from models.papers import Paper, Weight
from models.series import Growth, reached_at, told
from models.topics.columns import Column
from models.topics.names import BETWEEN, name_words, sought_names
from models.topics.reasons import Evidence, Found
from models.topics.tree import Field, Flag, Leaf, Near, Number, Phrase, Quality
from models.topics.words import words

BY_DEFAULT: tuple[Field, ...] = ("title", "abstract")
"""Where a term is looked for that names no field."""


class Told(NamedTuple):
    """The papers that a leaf chooses, and what can be said of them, apart by where they hold it.

    `number` is the same for leaves that mean the same, however they are spelt.
    """

    papers: int
    found: Evidence
    number: int


class Index:
    """A batch of papers, to be asked by any number of rules.

    A field is folded when it is asked for first. Bit sets are as long as the batch: some thousands of papers
    are a good one.
    """

    def __init__(self, papers: Sequence[Paper]) -> None:
        self.papers = tuple(papers)
        self.everything = (1 << len(self.papers)) - 1
        self._columns: dict[Field, Column] = {}
        self._plain: dict[str, Told] = {}
        self._others: dict[str, Told] = {}
        self._numbers: dict[Leaf, int] = {}

    def column(self, field: Field) -> Column:
        """The words of a field."""
        if field not in self._columns:
            self._columns[field] = Column(map(WORDS[field], self.papers), is_singular=field != "author")
        return self._columns[field]

    def prepare(self, leaves: Iterable[Leaf]) -> None:
        """Looks up the phrases of many leaves at once."""
        plain: dict[str, tuple[str, ...]] = {}
        sought: dict[Field, set[tuple[str, ...]]] = defaultdict(set)
        for leaf in leaves:
            if isinstance(leaf, Phrase) and not leaf.is_prefix:
                if leaf.field:
                    sought[leaf.field].update(_forms(leaf))
                else:
                    plain[leaf.text] = leaf.words
        for field in BY_DEFAULT:
            sought[field].update(plain.values())
        for field, phrases in sought.items():
            self.column(field).look_up(phrases)

    def told(self, leaf: Leaf) -> Told:
        """What a leaf chooses; found once."""
        if isinstance(leaf, Phrase) and not (leaf.field or leaf.is_prefix):
            # The text is the quickest key, and most leaves are nothing else.
            found = self._plain.get(leaf.text)
            if found is None:
                found = self._plain[leaf.text] = self._in_both(leaf)
            return found
        key = str(leaf)
        if key not in self._others:
            self._others[key] = self._once(leaf)
        return self._others[key]

    def _once(self, leaf: Leaf) -> Told:
        if isinstance(leaf, Phrase | Near) and not leaf.field:
            return self._in_both(leaf)
        if isinstance(leaf, Phrase | Near):
            papers = self._in(leaf, leaf.field)
        else:
            papers = self._where(_QUALITIES[leaf.quality] if isinstance(leaf, Flag) else partial(holds, leaf))
        return Told(papers, ((Found(str(leaf)), papers),), self._number(leaf))

    def _in_both(self, leaf: Phrase | Near) -> Told:
        """Where a leaf stands that names no field, apart by the fields that hold it."""
        title, abstract = (self._in(leaf, field) for field in BY_DEFAULT)
        apart = (
            (BY_DEFAULT[:1], title & ~abstract),
            (BY_DEFAULT, title & abstract),
            (BY_DEFAULT[1:], abstract & ~title),
        )
        term = str(leaf)
        found = tuple((Found(term, places), papers) for places, papers in apart if papers)
        return Told(title | abstract, found, self._number(leaf))

    def _number(self, leaf: Leaf) -> int:
        return self._numbers.setdefault(leaf, len(self._numbers))

    def _in(self, leaf: Phrase | Near, field: Field) -> int:
        column = self.column(field)
        if isinstance(leaf, Near):
            return column.near(leaf.words, leaf.within)
        return _any(map(column.prefix if leaf.is_prefix else column.phrase, _forms(leaf)))

    def _where(self, has: Callable[[Paper], bool]) -> int:
        return _any(1 << number for number, paper in enumerate(self.papers) if has(paper))


def _any(bits: Iterable[int]) -> int:
    return reduce(or_, bits, 0)


def _forms(leaf: Phrase) -> tuple[tuple[str, ...], ...]:
    return sought_names(leaf.words) if leaf.field == "author" else (leaf.words,)


def holds(number: Number, paper: Paper) -> bool:
    """Whether a counter of a paper has ever been there, or (for at most) is not beyond; no when it is unknown."""
    stands: int | None = getattr(paper, number.metric)
    if stands is None:
        return False
    if number.at_least:
        is_there = number.hours is None and stands >= number.value
        return is_there or held_since(number, paper) is not None
    if number.hours is None:
        return stands <= number.value
    last = paper.observations[-1].at if paper.observations else None
    return last is not None and _growth(number, paper).within(last, number.hours) <= number.value


def held_since(number: Number, paper: Paper) -> datetime | None:
    """When (UTC) a counter was first seen there; None where it was not, or where `at most` has no such moment."""
    if not number.at_least:
        return None
    if number.hours is None:
        return reached_at(paper.observations, number.metric, number.value)
    growth, moments = _growth(number, paper), (each.at for each in told(paper.observations, number.metric))
    return next((at for at in moments if growth.within(at, number.hours) >= number.value), None)


def _growth(number: Number, paper: Paper) -> Growth:
    """How a counter grew; a repository may have gathered its stars long before the paper."""
    return Growth(paper.observations, number.metric, None if number.metric == "stars" else begun_at(paper))


def _apart(texts: Sequence[str]) -> tuple[str, ...]:
    """The words of several texts, with something between that no phrase spans."""
    return tuple(word for text in texts for word in (*words(text), BETWEEN))


def _stands(paper: Paper, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(getattr(place, name) for place in paper.appearances if not place.removed_at))


WORDS: Mapping[Field, Callable[[Paper], tuple[str, ...]]] = MappingProxyType(
    {
        "title": lambda paper: words(paper.title),
        "abstract": lambda paper: words(paper.abstract),
        "author": lambda paper: name_words(paper.authors),
        "comment": lambda paper: words(paper.comment),
        "category": lambda paper: _apart(paper.categories),
        "org": lambda paper: words(paper.organization),
        "source": lambda paper: _apart(_stands(paper, "source")),
        "section": lambda paper: _apart(_stands(paper, "section")),
    }
)
"""By field, what gives the words of a paper in it; for the search too (models/fulltext/words.py)."""

_QUALITIES: Mapping[Quality, Callable[[Paper], bool]] = MappingProxyType(
    {
        "code": lambda paper: "code" in paper.links,
        "project": lambda paper: "project" in paper.links,
        "doi": lambda paper: bool(paper.doi),
        "withdrawn": lambda paper: paper.withdrawn,
        "revised": lambda paper: any(each.weight is Weight.NOTICED for each in paper.revisions),
    }
)
