"""Names for people: of sources, and of many things in one line."""

from __future__ import annotations

from collections.abc import Iterable

from feeds.text import one_line

_SOURCES = {"arxiv": "arXiv", "biorxiv": "bioRxiv", "huggingface": "Hugging Face", "medrxiv": "medRxiv"}


def source_name(source: str) -> str:
    """A source as it calls itself."""
    return _SOURCES.get(source) or one_line(source)


def named(names: Iterable[str], most: int) -> str:
    """The first names, and how many more there are; "" where there is none."""
    lines = [line for name in names if (line := one_line(name))]
    more = len(lines) - most
    return ", ".join(lines[:most]) + (f" and {more:,} more" if more > 0 else "")
