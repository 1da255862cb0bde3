"""Rules and papers by chance, of so few words that many of them meet; a seed and sizes, for hypothesis.

hypothesis draws neither word by word: for the time of one paper drawn so, this gives twenty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import NamedTuple, TypeVar, get_args

from hypothesis import strategies as st

from models.papers import Appearance, Observation, Paper, Revision, Weight
from models.series import Metric
from models.topics.tree import And, Field, Flag, Leaf, Near, Node, Not, Number, Or, Phrase, Quality
from models.topics.words import spelt, words
from tests.feeds.invented import paper

T = TypeVar("T")

_WORDS = ["a", "b", "ab", "Lamp", "lamps", "lamplight", "policies"]
_IN_TEXTS = [*_WORDS, "lámp", "policy", "-"]
_NAMES = [
    "Ada Lamp",
    "A. Lamp",
    "Ada B. Lamp",
    "A. B. Lamp",
    "Bo Lamps",
    "Lamp",
    "Adam Lamp",
    "Ada van den Lamp",
]
_IN_FIELDS: dict[Field, list[str]] = {
    "title": _WORDS,
    "abstract": _WORDS,
    "comment": _WORDS,
    "org": _WORDS,
    "category": ["cs", "cs.CL", "cl", "math", "co"],
    "source": ["arxiv", "hugging", "huggingface"],
    "section": ["daily", "cs.CL", "new", "cross"],
}
# Halves and quarters of a span have no rounding, so a threshold is met or it is not.
_HOURS = [6, 12, 24, 48]
_DAY = date(2025, 10, 1)
_START = datetime(2025, 10, 2, tzinfo=UTC)
_ANNOUNCED = [None, _START, _START - timedelta(hours=12), _START - timedelta(hours=48)]


class Case(NamedTuple):
    """Rules, and papers that they are to choose among; equal papers are different ones."""

    trees: list[Node]
    papers: list[Paper]


def _case(seed: int, trees: int, leaves: int, papers: int) -> Case:
    chance = Random(seed)
    known = [_leaf(chance) for _ in range(leaves)]  # few, so that a rule has some of them twice
    return Case([_tree(chance, leaves, known) for _ in range(trees)], [_paper(chance) for _ in range(papers)])


CASES = st.builds(_case, st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 8), st.integers(0, 20))


def _tree(chance: Random, size: int, known: Sequence[Leaf]) -> Node:
    """A tree of so many of the leaves; it may have a level that says nothing, which no rule reads back to."""
    if size == 1:
        return chance.choice(known)
    first = chance.randint(1, size - 1)
    parts = _tree(chance, first, known), _tree(chance, size - first, known)
    choices: list[Node] = [And(parts), Or(parts), And((parts[0], Not(parts[1])))]
    return chance.choice(choices)


def _leaf(chance: Random) -> Leaf:
    kinds: list[Callable[[Random], Leaf]] = [_phrase, _near, _number, _name, _flag]
    (kind,) = chance.choices(kinds, [4, 2, 3, 2, 1])
    return kind(chance)


def _phrase(chance: Random) -> Phrase:
    field, sought = _where(chance)
    text = " ".join(_some(chance, sought, 1, 2))
    is_prefix = len(spelt(text)[-1]) > 1 and chance.random() < 0.3
    folded = words(text)
    return Phrase((*folded[:-1], spelt(text)[-1]) if is_prefix else folded, text, field, is_prefix)


def _near(chance: Random) -> Near:
    field, sought = _where(chance)
    text = " ".join(chance.sample(sought, chance.choice([2, 3])))
    different = tuple(dict.fromkeys(words(text)))
    return Near(different, chance.randint(0, 4), text, field) if len(different) > 1 else _near(chance)


def _where(chance: Random) -> tuple[Field, list[str]]:
    """A field and what stands there; half of the terms name none, as in rules that people write."""
    return chance.choice([("", _WORDS), chance.choice([*_IN_FIELDS.items()])])


def _name(chance: Random) -> Phrase:
    text = chance.choice([*_NAMES, "Ada", "van den Lamp", "B.", "Ada La"])
    sought = tuple(spelt(text))
    return Phrase(sought, text, "author", is_prefix=len(sought[-1]) > 1 and chance.random() < 0.3)


def _number(chance: Random) -> Number:
    metric: Metric = chance.choice(["votes", "votes", "stars", "comments"])
    hours = chance.choice([None, None, 6, 12, 24])
    return Number(metric, at_least=chance.random() < 0.7, value=chance.randint(0, 4), hours=hours)


def _flag(chance: Random) -> Flag:
    return Flag(chance.choice(get_args(Quality)))


def _paper(chance: Random) -> Paper:
    return paper(
        title=_text(chance),
        abstract=_text(chance),
        authors=_some(chance, _NAMES, 0, 3),
        comment=_text(chance),
        organization=_text(chance),
        categories=_some(chance, ["cs.CL", "cs.LG", "math.CO", "hep-th"], 0, 3),
        links=chance.choice([{}, {"code": ""}, {"project": "", "pdf": ""}]),
        doi=chance.choice(["", "10.1/lamp"]),
        withdrawn=chance.random() < 0.2,
        announced_at=chance.choice(_ANNOUNCED),
        votes=_count(chance),
        stars=_count(chance),
        comments=_count(chance),
        appearances=tuple(_appearance(chance) for _ in range(chance.randint(0, 3))),
        observations=_observations(chance),
        revisions=tuple(_revision(chance) for _ in range(chance.randint(0, 2))),
    )


def _text(chance: Random) -> str:
    return " ".join(_some(chance, _IN_TEXTS, 0, 9))


def _some(chance: Random, choices: Sequence[T], least: int, most: int) -> tuple[T, ...]:
    return tuple(chance.choices(choices, k=chance.randint(least, most)))


def _count(chance: Random) -> int | None:
    return chance.choice([None, 0, 1, 2, 3, 4, 5, 6])


def _appearance(chance: Random) -> Appearance:
    section = chance.choice(["daily", "cs.CL/new", "cs.CL/cross"])
    return Appearance(
        chance.choice(["arxiv", "huggingface"]), section, _DAY, 1, chance.choice([None, None, _START])
    )


def _observations(chance: Random) -> tuple[Observation, ...]:
    at, found = _START, []
    for _ in range(chance.randint(0, 4)):
        found.append(Observation(at, _count(chance), _count(chance), _count(chance)))
        at += timedelta(hours=chance.choice(_HOURS))
    return tuple(found)


def _revision(chance: Random) -> Revision:
    return Revision("title", "old", "new", _START, "arxiv", chance.choice([*Weight]))
