from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.topics.words import spelt, words


@pytest.mark.parametrize("text", ["", "  \n", "—…!?", "$^{}$", "\u0301"])
def test_a_text_without_letter_or_digit_has_no_words(text: str) -> None:
    assert words(text) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mixture-of-experts", "Mixtures of\n Experts"),
        ("Erdős\N{EN DASH}Rényi", "erdos renyi"),
        ("Straße", "STRASSE"),
        ("ﬁne-tuning", "fine tuning"),
        ("İstanbul", "istanbul"),
        ("CafÉ", "cafe\u0301"),
        ("snake_case", "snake case"),
        ("\N{FULLWIDTH DIGIT TWO}D", "2d"),
    ],
)
def test_case_accents_hyphens_and_plural_make_no_difference(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(
    ("singular", "plural"),
    [
        ("expert", "experts"),
        ("GPU", "GPUs"),
        ("policy", "policies"),
        ("movie", "movies"),
        ("cache", "caches"),
        ("batch", "batches"),
        ("mesh", "meshes"),
        ("box", "boxes"),
        ("loss", "losses"),
        ("tie", "ties"),
    ],
)
def test_a_plural_is_its_singular(singular: str, plural: str) -> None:
    assert words(plural) == words(singular)


@pytest.mark.parametrize(
    ("one", "other"), [("news", "new"), ("loss", "los"), ("gas", "ga"), ("code", "coding")]
)
def test_words_that_only_look_alike_stay_apart(one: str, other: str) -> None:
    assert words(one) != words(other)


def test_words_of_any_script_are_kept() -> None:
    assert words("大規模言語モデル Ψ-net 模型") == words("大規模言語モデル ψ net 模型")
    assert len(words("大規模言語モデル 模型")) == 2


def test_spelt_words_keep_their_plural() -> None:
    assert spelt("Mixtures of Éxperts") == ["mixtures", "of", "experts"]


@given(st.text())
def test_words_hold_nothing_but_letters_and_digits(text: str) -> None:
    assert all(word.isalnum() for word in words(text))


@given(st.text(), st.text())
def test_a_blank_parts_texts_without_touching_them(one: str, other: str) -> None:
    assert words(f"{one} {other}") == words(one) + words(other)
