"""Papers by meaning: which are like a topic's title, its sentence and its examples. Nothing but words is counted.

Rocchio's way with tf-idf: a topic is its own text and the mean of its examples, less half the mean of its
counterexamples. A paper scores by the terms that both have; a term counts by how rare it is among the papers at
hand. Sums have one order, so that the same papers give the same scores whatever their own order is.

Source of the weights: 14 labelled topics; `benchmarks/choosing.py` measures them anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import fsum, sqrt

from models.papers import Paper
from models.topics.matching import Shelf
from models.topics.postings import Postings, counts, length
from models.topics.similar import Similar, Weights, damped, parts
from models.topics.topic import Topic
from models.topics.words import words

MOST_TERMS = 100
"""A topic keeps its heaviest terms: from 50 to 400 they find the same."""
_FEWEST_SHARED = 2
_UNLIKE = 0.5
"""What the counterexamples take away, of what the examples give."""


def rank(
    topic: Topic, shelf: Shelf, examples: Collection[Paper] = (), counterexamples: Collection[Paper] = ()
) -> list[Similar]:
    """The papers of a shelf that have two terms or more in common with a topic, the most similar first, then by id.

    One term is chance, however rare; it does only where a topic has no other. Examples and counterexamples
    need not stand on the shelf.
    """
    profile = _profile(topic, shelf.postings, examples, counterexamples)
    scores, shared = [0.0] * len(shelf.papers), [0] * len(shelf.papers)
    for term, weight in profile.items():
        for times, numbers in shelf.postings.of(term).items():
            part = weight * damped(times)
            for number in numbers:
                scores[number] += part
                shared[number] += 1
    fewest = min(_FEWEST_SHARED, len(profile)) or 1
    found = [
        Similar(paper, score / divisor, profile)
        for paper, score, divisor, terms in zip(
            shelf.papers, scores, shelf.postings.lengths, shared, strict=True
        )
        if terms >= fewest
    ]
    found.sort(key=lambda each: each.paper.id)
    found.sort(key=lambda each: each.score, reverse=True)
    return found


def left_out(
    topic: Topic, shelf: Shelf, examples: Collection[Paper], counterexamples: Collection[Paper] = ()
) -> list[float]:
    """What each example scores when the others alone are examples: how papers score that belong."""
    found = []
    for example in examples:
        others = [other for other in examples if other.id != example.id]
        found.append(_score(_profile(topic, shelf.postings, others, counterexamples), example))
    return found


def _score(profile: Weights, paper: Paper) -> float:
    return sum(part for part, _ in parts(profile, paper)) / length(words(paper.title), words(paper.abstract))


def _profile(
    topic: Topic, postings: Postings, examples: Collection[Paper], counterexamples: Collection[Paper]
) -> Weights:
    """The heaviest terms of a topic, each with what one of it adds to a paper's score, the heaviest first."""
    about = topic.likeness.about if topic.likeness else ""
    weights: dict[str, float] = defaultdict(float)
    _add(weights, [_direction(counts(words(topic.title), words(about)), postings)], 1)
    _add(weights, _directions(examples, postings), 1)
    _add(weights, _directions(counterexamples, postings), -_UNLIKE)
    positive = ((term, weight) for term, weight in weights.items() if weight > 0)
    heaviest = sorted(positive, key=lambda pair: (-pair[1], pair[0]))[:MOST_TERMS]
    size = sqrt(fsum(weight * weight for _, weight in heaviest))
    return {term: weight / size * postings.rarity(term) for term, weight in heaviest}


def _directions(papers: Iterable[Paper], postings: Postings) -> list[Weights]:
    by_id = {paper.id: paper for paper in papers}
    return [_direction(_single(by_id[each]), postings) for each in sorted(by_id)]


def _single(paper: Paper) -> Mapping[str, int]:
    """The words of an example without its pairs: beside those of the topic's own text, they find nothing more."""
    held = counts(words(paper.title), words(paper.abstract))
    return {term: times for term, times in held.items() if " " not in term}


def _direction(of_text: Mapping[str, int], postings: Postings) -> Weights:
    """The tf-idf of a text, of length one."""
    found = {term: damped(times) * postings.rarity(term) for term, times in of_text.items()}
    size = sqrt(fsum(weight * weight for weight in found.values()))
    return {term: weight / size for term, weight in found.items()}


def _add(weights: dict[str, float], directions: Sequence[Weights], factor: float) -> None:
    """Adds the mean of directions."""
    for direction in directions:
        for term, weight in direction.items():
            weights[term] += factor * weight / len(directions)
