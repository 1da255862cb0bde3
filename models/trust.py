"""Whom to believe where two sources say different things of one paper."""

from __future__ import annotations

_ORDER = {"arxiv": 0, "huggingface": 2}
_OTHERS = 1
"""Every other source: where a paper is published knows more of it than where it is talked about."""


def outranks(source: str, other: str) -> bool:
    """Whether what a source says of a paper's text, authors and dates goes before what another says.

    arXiv before all others, Hugging Face behind them; those between by name, so that no two are equal and
    the order in which sources are read makes no difference.
    """
    return _key(source) < _key(other)


def _key(source: str) -> tuple[int, str]:
    return _ORDER.get(source, _OTHERS), source
