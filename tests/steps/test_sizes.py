"""Sizes as people read them."""

from __future__ import annotations

import pytest

from flows.steps.sizes import size


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_960, "10 kB"),
        (823_296, "823 kB"),
        (999_600, "1.0 MB"),
        (446_054_400, "446 MB"),
        (1_300_000_000, "1.3 GB"),
        (5_000_000_000_000, "5,000 GB"),
    ],
)
def test_a_size_has_two_figures_at_least(number: int, words: str) -> None:
    assert size(number) == words
