"""Text from outside: what is dropped, what stays, and which differences do not count."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.text import clean, folded, same, says_withdrawn

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
ANYTHING = ANY_TEXT | st.none() | st.integers() | st.binary() | st.lists(st.text())


@pytest.mark.parametrize("text", [None, 7, 2503.0213, b"bytes", ["a"], {"a": 1}, True])
def test_clean_gives_nothing_for_what_is_no_text(text: object) -> None:
    assert clean(text) == ""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("A title\n  over two lines ", "A title over two lines"),
        ("a\u00a0b\u2028c\td\x85e", "a b c d e"),
        ("nul\x00 bell\x07 del\x7f c1\x9b", "nul bell del c1"),
        ("a \x00 b", "a b"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
    ],
)
def test_clean_folds_white_space_and_drops_what_no_reader_sees(text: str, kept: str) -> None:
    assert clean(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "<think> before </script>",
        "the entity &quot; &amp;amp; stays",
        r"costs $1 Million \& $\alpha\,\beta$ 5\%",
        "\u202eright to left\u202c \u05d0\u200f",
        "Ψ, ζ and 🦙",
        "e\u0301 is not composed",
    ],
)
def test_clean_changes_nothing_else(text: str) -> None:
    assert clean(text) == text


@given(ANYTHING)
def test_clean_never_raises_and_gives_one_line_of_utf8_without_control_characters(text: object) -> None:
    kept = clean(text)
    kept.encode("utf-8")
    assert not any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in kept)
    assert "  " not in kept
    assert kept == kept.strip()


@given(ANYTHING)
def test_clean_twice_is_clean_once(text: object) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("one word", "two words"),
        ("Case", "case"),
        ("twice", "twi ce"),
        ("about ~10 minutes", "about 10 minutes"),
        ("~10 minutes", "10 minutes"),
        (r"$\alpha$", r"$\beta$"),
        (r"\quadratic", "ratic"),
        (r"a line\\, broken", r"a line\\ broken"),
        (r"\$ 5 or \$6", r"\$5 or \$6"),
        ("\\", " "),
    ],
)
def test_texts_that_a_reader_can_tell_apart_differ(a: str, b: str) -> None:
    assert not same(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("a\n  b", "a b"),
        ("Fig.~3", "Fig. 3"),
        (r"10\,000 at\;once\:or\!so\ here", "10 000 at once or so here"),
        (r"$a \quad b$", "$a b$"),
        (r"$a\qquad b$", "$a b$"),
        ("of $ x $ and $y $", "of $x$ and $y$"),
        ("e\u0301", "\u00e9"),
    ],
)
def test_texts_that_differ_in_spacing_or_composition_are_the_same(a: str, b: str) -> None:
    assert same(a, b)
    assert folded(a) == folded(b)


@given(ANY_TEXT)
@example("ends in \\")
def test_a_text_is_the_same_as_itself_with_other_white_space(text: str) -> None:
    assert same(text, " " + text.replace(" ", "\n  ") + "\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We study withdrawn papers. This paper has been read.",
        "Funds withdrawn from an account are traced.",
        "This paper has been extended.",
        "This paper is not withdrawn.",
        "This work studies why a paper has been withdrawn.",
        "Thesis paper was withdrawn",
    ],
)
def test_a_text_that_only_mentions_withdrawal_is_no_withdrawal(text: str) -> None:
    assert not says_withdrawn(text)


@pytest.mark.parametrize(
    "text",
    [
        "This paper has been withdrawn by the author.",
        "this article was Withdrawn.",
        "  [The submission is withdrawn due to an error]",
        "This manuscript has now been withdrawn",
        "This preprint is being withdrawn by its authors.",
        "This work is temporarily\nwithdrawn.",
    ],
)
def test_a_text_that_begins_with_the_notice_is_a_withdrawal(text: str) -> None:
    assert says_withdrawn(text)
