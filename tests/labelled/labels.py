"""Which papers of the seeds belong to which of 14 topics, as a reader judged them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LABELS = Path(__file__).with_name("labels.toml")


@dataclass(frozen=True, slots=True)
class Labels:
    """The papers of one topic, as ids of the seeds; all others do not belong to it."""

    central: frozenset[str]
    """The paper is about the topic: whoever has subscribed to it wants the paper."""

    marginal: frozenset[str]
    """The paper touches the topic: right either way, so it is not counted."""


def load_labels() -> Mapping[str, Labels]:
    """The labels by the topic's name, in the order of the file."""
    return {
        name: Labels(frozenset(grades["central"]), frozenset(grades["marginal"]))
        for name, grades in _tables()["topics"].items()
    }


def load_titles() -> Mapping[str, str]:
    """The title of each paper that has a label, by its id."""
    titles: dict[str, str] = _tables()["titles"]
    return titles


def _tables() -> dict[str, Any]:
    return tomllib.loads(LABELS.read_text(encoding="utf-8"))
