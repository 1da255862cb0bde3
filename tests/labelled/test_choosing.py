"""Which choice is the best on the labelled papers; `benchmarks/choosing.py` prints how good each is."""

from __future__ import annotations

from datetime import date
from statistics import fmean

import pytest

from models.papers import Paper
from models.topics.catalogue import load
from models.topics.matching import Shelf
from models.topics.meaning import rank
from models.topics.ranking import by_rule, fuse
from models.topics.similar import similar
from tests.labelled.judging import average_precision, quality
from tests.labelled.labels import LABELS, load_labels
from tests.labelled.seeds import SEEDS, read_seeds

TOPICS = {topic.slug: topic for topic in load(LABELS.with_name("topics.toml"))}


def test_there_is_a_topic_for_each_label() -> None:
    assert list(TOPICS) == list(load_labels())
    assert all(topic.rule and topic.likeness for topic in TOPICS.values())


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seeds are not here")
def test_rule_and_meaning_together_rank_better_than_either_alone() -> None:
    day = date(2026, 1, 1)
    seeds = read_seeds(SEEDS)
    shelf = Shelf([Paper(seed.id, 1, seed.title, seed.abstract, (), day, None, None) for seed in seeds])
    precisions, sets = [], []
    for slug, labels in load_labels().items():
        topic = TOPICS[slug]
        assert topic.rule
        assert topic.likeness
        chosen = by_rule(shelf.matches([topic.rule])[0])
        ranking = rank(topic, shelf)
        alike = [each.paper.id for each in ranking]
        fused = [each for each, _ in fuse(chosen, alike)]
        precisions.append([average_precision(each, labels) for each in (chosen, alike, fused)])
        came = [each.paper.id for each in similar(topic.likeness, ranking, chosen)]
        sets.append([quality(each, labels).f1 for each in (chosen, [*chosen, *came])])
    of_rule, of_meaning, of_both = map(fmean, zip(*precisions, strict=True))
    assert of_both > max(of_rule, of_meaning)
    assert of_meaning > 0.9
    without, together = map(fmean, zip(*sets, strict=True))
    assert together > without - 0.005
