"""Which papers come for likeness alone: values in, values out, whatever has ranked the papers.

How like is like enough differs from topic to topic, so no score says it: the papers that surely belong do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from math import log
from statistics import median
from types import MappingProxyType
from typing import NamedTuple

from models.papers import Paper
from models.topics.postings import STOP_WORDS, counts
from models.topics.topic import Likeness
from models.topics.words import words

Weights = Mapping[str, float]
"""The terms of a topic, each with what one of it adds to a paper's score."""

_SHOWN = 5
_WORD = re.compile(r"[^\W_]+")

_OF_BEST = 0.4
"""So much of the best score: on the labelled topics from .35 to .45 find the same, and so they do on others."""
FEWEST_MATCHED = 3
"""The middle of fewer says nothing."""


class Similar(NamedTuple):
    """A paper that is like a topic: the score says how much, `weights` are the topic's terms where it has such.

    Scores compare within one ranking only. `str()` is the reason for people: "similar: routing, experts".
    """

    paper: Paper
    score: float
    weights: Weights = MappingProxyType({})

    @property
    def terms(self) -> tuple[str, ...]:
        """The up to five terms that add most to the score, as the paper spells them, no word twice."""
        chosen: list[list[str]] = []
        for _, term in sorted(parts(self.weights, self.paper), key=lambda part: (-part[0], part[1])):
            of_term = term.split()
            if not any(word in known for word in of_term for known in chosen):
                chosen.append(of_term)
        texts = (self.paper.title, self.paper.abstract)
        return tuple(_as_spelt(term, texts) for term in chosen[:_SHOWN])

    def __str__(self) -> str:
        return f"similar: {', '.join(self.terms)}" if self.weights else "similar"


def parts(weights: Weights, paper: Paper) -> list[tuple[float, str]]:
    """What each term that a paper holds adds to its score, before that is divided by its length."""
    held = counts(words(paper.title), words(paper.abstract))
    return [(weight * damped(held[term]), term) for term, weight in weights.items() if term in held]


def damped(times: int) -> float:
    """What a term counts that stands so many times: the second time tells less than the first."""
    return 1 + log(times)


def least_score(belonging: Sequence[float], matched: Sequence[float], others: Sequence[float]) -> float:
    """The score from which on papers come for likeness alone.

    `belonging` are the scores of the examples, each as if it were none, `matched` those of what the rule chose,
    `others` all that remain. It is a share of the best of all, so that examples hold it up on days on which
    nothing is like them; and the middle of what the rule chose, of which a good part is there for one word.
    """
    share = _OF_BEST * max((*belonging, *matched, *others), default=0.0)
    return max(share, median(matched)) if len(matched) >= FEWEST_MATCHED else share


def similar(
    likeness: Likeness, ranking: Sequence[Similar], matched: Collection[str], belonging: Sequence[float] = ()
) -> list[Similar]:
    """Of a ranking, the best first, the papers that come for likeness alone.

    `matched` are the ids of what the rule chose, `belonging` as for `least_score`. What is announced comes, but
    no matched paper and none of `unlike`, and of each day of announcement at most `most_a_day`.
    """
    examples = {*likeness.like, *likeness.unlike}
    scores = {each.paper.id: each.score for each in ranking if each.paper.id not in examples}
    of_matched = [scores.pop(each, 0.0) for each in sorted({*matched} - examples)]
    least = least_score(belonging, of_matched, list(scores.values()))
    never = {*matched, *likeness.unlike}
    of_day: Counter[date] = Counter()
    chosen = []
    for each in ranking:
        day = each.paper.first_listed
        if day is None or each.paper.id in never or each.score < least:
            continue
        if of_day[day] < likeness.most_a_day:
            of_day[day] += 1
            chosen.append(each)
    return chosen


def _as_spelt(term: Sequence[str], texts: Iterable[str]) -> str:
    """A term as it stands in the first text that holds it, with what was left out between its words."""
    for text in texts:
        folded = ((place, " ".join(words(place[0]))) for place in _WORD.finditer(text))
        telling = [(place, word) for place, word in folded if word not in STOP_WORDS]
        for run in zip(*(telling[start:] for start in range(len(term))), strict=False):
            if all(word == sought for (_, word), sought in zip(run, term, strict=True)):
                return text[run[0][0].start() : run[-1][0].end()]
    return " ".join(term)
