from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from feeds.site.diff import Piece, word_diff
from feeds.site.history import history
from models.papers import Revision, Weight
from tests.feeds.invented import ANNOUNCED, REVISED, revision
from tests.site.pages import SITE, parsed, rich, texts

WORDS = st.lists(st.sampled_from("abcde"), max_size=40)


def changed(old: object, new: object) -> list[Piece]:
    [edition] = history([Revision("abstract", old, new, REVISED, "arxiv", Weight.NOTICED)])
    return list(edition.changes[0].pieces)


def test_what_became_known_is_no_change() -> None:
    assert history([revision(weight=Weight.ENRICHMENT)]) == []


def test_the_words_that_changed_are_marked_and_those_around_stay() -> None:
    assert changed("on four models", "on five models") == [
        Piece("same", "on"),
        Piece("removed", "four"),
        Piece("added", "five"),
        Piece("same", "models"),
    ]


def test_what_is_far_from_the_change_is_left_out() -> None:
    before = [str(number) for number in range(100)]
    pieces = word_diff(before, [*before[:50], "new", *before[50:]])
    assert [piece.kind for piece in pieces] == ["gap", "same", "added", "same", "gap"]
    assert pieces[1].text.split()[0] == "36"


def test_a_list_is_compared_by_its_members() -> None:
    assert changed(["Ada Alpha", "Bo Beta"], ["Ada Alpha", "Cy Gamma"]) == [
        Piece("same", "Ada Alpha,"),
        Piece("removed", "Bo Beta"),
        Piece("added", "Cy Gamma"),
    ]


def test_values_that_are_no_text_are_told_in_words() -> None:
    assert changed(False, True) == [Piece("removed", "no"), Piece("added", "yes")]
    assert changed(1, 2) == [Piece("removed", "1"), Piece("added", "2")]
    assert changed({"code": "https://a.example"}, None) == [Piece("removed", "code: https://a.example")]


def test_changes_of_one_moment_stand_together_the_newest_first() -> None:
    found = history([revision("title", seen_at=ANNOUNCED), revision("title"), revision("abstract")])
    assert [[change.field for change in each.changes] for each in found] == [["title", "abstract"], ["title"]]


@given(WORDS, WORDS)
def test_the_pieces_put_the_two_texts_together(old: list[str], new: list[str]) -> None:
    pieces = word_diff(old, new)
    if not any(piece.kind == "gap" for piece in pieces):
        assert " ".join(piece.text for piece in pieces if piece.kind != "added").split() == old
        assert " ".join(piece.text for piece in pieces if piece.kind != "removed").split() == new


def test_texts_too_long_to_compare_stand_after_each_other() -> None:
    pieces = word_diff(["a", "b"] * 5_000, ["b", "c", "a"] * 3_000)
    assert [piece.kind for piece in pieces] == ["removed", "added"]


def test_a_change_late_in_a_long_text_is_shown() -> None:
    words = [str(number) for number in range(1_100)]
    pieces = word_diff(words, [*words[:1_050], "new", *words[1_050:]])
    assert Piece("added", "new") in pieces


def test_of_a_text_without_an_end_a_page_shows_the_beginning() -> None:
    assert sum(len(piece.text) for piece in changed("x " * 90_000, "y " * 90_000)) <= 40_000


def test_a_name_that_comes_last_stands_apart_from_the_one_before() -> None:
    assert changed(["Ada Alpha"], ["Ada Alpha", "Bo Beta"]) == [
        Piece("same", "Ada Alpha,"),
        Piece("added", "Bo Beta"),
    ]


def test_a_page_tells_a_change_without_colours_too() -> None:
    from feeds.site.paper import paper_pages

    found = parsed(paper_pages(SITE, rich())[0])
    assert texts(found, "del") == ["removed: before;"]
    assert texts(found, "ins") == ["added: after;"]
