"""Lines of mail: clean, short enough, and cut where a reader would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.digests.lines import COLUMNS, line, shortened, width, wrapped
from models.mail.letters import CONFIRM, LEAVE, MANAGE


@pytest.mark.parametrize("mark", [LEAVE, MANAGE, CONFIRM, "\ue010", "\uf8ff", "\x00", "\u202e", "\u2066"])
def test_what_could_be_taken_for_a_mark_of_ours_or_deceives_the_eye_is_gone(mark: str) -> None:
    assert line(f"a{mark}b") == "ab"


def test_a_lone_surrogate_can_be_encoded() -> None:
    assert line("a\ud800b").encode() == "a\ufffdb".encode()


@given(st.text(), st.integers(4, 80))
def test_no_text_is_longer_than_it_may_be(text: str, most: int) -> None:
    assert len(shortened(line(text), most)) <= most


@given(st.text().map(line), st.sampled_from(["", "  "]))
def test_no_line_is_wider_than_a_terminal(text: str, indent: str) -> None:
    lines = wrapped(text, indent).split("\n")
    assert lines.pop() == ""
    assert all(width(each) <= COLUMNS for each in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "most", "cut"),
    [
        ("One thing. Another thing.", 25, "One thing. Another thing."),
        ("A thing happens. Another one does too.", 30, "A thing happens."),
        ("It is of al. Another thing does not happen here.", 24, "It is of al. Another …"),
        ("No. That is what happened at the end of the day.", 30, "No. That is what happened at …"),
        ("one two, three four", 12, "one two …"),
        ("x" * 30, 12, f"{'x' * 10} …"),
        ("we show $a + b = c$ and more", 14, "we show …"),
    ],
)
def test_a_text_is_cut_behind_a_sentence_else_behind_a_word_and_never_in_a_formula(
    text: str, most: int, cut: str
) -> None:
    assert shortened(text, most) == cut


def test_what_is_wide_in_a_terminal_counts_twice() -> None:
    assert wrapped("論" * 40) == f"{'論' * 36}\n{'論' * 4}\n"


def test_an_accent_of_its_own_takes_no_column() -> None:
    assert width("e\u0301") == 1
