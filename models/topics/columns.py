"""One field of many papers, as an inverted index: in which of them words stand, as bit sets.

Bit n stands for the nth paper. Phrases are looked up many at a time: the runs of so many words that a paper
holds are met with the set of those that are sought, so that the cost is that of the texts, however many
phrases there are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from operator import and_, or_

from models.topics.words import singular


def papers_in(bits: int) -> Iterator[int]:
    """The numbers of the papers in a bit set, rising."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


_LAST_SIGN = "\U0010ffff"
"""No sign of a word comes after it."""


class Column:
    """The words of one field of each paper, plurals folded to the singular unless told otherwise."""

    def __init__(self, words: Iterable[tuple[str, ...]], *, is_singular: bool = True) -> None:
        self._words = list(words)
        self._is_singular = is_singular
        self._phrases: dict[tuple[str, ...], int] = {}

    @property
    def words(self) -> Sequence[tuple[str, ...]]:
        """The words of each paper, in their order."""
        return self._words

    def look_up(self, phrases: Iterable[tuple[str, ...]]) -> None:
        """Finds words and phrases, so that `phrase` knows them; all at once is much faster than each alone."""
        by_length: dict[int, set[tuple[str, ...]]] = defaultdict(set)
        for phrase in phrases:
            if phrase not in self._phrases:
                self._phrases[phrase] = 0
                by_length[len(phrase)].add(phrase)
        for length, sought in by_length.items():
            for number, of_paper in enumerate(self._words):
                for phrase in sought.intersection(_runs(of_paper, length)):
                    self._phrases[phrase] |= 1 << number

    def phrase(self, words: tuple[str, ...]) -> int:
        """Where the words stand together in this order."""
        found = self._phrases.get(words)
        if found is None:
            self.look_up((words,))
            found = self._phrases[words]
        return found

    def prefix(self, words: tuple[str, ...]) -> int:
        """Where the words stand together and the last of them may go on.

        Among folded words an end as in `polici` finds policy as well.
        """
        before, ends = words[:-1], self._beginning_with(words[-1])
        candidates = reduce(or_, (self._in_papers[word] for word in ends), 0)
        if not before:
            return candidates
        return self._confirmed(candidates & self._all(before), lambda text: _holds_open(text, before, ends))

    def near(self, words: Sequence[str], within: int) -> int:
        """Where all of the different words stand with at most so many others between first and last."""
        longest = len(words) + within
        return self._confirmed(self._all(words), lambda text: _is_near(text, words, longest))

    def _all(self, words: Iterable[str]) -> int:
        return reduce(and_, (self._in_papers.get(word, 0) for word in words))

    def _beginning_with(self, letters: str) -> set[str]:
        """The words that begin so, and those that have lost the end of a plural that does."""
        first, end = (bisect_left(self._vocabulary, letters + more) for more in ("", _LAST_SIGN))
        plurals = {singular(letters + plural) for plural in ("", "s", "es")} if self._is_singular else set()
        return {*self._vocabulary[first:end], *(plurals & self._in_papers.keys())}

    def _confirmed(self, candidates: int, is_in: Callable[[tuple[str, ...]], bool]) -> int:
        return reduce(or_, (1 << n for n in papers_in(candidates) if is_in(self._words[n])), 0)

    @cached_property
    def _in_papers(self) -> Mapping[str, int]:
        """Where each word stands."""
        in_papers: dict[str, int] = defaultdict(int)
        for number, of_paper in enumerate(self._words):
            for word in set(of_paper):
                in_papers[word] |= 1 << number
        return dict(in_papers)

    @cached_property
    def _vocabulary(self) -> list[str]:
        return sorted(self._in_papers)


def _runs(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    """All runs of so many words, in their order."""
    return zip(*(words[start:] for start in range(length)), strict=False)


def _holds_open(text: Sequence[str], before: Sequence[str], ends: Container[str]) -> bool:
    """Whether the words stand together before one of the ends."""
    length = len(before)
    return any(word in ends and text[n : n + length] == before for n, word in enumerate(text[length:]))


def _is_near(text: Sequence[str], words: Sequence[str], longest: int) -> bool:
    """Whether a stretch of at most `longest` words holds them all."""
    last: dict[str, int] = {}
    for position, word in enumerate(text):
        if word in words:
            last[word] = position
            if len(last) == len(words) and position - min(last.values()) < longest:
                return True
    return False
