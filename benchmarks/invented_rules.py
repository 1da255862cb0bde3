"""Invented texts in which words and terms recur as in real ones, and rules that ask for them.

A few words stand everywhere and most stand seldom (Zipf's law with Mandelbrot's shift), and so do the terms of
two or three words: phrases that stand once would be asked for in vain. All is lower-case ASCII that no folding
changes, so every way of matching reads the same words. The same arguments give the same texts and rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import accumulate, product
from random import Random
from typing import NamedTuple

from models.papers import Paper

_WORDS, _TERMS = 12_000, 3_000
_TERMS_AMONG = 0.12
"""The share of terms among the parts of a text."""
_TITLE, _ABSTRACT = 8, 165
_SHIFT = 2.7
_EVERYWHERE = 60
"""So many of the first words are in no term: they stand for articles and the like."""

_MOST_RARE, _MOST_COMMON = 0.002, 0.1
"""In so many of the papers at most stands what a rule asks for; and what narrows it, in more than that."""

Parts = tuple[str, ...]


class Texts(NamedTuple):
    """The title and the abstract of a paper as their parts, words and terms."""

    title: Parts
    abstract: Parts


class Sought(NamedTuple):
    """What rules ask for: parts that stand in few papers, and parts that stand in many."""

    rare: Sequence[str]
    common: Sequence[str]


def texts(count: int) -> list[Texts]:
    """The texts of so many papers, of about nine and 190 words."""
    return [
        Texts(_parts(Random(-number), _TITLE), _parts(Random(number), _ABSTRACT))
        for number in range(1, count + 1)
    ]


def papers(given: Sequence[Texts]) -> list[Paper]:
    """Papers of these texts, of which nothing else is known."""
    return [
        Paper(f"{number}", number, " ".join(each.title), " ".join(each.abstract), (), None, None, None)
        for number, each in enumerate(given, start=1)
    ]


def rules(count: int, given: Sequence[Texts]) -> list[str]:
    """So many rules, of one to twelve parts of these texts."""
    stands_in = Counter(part for each in given for part in sorted({*each.title, *each.abstract}))
    rare, common = (_MOST_RARE * len(given), _MOST_COMMON * len(given))
    sought = Sought(
        [part for part, times in stands_in.items() if times <= rare],
        [part for part, times in stands_in.items() if 5 * rare < times <= common],
    )
    return [_rule(Random(number), sought) for number in range(count)]


def _rule(chance: Random, sought: Sought) -> str:
    kinds: Sequence[Callable[[Random, Sought], str]] = (_any_of_them, _any_of_them, _narrowed, _without)
    return chance.choice(kinds)(chance, sought)


def _any_of_them(chance: Random, sought: Sought) -> str:
    return _one_of(chance, sought.rare, 12)


def _narrowed(chance: Random, sought: Sought) -> str:
    return f"({_one_of(chance, sought.common, 6)}) AND ({_one_of(chance, sought.common, 2)})"


def _without(chance: Random, sought: Sought) -> str:
    return f"({_one_of(chance, sought.rare, 9)}) NOT ({_one_of(chance, sought.common, 3)})"


def _one_of(chance: Random, parts: Sequence[str], most: int) -> str:
    return " OR ".join(f'"{part}"' for part in chance.choices(parts, k=chance.randint(1, most)))


def _parts(chance: Random, count: int) -> Parts:
    terms = sum(chance.random() < _TERMS_AMONG for _ in range(count))
    found = [*_by_zipf(chance, _words(), count - terms), *_by_zipf(chance, _terms(), terms)]
    chance.shuffle(found)
    return tuple(found)


@cache
def _words() -> Parts:
    syllables = ["".join(pair) for pair in product("bdfgklmnprstvz", "aeiouy")]
    chance = Random(0)
    spelt = ("".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(2 * _WORDS))
    return tuple(dict.fromkeys(spelt))[:_WORDS]


@cache
def _terms() -> Parts:
    chance = Random(1)
    words = _words()[_EVERYWHERE:]
    return tuple(" ".join(_by_zipf(chance, words, chance.randint(2, 3))) for _ in range(_TERMS))


def _by_zipf(chance: Random, choices: Parts, count: int) -> Iterator[str]:
    """So many of the choices, the nth of them in proportion to 1 / (n + shift)."""
    return iter(chance.choices(choices, cum_weights=_weights(len(choices)), k=count))


@cache
def _weights(count: int) -> Sequence[float]:
    return tuple(accumulate(1 / (number + _SHIFT) for number in range(1, count + 1)))
