"""The papers of the seeds: two search pages as text, a line with the title and one with the abstract in turn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
"""Where the seeds lie: beside the checkout, and not everywhere."""

HEADING = re.compile(
    r"new|Get trending papers .*|Subscribe|Daily Papers|by.* research community|[A-Z][a-z]{2} \d{1,2}"
)
"""A line that a page shows above its papers."""


@dataclass(frozen=True, slots=True)
class SeedPaper:
    """One paper; `id` is its first place: "001-007" is the seventh of seed 001."""

    id: str
    title: str
    abstract: str


def read_seeds(folder: Path) -> tuple[SeedPaper, ...]:
    """The papers of all seeds in the folder, each once, in the order of the files and of their lines.

    Raises ValueError where a title has no abstract.
    """
    papers: dict[tuple[str, str], SeedPaper] = {}
    for file in sorted(folder.glob("*.txt")):
        for paper in read_seed(file):
            papers.setdefault((paper.title, paper.abstract), paper)
    return tuple(papers.values())


def read_seed(file: Path) -> tuple[SeedPaper, ...]:
    """All papers of one seed, whose name begins with its number: "001_<hash>.txt".

    Raises ValueError where a title has no abstract.
    """
    seed = file.name.partition("_")[0]
    lines = list(_paper_lines(file.read_text(encoding="utf-8")))
    if len(lines) % 2:
        raise ValueError(f"{file.name}: {len(lines)} lines are no pairs of title and abstract")
    pairs = zip(lines[::2], lines[1::2], strict=True)
    return tuple(
        SeedPaper(f"{seed}-{place:03}", title, abstract) for place, (title, abstract) in enumerate(pairs, 1)
    )


def _paper_lines(text: str) -> Iterator[str]:
    """Titles and abstracts in turn, without the page's headings and the blank lines."""
    lines = filter(None, map(str.strip, text.split("\n")))
    for place, line in enumerate(dropwhile(HEADING.fullmatch, lines)):
        # One page has its button on the line of the first title.
        yield line if place else line.removeprefix("Subscribe")
