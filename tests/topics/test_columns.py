from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.topics.columns import Column, papers_in
from models.topics.words import spelt, words


def column(*texts: str) -> Column:
    """A column of folded texts, the first of paper 0."""
    return Column(map(words, texts))


def papers(bits: int) -> list[int]:
    return list(papers_in(bits))


def test_a_column_of_no_papers_finds_nothing() -> None:
    empty = column()
    assert (empty.phrase(("a",)), empty.prefix(("ab",)), empty.near(("a", "b"), 5)) == (0, 0, 0)


def test_words_that_stand_nowhere_are_found_nowhere() -> None:
    lamps = column("a red lamp", "", "a lamp")
    assert (lamps.phrase(("blue",)), lamps.prefix(("blu",)), lamps.near(("blue", "lamp"), 9)) == (0, 0, 0)


def test_the_bits_of_a_set_are_the_numbers_of_its_papers() -> None:
    assert papers(0) == []
    assert papers(0b1011) == [0, 1, 3]
    assert papers(1 << 5_000) == [5_000]


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("lamp", [0, 1, 2]),
        ("red lamp", [0, 2]),
        ("lamp red", [1, 2]),
        ("a red lamp", [0]),
        ("red lamp red lamp", [2]),
        ("lamp lamp", []),
        ("red", [0, 1, 2]),
        ("a red lamp burns on", []),
    ],
)
def test_a_phrase_is_found_where_its_words_stand_in_a_row(phrase: str, found: list[int]) -> None:
    assert papers(column("a red lamp", "lamps red", "red lamps, red lamps").phrase(words(phrase))) == found


def test_many_phrases_are_found_as_each_alone() -> None:
    texts, phrases = ("a b a c", "b a", "c"), [("a",), ("b", "a"), ("a", "c"), ("a", "b", "a"), ("d",)]
    together = column(*texts)
    together.look_up(phrases)
    together.look_up([*phrases, ("c",)])
    for phrase in [*phrases, ("c",)]:
        assert together.phrase(phrase) == column(*texts).phrase(phrase)


@pytest.mark.parametrize(
    ("prefix", "text"),
    [
        ("polic", "policy"),
        ("polici", "policy"),
        ("polici", "policies"),
        ("policies", "policy"),
        ("cache", "caches"),
        ("cached", "cached"),
        ("losse", "losses"),
        ("movie", "movies"),
        ("boxe", "boxes"),
        ("gas", "gases"),
        ("transformers", "transformer"),
        ("imag", "imagination of images"),
        ("大規", "大規模 模型"),
    ],
)
def test_a_prefix_finds_words_that_go_on_in_the_singular_and_in_the_plural(prefix: str, text: str) -> None:
    assert papers(column("", text).prefix((prefix,))) == [1]


@pytest.mark.parametrize(
    ("prefix", "text"),
    [("policies", "policing"), ("image", "imagination"), ("lamps", "lampoon"), ("ab", "a")],
)
def test_a_prefix_finds_no_word_that_begins_otherwise(prefix: str, text: str) -> None:
    assert column(text).prefix((prefix,)) == 0


@pytest.mark.parametrize(
    ("prefix", "found"),
    [("red lam", [0, 2]), ("red lamps", [0]), ("a red l", [0]), ("red redd", []), ("lamp red", [1])],
)
def test_the_last_word_of_a_phrase_may_go_on(prefix: str, found: list[int]) -> None:
    lamps = column("a red lamp", "lamps reddish", "red lampoons")
    assert papers(lamps.prefix(tuple(spelt(prefix)))) == found


def test_a_prefix_takes_words_as_they_are_where_they_are_not_folded() -> None:
    names = Column([("jones",), ("jone",), ("joneson",)], is_singular=False)
    assert papers(names.prefix(("jones",))) == [0, 2]


STEMS = st.text("aceshxy", min_size=1, max_size=3)
ENDS = st.sampled_from(["", "s", "e", "es", "ie", "ies", "y", "che", "ches", "she", "xes", "sse", "sses"])


@given(STEMS, ENDS, st.integers(1, 8))
def test_a_prefix_finds_every_word_that_is_spelt_so_at_its_beginning(stem: str, end: str, size: int) -> None:
    assert column(stem + end).prefix(((stem + end)[:size],))


@pytest.mark.parametrize(
    ("text", "within", "is_near"),
    [
        ("sparse attention", 0, True),
        ("attention, sparse", 0, True),
        ("attention is sparse", 0, False),
        ("attention is sparse", 1, True),
        ("sparse a b c d e attention", 4, False),
        ("sparse a b c d e attention", 5, True),
        ("sparse a b c d e attention, sparse", 0, True),
        ("sparse sparse sparse", 100, False),
        ("sparse", 100, False),
        ("", 100, False),
    ],
)
def test_words_are_near_with_so_many_others_between_in_any_order(
    text: str, within: int, is_near: bool
) -> None:
    assert bool(column(text).near(("sparse", "attention"), within)) is is_near


@pytest.mark.parametrize(
    ("text", "within", "is_near"),
    [("a x b x c", 1, False), ("a x b x c", 2, True), ("c b a", 0, True), ("a b x a x c", 1, False)],
)
def test_of_several_words_the_first_and_the_last_are_near(text: str, within: int, is_near: bool) -> None:
    assert bool(column(text).near(("a", "b", "c"), within)) is is_near


TEXTS = st.lists(st.lists(st.sampled_from("abcx"), max_size=9).map(" ".join), max_size=4)


@given(TEXTS, st.lists(st.sampled_from("abc"), min_size=2, max_size=3, unique=True), st.integers(0, 4))
def test_near_is_a_stretch_that_holds_all_words(texts: list[str], near: list[str], within: int) -> None:
    length = len(near) + within
    holding = [
        number
        for number, text in enumerate(texts)
        if any(set(near) <= set(text.split()[start : start + length]) for start in range(len(text)))
    ]
    assert papers(column(*texts).near(near, within)) == holding
