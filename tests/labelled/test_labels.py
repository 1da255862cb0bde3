from __future__ import annotations

import tomllib

import pytest

from tests.labelled.labels import LABELS, load_labels, load_titles
from tests.labelled.seeds import SEEDS, read_seeds

TOPICS = (
    "mixture-of-experts",
    "fine-tuning",
    "transformer-complexity",
    "continual-learning",
    "code-generation",
    "quantization",
    "efficient-reasoning",
    "theorem-proving",
    "hypergraphs",
    "combinatorial-optimization",
    "scaling-laws",
    "pruning",
    "efficient-attention",
    "quantum-computing",
)


def test_each_of_the_14_topics_has_central_papers() -> None:
    labels = load_labels()
    assert tuple(labels) == TOPICS
    assert all(found.central for found in labels.values())


def test_every_label_is_of_a_paper_with_a_title_and_every_title_has_a_label() -> None:
    labelled = {id_ for found in load_labels().values() for id_ in found.central | found.marginal}
    assert labelled == set(load_titles())


@pytest.mark.parametrize("topic", TOPICS)
def test_no_paper_is_both_central_and_marginal(topic: str) -> None:
    found = load_labels()[topic]
    assert not found.central & found.marginal


@pytest.mark.parametrize("topic", TOPICS)
def test_the_ids_of_a_grade_stand_once_and_in_order(topic: str) -> None:
    grades = tomllib.loads(LABELS.read_text(encoding="utf-8"))["topics"][topic]
    assert set(grades) == {"central", "marginal"}
    assert all(ids == sorted(set(ids)) for ids in grades.values())


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seeds are not here")
def test_the_titles_are_those_of_the_seeds() -> None:
    papers = {paper.id: paper.title for paper in read_seeds(SEEDS)}
    assert load_titles().items() <= papers.items()
