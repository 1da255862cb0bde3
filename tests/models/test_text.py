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
        (r"$\alpha$", r"$\alphabet$"),
        (r"$\varepsilon$", r"$\epsilon$"),
        ("http://a.example", "https://a.example"),
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
        ("a lamp.Its light", "a http://lamp.Its light"),
    ],
)
def test_texts_that_differ_in_what_a_reader_does_not_see_are_the_same(a: str, b: str) -> None:
    assert same(a, b)
    assert folded(a) == folded(b)


@pytest.mark.parametrize(
    ("tex", "page"),
    [
        (r"$\lambda$ and $\Omega_m$", "$\u03bb$ and $\u03a9_m$"),
        (r"$x_{\lambda}$", "$x_\u03bb$"),
        (r"$x_{\lambda}$", "$x_{\u03bb}$"),
        (r"$\pi\nu\to\bar\nu$", "$\u03c0\u03bd\\to\\bar\u03bd$"),
        (r"$\Delta F$ and $a^\dag a$", "$\u0394F$ and $a^\u2020a$"),
        (r"$\beta\, x$", "$\u03b2\\, x$"),
    ],
)
def test_a_command_is_the_same_as_the_character_that_arxivs_pages_make_of_it(tex: str, page: str) -> None:
    assert same(tex, page)


@given(ANY_TEXT)
@example("ends in \\")
def test_a_text_is_the_same_as_itself_with_other_white_space(text: str) -> None:
    assert same(text, " " + text.replace(" ", "\n  ") + "\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12 pages, 3 figures",
        "We study withdrawn papers. This paper has been read.",
        "Funds withdrawn from an account are traced.",
        "Withdrawn papers are read more often than others.",
        "Withdrawn from circulation, these lamps are rare.",
        "Withdrawal due to tiredness is common among lamp makers.",
        "This paper has been extended.",
        "This paper is not withdrawn.",
        "This paper has not been withdrawn.",
        "not withdrawn",
        "This work studies why a paper has been withdrawn.",
        "Thesis paper was withdrawn",
        "Supersedes the withdrawn arXiv:2503.02130",
        "This paper replaces our withdrawn paper",
        "This is a replacement for a previously withdrawn paper.",
        "12 pages; an earlier version was withdrawn",
        "A first version of this paper has been withdrawn.",
        "It merges version 1 with the withdrawn paper arXiv:2503.02130.",
        "Complete rewrite, new title. Withdrawn as erroneous: the second definition",
        "v2: the claims of v1 are withdrawn",
        "Section 6 is withdrawn.",
        "Evans proved it in 2010. This paper was withdrawn.",
        "Evans proved it in 2010. The paper has been withdrawn.",
        "This paper was withdrawn from the proceedings, as nobody could go there",
        "Paper withdrawn from the workshop",
        "It could be withdrawn if it is accepted elsewhere",
        "The journal's version has been retracted",
    ],
)
def test_a_text_that_only_mentions_withdrawal_is_no_withdrawal(text: str) -> None:
    assert not says_withdrawn(text)


@pytest.mark.parametrize(
    "text",
    [
        "This paper has been withdrawn by the author due to a crucial sign error in equation 1",
        "The paper has been withdrawn by the author",
        "this article was Withdrawn.",
        "  [The submission is withdrawn due to an error]",
        "This manuscript has now been withdrawn",
        "This preprint is being withdrawn by its authors.",
        "This work is temporarily\nwithdrawn.",
        "This submission has been withdrawn by arXiv administrators because of its authorship",
        "arXiv admin note: This submission has been withdrawn by arXiv administrators",
        "12 pages. arXiv admin note: this submission has been withdrawn by arXiv administrators",
        "This paper has been withdrawn from arXiv by the authors",
        "Withdrawn",
        "(withdrawn)",
        "*** WITHDRAWN ***",
        "withdrawn due to an error in the second lemma",
        "Withdrawn by the authors: the lamps were not lit",
        "Withdrawn, as the proof has a gap",
        "Withdrawn for revision",
        "Paper withdrawn",
        "Article withdrawn by the author",
        "We withdraw this paper because of a mistake",
        "The authors have withdrawn this manuscript",
        "5 pages, this paper has been withdrawn",
        "A proof is given. This paper has been withdrawn by the author.",
    ],
)
def test_a_text_with_a_notice_of_its_own_is_a_withdrawal(text: str) -> None:
    assert says_withdrawn(text)


@given(ANY_TEXT)
def test_any_text_is_a_withdrawal_or_none(text: str) -> None:
    assert says_withdrawn(text) in (True, False)
