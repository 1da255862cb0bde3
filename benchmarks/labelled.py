"""The labelled papers as cases: topics that choose among them, and how good what they choose is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import NamedTuple

from models.papers import Paper
from models.topics.catalogue import load
from models.topics.matching import Shelf
from models.topics.meaning import left_out, rank
from models.topics.ranking import by_rule, fuse
from models.topics.similar import similar
from models.topics.topic import Likeness, Topic
from tests.labelled.judging import average_precision, ndcg, quality
from tests.labelled.labels import LABELS, Labels, load_labels
from tests.labelled.seeds import SEEDS, read_seeds


@dataclass(frozen=True, slots=True)
class Case:
    """A topic with its labels, the papers among which it chooses, and what its rule chooses, in its order."""

    topic: Topic
    labels: Labels
    papers: Mapping[str, Paper]
    shelf: Shelf
    chosen: tuple[str, ...]

    def examples(self, count: int, draw: int) -> list[Paper]:
        """Central papers, the same for the same draw; one is always left to be found."""
        central = sorted(self.labels.central)
        chance = Random(f"{self.topic.slug} {count} {draw}")
        return [self.papers[each] for each in chance.sample(central, min(count, len(central) - 1))]

    def alike(self, examples: Sequence[Paper], chosen: Sequence[str]) -> list[str]:
        """What comes for likeness alone where these papers are chosen; all are of one day."""
        like = tuple(paper.id for paper in examples)
        likeness = replace(self.topic.likeness or Likeness(), like=like, most_a_day=len(self.papers))
        belonging = left_out(self.topic, self.shelf, examples)
        found = similar(likeness, rank(self.topic, self.shelf, examples), chosen, belonging)
        return [each.paper.id for each in found]


def cases() -> list[Case]:
    """The labelled topics in the order of the labels. Raises FileNotFoundError where the seeds are not."""
    if not SEEDS.is_dir():
        raise FileNotFoundError(f"the seeds are not here: {SEEDS}")
    day = date(2026, 1, 1)
    papers = {
        seed.id: Paper(seed.id, 1, seed.title, seed.abstract, (), day, None, None)
        for seed in read_seeds(SEEDS)
    }
    shelf = Shelf(tuple(papers.values()))
    topics = {topic.slug: topic for topic in load(LABELS.with_name("topics.toml"))}
    return [_case(topics[slug], labels, papers, shelf) for slug, labels in load_labels().items()]


def _case(topic: Topic, labels: Labels, papers: Mapping[str, Paper], shelf: Shelf) -> Case:
    chosen = by_rule(shelf.matches([topic.rule])[0]) if topic.rule else []
    return Case(topic, labels, papers, shelf, tuple(chosen))


Ranking = Callable[[Case, Sequence[Paper]], Sequence[str]]
"""Ranks a case's papers, given examples."""


def rule(case: Case, _: Sequence[Paper]) -> Sequence[str]:
    """What the rule chooses, most of its terms first."""
    return case.chosen


def sentence(case: Case, examples: Sequence[Paper]) -> Sequence[str]:
    """By likeness to title and sentence, and to the examples."""
    return [each.paper.id for each in rank(case.topic, case.shelf, examples)]


def examples_alone(case: Case, examples: Sequence[Paper]) -> Sequence[str]:
    """By likeness to the examples, whatever the topic says of itself."""
    silent = replace(case.topic, title="", likeness=None)
    return [each.paper.id for each in rank(silent, case.shelf, examples)]


def both(case: Case, examples: Sequence[Paper]) -> Sequence[str]:
    """Rule and likeness fused."""
    return [each for each, _ in fuse(rule(case, examples), sentence(case, examples))]


def judged(case: Case, by: Ranking, examples: Sequence[Paper] = ()) -> tuple[float, float]:
    """Average precision and nDCG@20 of a ranking, the examples not counted."""
    known = {paper.id for paper in examples}
    labels = Labels(case.labels.central - known, case.labels.marginal)
    ranking = [each for each in by(case, examples) if each not in known]
    return average_precision(ranking, labels), ndcg(ranking, labels)


class Alone(NamedTuple):
    """The papers that come for likeness alone, how many of them belong, and F1 of the whole set with and without."""

    papers: int
    right: int
    without: float
    together: float


def alone(case: Case, chosen: Sequence[str], examples: Sequence[Paper]) -> Alone:
    """What comes for likeness alone where these papers are chosen already, the examples not counted."""
    known = {paper.id for paper in examples}
    labels = Labels(case.labels.central - known, case.labels.marginal | known)
    came = {*case.alike(examples, chosen)} - labels.marginal
    together = quality({*chosen, *came}, labels).f1
    return Alone(len(came), len(came & labels.central), quality(chosen, labels).f1, together)
