from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.topics.matching import Found, Reason, fold, matches
from models.topics.rules import parse
from models.topics.tree import And, Node, Not, Or, Phrase

TITLE = "Mixtures of Experts without a Router"
ABSTRACT = "Routing costs memory. We train sparse layers in which every expert sees every token."


def why(source: str, title: str = TITLE, abstract: str = ABSTRACT) -> str | None:
    reason = matches(parse(source), fold(title, abstract))
    return None if reason is None else str(reason)


@pytest.mark.parametrize(
    "source",
    [
        "diffusion",
        "experts diffusion",
        "experts NOT routing",
        '"experts of mixtures"',
        '"sparse expert"',
        "rout",
        "router NOT (memory sparse)",
        "diffusion OR (experts AND video)",
    ],
)
def test_a_paper_without_what_the_rule_asks_for_does_not_match(source: str) -> None:
    assert why(source) is None


def test_a_phrase_does_not_run_from_the_title_into_the_abstract() -> None:
    assert why('"router routing"') is None


def test_an_empty_paper_matches_nothing() -> None:
    assert why("experts", "", "") is None


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("memory", "memory in abstract"),
        ("mixture-of-experts", "mixture-of-experts in title"),
        ('"mixture of experts" AND routing', '"mixture of experts" in title; routing in abstract'),
        ("Expert", "Expert in title and abstract"),
        ("router NOT video", "router in title"),
        ("router NOT (memory video)", "router in title"),
        ("token OR router", "token in abstract; router in title"),
        ("(token video) OR router", "router in title"),
        ("experts OR EXPERT OR memory", "experts in title and abstract; memory in abstract"),
    ],
)
def test_a_match_says_which_words_were_found_and_where(source: str, reason: str) -> None:
    assert why(source) == reason


def test_a_reason_is_a_value() -> None:
    reason = matches(parse("memory"), fold(TITLE, ABSTRACT))
    assert reason == Reason((Found("memory", ("abstract",)),))


WORDS = ("a", "b", "ab", "ba")
TEXTS = st.lists(st.sampled_from([*WORDS, "B", "á", "-", "."]), max_size=8).map(" ".join)
PHRASES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(
    lambda some: Phrase(tuple(some), " ".join(some))
)


def larger(smaller: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(smaller, min_size=2, max_size=3).map(tuple)
    without = st.tuples(smaller, st.lists(smaller.map(Not), min_size=1, max_size=2))
    return st.one_of(several.map(And), several.map(Or), without.map(lambda both: And((both[0], *both[1]))))


TREES: st.SearchStrategy[Node] = st.recursive(PHRASES, larger, max_leaves=8)


def plainly_matches(node: Node, title: str, abstract: str) -> bool:
    """The definition, by regular expressions over texts of the few words above."""
    if isinstance(node, Phrase):
        sought = rf"\b{'[^a-z]+'.join(node.words)}\b"
        return any(re.search(sought, text.lower().replace("á", "a")) for text in (title, abstract))
    if isinstance(node, Not):
        return not plainly_matches(node.part, title, abstract)
    among = [plainly_matches(part, title, abstract) for part in node.parts]
    return all(among) if isinstance(node, And) else any(among)


@given(TREES, TEXTS, TEXTS)
def test_a_rule_matches_as_its_definition_says(tree: Node, title: str, abstract: str) -> None:
    reason = matches(parse(str(tree)), fold(title, abstract))
    assert (reason is not None) == plainly_matches(tree, title, abstract)
    assert reason is None or reason.found


@given(TREES, TEXTS, TEXTS)
def test_every_phrase_of_a_reason_matches_alone(tree: Node, title: str, abstract: str) -> None:
    reason = matches(parse(str(tree)), fold(title, abstract))
    for found in reason.found if reason else ():
        assert matches(parse(found.phrase), fold(title, abstract)) == Reason((found,))


@given(TREES, TREES, TEXTS, TEXTS)
def test_another_branch_of_or_loses_no_match(tree: Node, branch: Node, title: str, abstract: str) -> None:
    paper = fold(title, abstract)
    if matches(parse(str(tree)), paper):
        assert matches(parse(f"({tree}) OR ({branch})"), paper)
        assert matches(parse(f"({branch}) OR ({tree})"), paper)
