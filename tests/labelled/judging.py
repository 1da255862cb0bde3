"""How good a choice of labelled papers is. Marginal papers are right either way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import log2
from typing import NamedTuple

from tests.labelled.labels import Labels

_GAIN_OF_CENTRAL, _GAIN_OF_MARGINAL = 2, 1


class Quality(NamedTuple):
    """Of a set: the share of it that belongs, the share of what belongs that is in it, their harmonic mean."""

    precision: float
    recall: float
    f1: float


def quality(chosen: Collection[str], labels: Labels) -> Quality:
    """How good a set is; the precision of nothing is 1."""
    counted = {*chosen} - labels.marginal
    right = len(counted & labels.central)
    precision = right / len(counted) if counted else 1.0
    return Quality(precision, right / len(labels.central), 2 * right / (len(counted) + len(labels.central)))


def average_precision(ranking: Sequence[str], labels: Labels) -> float:
    """The mean of the precision at each central paper; one that the ranking leaves out counts 0."""
    right, total = 0, 0.0
    for place, each in enumerate((each for each in ranking if each not in labels.marginal), start=1):
        if each in labels.central:
            right += 1
            total += right / place
    return total / len(labels.central)


def ndcg(ranking: Sequence[str], labels: Labels, places: int = 20) -> float:
    """The gain of the first places by their logarithm, as a share of the best order's; a marginal paper gains half."""
    gains = [
        _GAIN_OF_CENTRAL if each in labels.central else _GAIN_OF_MARGINAL if each in labels.marginal else 0
        for each in ranking
    ]
    best = [_GAIN_OF_CENTRAL] * len(labels.central) + [_GAIN_OF_MARGINAL] * len(labels.marginal)
    return _discounted(gains[:places]) / _discounted(best[:places])


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / log2(place + 1) for place, gain in enumerate(gains, start=1))
