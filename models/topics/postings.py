"""In which of many papers a term stands, and how often. A term is a word, or two words that follow each other.

Words that every text has are left out before, so that "mixture of experts" holds the pair mixture, expert.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from math import log, sqrt
from string import ascii_lowercase, digits

from models.topics.words import words

STOP_WORDS = frozenset(
    words(
        "about above across after again against all almost along also although always am among an and another any"
        " are as at be because been before being below beside between beyond both but by can cannot could did do"
        " does doing done down due during each either else enough etc even ever every few for from further get give"
        " given had has have having he hence her here hers herself him himself his how however if in indeed instead"
        " into is it its itself just least less like made make makes making many may me might mine more moreover"
        " most much must my myself namely neither never no nor not nothing now of off often on once one only onto"
        " or other others our ours ourselves out over own per perhaps quite rather really same several shall she"
        " should since so some still such than that the their theirs them themselves then there thereby therefore"
        " these they this those though through throughout thus to together too toward towards two under until up"
        " upon us use used uses using various very via was we well were what when where whereas whether which while"
        " who whole whom whose why will with within without would yet you your yours yourself"
    )
) | {*ascii_lowercase, *digits}
"""Words that tell nothing of what a text is about, folded as all are, and single letters and digits."""

TITLE_COUNTS = 2
"""A word of the title is worth so many of the abstract; from 1 to 3 it hardly matters."""

Numbers = Mapping[int, Sequence[int]]
"""The numbers of papers by how often they hold a term."""

_BREAK = "|"
"""Stands between parts that are no run of words; it is no part of a word."""
_PAIRS_KEPT = 5_000


def counts(title: Sequence[str], abstract: Sequence[str]) -> dict[str, int]:
    """How often each term stands among the folded words of a text."""
    told = _told(title, abstract)
    pairs = (f"{first} {second}" for first, second in pairwise(told) if _is_pair(first, second))
    found = Counter((*told, *pairs))
    del found[_BREAK]
    return dict(found)


def length(title: Sequence[str], abstract: Sequence[str]) -> float:
    """What a score is divided by, so that a text does not win by its length: the root of its words."""
    return sqrt(len(title) + len(abstract)) or 1.0


class Postings:
    """The terms of many papers. Single words are counted at once, pairs when they are asked for."""

    def __init__(self, papers: Iterable[tuple[Sequence[str], Sequence[str]]]) -> None:
        """Takes the folded words of each paper: of its title, and of its abstract."""
        self.lengths: list[float] = []
        self._texts: list[str] = []
        self._words: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, (title, abstract) in enumerate(papers):
            told = _told(title, abstract)
            self.lengths.append(length(title, abstract))
            # Each word between blanks of its own, so that of a, b, a, b the second pair is found as well.
            self._texts.append(f" {'  '.join(told)} ")
            for word, times in Counter(told).items():
                self._words[word][times].append(number)
        self._pair = lru_cache(_PAIRS_KEPT)(self._look_up)

    def of(self, term: str) -> Numbers:
        """The papers that hold a term."""
        return self._pair(*term.split()) if " " in term else self._words.get(term, {})

    def rarity(self, term: str) -> float:
        """What a term tells: 1 where every paper has it, the more the fewer do (smoothed idf)."""
        holding = sum(map(len, self.of(term).values()))
        return log((1 + len(self._texts)) / (1 + holding)) + 1

    def _look_up(self, first: str, second: str) -> Numbers:
        sought = f" {first}  {second} "
        found: dict[int, list[int]] = defaultdict(list)
        for number in {*self._holding(first)}.intersection(self._holding(second)):
            times = self._texts[number].count(sought)
            if times:
                found[times].append(number)
        return dict(found)

    def _holding(self, word: str) -> Iterator[int]:
        return chain.from_iterable(self.of(word).values())


def _told(title: Sequence[str], abstract: Sequence[str]) -> list[str]:
    parts = [*[title] * TITLE_COUNTS, abstract]
    return [word for part in parts for word in (*part, _BREAK) if word not in STOP_WORDS]


def _is_pair(first: str, second: str) -> bool:
    return first != second and _BREAK not in (first, second)
