from __future__ import annotations

from math import log2

import pytest

from tests.labelled.judging import average_precision, ndcg, quality
from tests.labelled.labels import Labels

LABELS = Labels(central=frozenset("ab"), marginal=frozenset("m"))


def test_nothing_chosen_finds_nothing() -> None:
    assert quality([], LABELS) == (1, 0, 0)
    assert average_precision([], LABELS) == ndcg([], LABELS) == 0


def test_a_marginal_paper_counts_neither_way_in_a_set_and_in_average_precision() -> None:
    assert quality("amx", LABELS) == quality("ax", LABELS) == (1 / 2, 1 / 2, 1 / 2)
    assert average_precision("mab", LABELS) == 1


@pytest.mark.parametrize(
    ("ranking", "expected"), [("ab", 1), ("xab", 7 / 12), ("axb", 5 / 6), ("a", 1 / 2), ("xy", 0)]
)
def test_average_precision_asks_for_central_papers_first_and_for_all_of_them(
    ranking: str, expected: float
) -> None:
    assert average_precision(ranking, LABELS) == pytest.approx(expected)


def test_the_best_order_has_central_papers_before_marginal_ones() -> None:
    assert ndcg("bamx", LABELS) == 1
    assert ndcg("mab", LABELS) < 1


def test_a_place_further_down_gains_less_and_none_behind_the_last() -> None:
    assert ndcg("xa", LABELS, 2) == pytest.approx((2 / log2(3)) / (2 + 2 / log2(3)))
    assert ndcg("xa", LABELS, 1) == 0
