from __future__ import annotations

from collections.abc import Sequence
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.topics.postings import Postings, counts
from models.topics.words import words

Text = tuple[Sequence[str], Sequence[str]]

WORDS = st.lists(st.sampled_from(["owl", "newt", "toad", "of", "we", "x"]), max_size=8)
TEXTS = st.lists(st.tuples(WORDS, WORDS), max_size=5)


def text(title: str, abstract: str = "") -> Text:
    return words(title), words(abstract)


@pytest.mark.parametrize("title", ["", "?!", "The use of these", "n and p: 1 or 2"])
def test_words_that_every_text_has_are_no_terms_nor_are_single_letters_and_digits(title: str) -> None:
    assert counts(*text(title)) == {}


def test_no_paper_holds_anything() -> None:
    postings = Postings([])
    assert postings.of("owl") == postings.of("owl newt") == {}
    assert postings.rarity("owl") == 1


def test_a_term_that_no_paper_holds_is_nowhere() -> None:
    postings = Postings([text("owls")])
    assert postings.of("newt") == postings.of("owl newt") == postings.of("newt owl") == {}


def test_the_title_counts_twice() -> None:
    assert counts(*text("Owls", "An owl meets a newt")) == {
        "owl": 3,
        "meet": 1,
        "newt": 1,
        "owl meet": 1,
        "meet newt": 1,
    }


def test_words_left_out_do_not_part_a_pair() -> None:
    assert counts((), words("a mixture of the experts"))["mixture expert"] == 1


def test_no_pair_runs_from_the_title_into_the_abstract_nor_from_the_title_into_itself() -> None:
    assert set(counts(*text("owl newt", "toad"))) == {"owl", "newt", "toad", "owl newt"}


def test_a_word_beside_itself_is_no_pair() -> None:
    assert counts((), words("owl owl")) == {"owl": 2}


def test_the_fewer_papers_hold_a_term_the_more_it_tells() -> None:
    postings = Postings([text("owl newt"), text("owl"), text("owl")])
    assert postings.rarity("toad") > postings.rarity("newt") == log(4 / 2) + 1 > postings.rarity("owl") == 1
    assert postings.rarity("owl newt") == postings.rarity("newt")


@given(TEXTS)
def test_what_papers_hold_is_what_their_texts_count(texts: list[Text]) -> None:
    postings = Postings(texts)
    of_texts = [counts(*each) for each in texts]
    for term in {"frog", "newt frog", *(term for held in of_texts for term in held)}:
        expected: dict[int, set[int]] = {}
        for number, held in enumerate(of_texts):
            if term in held:
                expected.setdefault(held[term], set()).add(number)
        assert {times: set(numbers) for times, numbers in postings.of(term).items()} == expected
