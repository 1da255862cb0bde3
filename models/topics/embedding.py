"""Ranks papers by the vectors that a model gives their texts: near in meaning, whatever the words.

What is compared with what was measured on the labelled set (mean average precision of its 14 topics, MiniLM):
the papers' average is subtracted from papers (three examples rank at .76 with it, at .68 without), but not from
the sentence, which is a text of another kind (.82 with it, .89 without). Examples weigh the more the more they
are, and less than the sentence: one that weighs as much takes .05 away. Counterexamples weigh a quarter.

It is plain Python on purpose, so that nobody who ranks by words alone needs numpy: a thousand topics times a
thousand papers are 4 s, and the vectors of those papers have cost 100 s before they come here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from math import dist, fsum, hypot
from operator import sub
from typing import Protocol

from models.papers import Paper
from models.topics.similar import Similar
from models.topics.topic import Topic

Vector = tuple[float, ...]
"""Of length 1; empty for a text in which the model found nothing."""

_UNLIKE = 0.25
"""What the counterexamples take away; half does harm."""
_DOUBT = 3
"""So many examples weigh half of what the topic's sentence does."""
_NOTHING = 1e-6
"""Up to it a number is what rounding has left."""


class Embedder(Protocol):
    """Gives texts vectors, all of one size; it is slow, so it is asked for many at once."""

    @property
    def name(self) -> str:
        """Tells the model from others, whose vectors cannot be compared with its own; fit for a file's name."""
        ...

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """A vector for each text, which depends on that text alone."""
        ...


def text_of(paper: Paper) -> str:
    """What is embedded of a paper."""
    return f"{paper.title}\n{paper.abstract}"


class ByVectors:
    """A Ranker of papers, which are made ready once for any number of topics."""

    def __init__(self, embedder: Embedder, papers: Sequence[Paper]) -> None:
        vectors = embedder.embed(list(map(text_of, papers)))
        told = sum(map(bool, vectors))
        self._embedder = embedder
        self._mean = tuple(number / told for number in _sum(vectors))
        placed = zip(papers, map(self._placed, vectors), strict=True)
        self._papers = [(paper, vector) for paper, vector in placed if vector]

    def __call__(
        self, topic: Topic, examples: Collection[Paper] = (), counterexamples: Collection[Paper] = ()
    ) -> list[Similar]:
        """The papers that are nearer to a topic than their average, the nearest first, then by id.

        The score is a cosine. The topic says what is sought by its title and its sentence.
        """
        sought = self._sought(topic, _each_once(examples), _each_once(counterexamples))
        if not sought:
            return []
        # In C, and between vectors of length 1 the same as their product.
        scored = ((paper, 1 - dist(sought, vector) ** 2 / 2) for paper, vector in self._papers)
        found = [Similar(paper, score) for paper, score in scored if score > _NOTHING]
        return sorted(found, key=lambda each: (-each.score, each.paper.id))

    def _sought(self, topic: Topic, examples: Sequence[Paper], counterexamples: Sequence[Paper]) -> Vector:
        about = topic.likeness.about if topic.likeness else ""
        sentence = f"{topic.title}: {about}" if about else topic.title
        texts = map(text_of, (*examples, *counterexamples))
        described, *vectors = self._embedder.embed([sentence, *texts])
        placed = list(map(self._placed, vectors))
        alike, unlike = (_unit(_sum(group)) for group in (placed[: len(examples)], placed[len(examples) :]))
        if not described and not alike:
            return ()
        weight = len(examples) / (len(examples) + _DOUBT)
        return _unit(_sum([described, _times(weight, alike), _times(-_UNLIKE, unlike)]))

    def _placed(self, vector: Vector) -> Vector:
        """Where a paper stands from the average of all; nowhere if it says no more than they."""
        return _unit(tuple(map(sub, vector, self._mean)))


def _each_once(papers: Iterable[Paper]) -> list[Paper]:
    return list({paper.id: paper for paper in papers}.values())


def _sum(vectors: Iterable[Vector]) -> Vector:
    """Exact, so the same in whatever order the vectors come."""
    return tuple(map(fsum, zip(*filter(None, vectors), strict=True)))


def _times(factor: float, vector: Vector) -> Vector:
    return tuple(factor * number for number in vector)


def _unit(vector: Vector) -> Vector:
    length = hypot(*vector)
    return _times(1 / length, vector) if length > _NOTHING else ()
