"""What a rule chooses and why, slow and obvious: one leaf, one paper, one word at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from models.decay import begun_at
from models.papers import Paper, Weight
from models.topics.reasons import Found
from models.topics.tree import And, Field, Flag, Leaf, Near, Node, Not, Number, Or, Phrase
from models.topics.words import spelt, words

Words = Sequence[str]

SECOND = timedelta(seconds=1)
BOTH: tuple[Field, ...] = ("title", "abstract")


def is_true(node: Node, paper: Paper) -> bool:
    match node:
        case And():
            return all(is_true(part, paper) for part in node.parts)
        case Or():
            return any(is_true(part, paper) for part in node.parts)
        case Not():
            return not is_true(node.part, paper)
        case Phrase() | Near():
            return any(stands_in(node, name, paper) for name in ([node.field] if node.field else BOTH))
        case Number():
            return is_there(node, paper)
        case Flag():
            has = {
                "code": "code" in paper.links,
                "project": "project" in paper.links,
                "doi": paper.doi != "",
                "withdrawn": paper.withdrawn,
                "revised": Weight.NOTICED in [each.weight for each in paper.revisions],
            }
            return has[node.quality]


def stands_in(leaf: Phrase | Near, name: Field, paper: Paper) -> bool:
    if isinstance(leaf, Near):
        joined = [word for text in texts(name, paper) for word in (*words(text), "·")]
        length = len(leaf.words) + leaf.within
        return any(set(leaf.words) <= set(joined[start : start + length]) for start in range(len(joined)))
    if name == "author":
        return any(is_named(leaf, tuple(spelt(author))) for author in paper.authors)
    return any(is_in(leaf, words(text), folded=True) for text in texts(name, paper))


def texts(name: Field, paper: Paper) -> list[str]:
    places = [each for each in paper.appearances if each.removed_at is None]
    found: dict[Field, list[str]] = {
        "title": [paper.title],
        "abstract": [paper.abstract],
        "comment": [paper.comment],
        "org": [paper.organization],
        "category": list(paper.categories),
        "source": list(dict.fromkeys(place.source for place in places)),
        "section": list(dict.fromkeys(place.section for place in places)),
    }
    return found[name]


def is_in(leaf: Phrase, text: Words, *, folded: bool) -> bool:
    length = len(leaf.words)
    runs = [text[start : start + length] for start in range(len(text) - length + 1)]
    return any(run[:-1] == leaf.words[:-1] and is_last(leaf, run[-1], folded=folded) for run in runs)


def is_last(leaf: Phrase, word: str, *, folded: bool) -> bool:
    last = leaf.words[-1]
    if not leaf.is_prefix:
        return word == last
    plurals = [words(last + end) for end in ("", "s", "es")] if folded else []
    return word.startswith(last) or (word,) in plurals


def is_named(leaf: Phrase, author: Words) -> bool:
    """By the whole name, without the middle, with initials; where the paper has but an initial, by that."""
    *given, family = author
    forms: list[Words] = [author]
    if given:
        forms += [(given[0], family), (given[0][0], *author[1:]), (given[0][0], family)]
        forms += [(*(name[0] for name in given), family)]
    is_unknown = given and len(given[0]) == 1 and len(leaf.words) > 1 < len(leaf.words[0])
    by_initial = is_unknown and leaf.words[0][0] == given[0] and is_last(leaf, family, folded=False)
    return by_initial or any(is_in(leaf, form, folded=False) for form in forms)


def is_there(number: Number, paper: Paper) -> bool:
    stands: int | None = getattr(paper, number.metric)
    if stands is None:
        return False
    if number.at_least:
        return since_when(number, paper) is not None or (number.hours is None and stands >= number.value)
    if number.hours is None:
        return stands <= number.value
    last = paper.observations[-1].at if paper.observations else None
    return last is not None and gained(number, paper, last, number.hours) <= number.value


def since_when(number: Number, paper: Paper) -> datetime | None:
    for at, count in told(number, paper):
        reached = count if number.hours is None else gained(number, paper, at, number.hours)
        if number.at_least and reached >= number.value:
            return at
    return None


def told(number: Number, paper: Paper) -> list[tuple[datetime, int]]:
    counts = [(each.at, getattr(each, number.metric)) for each in paper.observations]
    return [(at, count) for at, count in counts if count is not None]


def gained(number: Number, paper: Paper, until: datetime, hours: int) -> Fraction:
    """What came between two observations came evenly; decreases take nothing away."""
    begin, total = until - timedelta(hours=hours), Fraction(0)
    counts = told(number, paper)
    begun = None if number.metric == "stars" else begun_at(paper)
    if begun and counts:
        counts = [(min(begun, counts[0][0]), 0), *counts]
    for (since, before), (at, count) in pairwise(counts):
        inside = min(at, until) - max(since, begin)
        if at == since:
            total += max(0, count - before) * (begin < at <= until)
        elif inside > timedelta(0):
            total += max(0, count - before) * Fraction(inside // SECOND, (at - since) // SECOND)
    return total


def since(node: Node, paper: Paper) -> datetime | None:
    """When a node that is true became so: all parts of an And have to have come, of an Or the first that is true."""
    match node:
        case And():
            moments = [since(part, paper) for part in node.parts]
            return max((moment for moment in moments if moment), default=None)
        case Or():
            moments = [since(part, paper) for part in node.parts if is_true(part, paper)]
            return None if None in moments else min(moment for moment in moments if moment)
        case Number():
            return since_when(node, paper)
        case _:
            return None


def reason(tree: Node, paper: Paper) -> tuple[Found, ...]:
    """The terms that make the tree true, each where it stands first in the rule, but for what NOT excludes."""
    telling = set(terms(tree, lambda part: is_true(part, paper)))
    return tuple(found(leaf, paper) for leaf in dict.fromkeys(terms(tree)) if leaf in telling)


def terms(node: Node, counts: Callable[[Node], bool] = lambda _: True) -> Iterator[Leaf]:
    """The leaves of a node in their order, of those parts that count."""
    if isinstance(node, And | Or):
        for part in filter(counts, node.parts):
            yield from terms(part, counts)
    elif not isinstance(node, Not):
        yield node


def found(leaf: Leaf, paper: Paper) -> Found:
    if not isinstance(leaf, Phrase | Near) or leaf.field:
        return Found(str(leaf))
    return Found(str(leaf), tuple(name for name in BOTH if stands_in(leaf, name, paper)))
