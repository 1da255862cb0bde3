"""Invented papers of arXiv in any number, of the size of real ones, and how they stand in a mailing.

The same number gives the same paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from random import Random

from benchmarks.invented import names, vocabulary

CATEGORIES = {
    "cs.AI": "Artificial Intelligence",
    "cs.CL": "Computation and Language",
    "cs.CV": "Computer Vision and Pattern Recognition",
    "cs.DC": "Distributed, Parallel, and Cluster Computing",
    "cs.LG": "Machine Learning",
    "cs.RO": "Robotics",
    "cs.SE": "Software Engineering",
    "stat.ML": "Machine Learning",
}
"""Code and name of the categories that the papers are in."""

_CODES = tuple(CATEGORIES)


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper; texts are as its author wrote them, in TeX. `link` is an address in its abstract, or ""."""

    id: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    comment: str
    link: str
    versions: int


def paper(number: int) -> Paper:
    """The paper of a number from 0 to 1,199,999: one in four a later version, 1.8 categories each.

    Title, abstract, authors and comment are as long as those of real mailings, and as rich in TeX and links.
    """
    chance = Random(number)
    paper_id = f"26{1 + number // 100_000:02}.{number % 100_000:05}"
    sentences = chance.choices(_sentences(), k=10)
    if number % 3 == 0:
        sentences[4] += r" at most $O(n^{2} \log n)$ in all"
    return Paper(
        id=paper_id,
        title=" ".join(chance.choices(vocabulary(), k=12)).capitalize(),
        abstract=". ".join(sentences),
        authors=tuple(chance.choices(_authors(), k=1 + number % 10)),
        categories=_categories(number),
        comment=f"{number % 40} pages, {number % 9} figures, {sentences[0][:30]}" if number % 2 else "",
        link=f"https://code.example/{paper_id}" if number % 5 == 0 else "",
        versions=2 + number % 3 if number // len(_CODES) % 4 == 3 else 1,
    )


def parts(category: str, papers: Iterable[Paper]) -> dict[str, list[Paper]]:
    """The papers of a category by the part of its mailing that they stand in, in the order of their ids."""
    found: dict[str, list[Paper]] = {"New": [], "Cross": [], "Replacement": []}
    for each in papers:
        if category in each.categories:
            own = "New" if each.categories[0] == category else "Cross"
            found["Replacement" if each.versions > 1 else own].append(each)
    return found


def _categories(number: int) -> tuple[str, ...]:
    """Its own, and none, one or two others."""
    others = (0, 1, 0, 1, 2)[number % 5]
    return tuple(_CODES[(number + 3 * place) % len(_CODES)] for place in range(1 + others))


@cache
def _sentences() -> tuple[str, ...]:
    chance = Random(0)
    return tuple(" ".join(chance.choices(vocabulary(), k=19)).capitalize() for _ in range(4_000))


@cache
def _authors() -> tuple[str, ...]:
    chance = Random(0)
    return tuple(name for _ in range(2_000) for name in names(chance))
