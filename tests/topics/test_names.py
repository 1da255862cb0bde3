from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.topics.names import name_words
from models.topics.words import spelt
from tests.topics.invented import chosen, titled


def finds(sought: str, *authors: str) -> bool:
    """Whether a rule for an author chooses a paper of these."""
    return bool(chosen(f"author:{sought}", [replace(titled("Lamps"), authors=authors)]))


@pytest.mark.parametrize(
    ("sought", "author"),
    [
        ('"Yoshua Bengio"', "Samy Bengio"),
        ('"Yoshua Bengio"', "S. Bengio"),
        ('"Yoshua Bengio"', "Yasmin Bengio"),
        ('"Yoshua Bengio"', "Bengio"),
        ('"Yoshua Bengio"', "Yoshua Bengioni"),
        ('"Y. Bengio"', "Samy Bengio"),
        ('"Bengio, Y."', "Samy Bengio"),
        ('"Bengio, Y."', "Bengio Yang"),
        ("Bengio", "Bengioni"),
        ("Jones", "Jone"),
        ("Jones*", "Jone"),
        ('"Diederik P. Kingma"', "Diederik Q. Kingma"),
        ('"Diederik P. Kingma"', "Diederik Kingma"),
        ('"Q. Kingma"', "Diederik P. Kingma"),
        ('"Jean-Pierre Serre"', "Jean-Paul Serre"),
        ('"P. Serre"', "Jean Paul-Serre Dupont"),
        ('"Guy Broeck"', "Jan Van den Broeck"),
        ('"Broeck, Van den"', "Guy Broeck"),
        ("Plato", "Platon"),
        ("Plato", ""),
    ],
)
def test_another_author_is_not_found(sought: str, author: str) -> None:
    assert not finds(sought, author)


def test_no_name_is_made_of_two_authors() -> None:
    authors = ("Ada Alpha", "Bo Beta")
    for sought in ('"Alpha Bo"', '"Ada Beta"', '"A. Beta"', '"Alpha, Bo"', '"Alpha Ada"', '"Alpha Bo*"'):
        assert not finds(sought, *authors)


def test_a_paper_without_authors_is_of_nobody() -> None:
    assert not finds("Bengio")
    assert name_words(()) == ()


@pytest.mark.parametrize(
    "sought",
    [
        "Bengio",
        "bengio",
        "Bengió",
        '"Yoshua Bengio"',
        '"Bengio, Yoshua"',
        '"Y. Bengio"',
        '"Y Bengio"',
        '"Bengio, Y."',
        '"Bengio,Y"',
        "Y.Bengio",
        "Yoshua",
        "Beng*",
        '"Yoshua Beng*"',
        '"Y. Beng"*',
    ],
)
def test_an_author_is_found_by_every_form_of_the_name(sought: str) -> None:
    assert finds(sought, "Yoshua Bengio")
    assert finds(sought, "Ada Alpha", "Yoshua Bengio", "Bo Beta")


@pytest.mark.parametrize("author", ["Y. Bengio", "Y Bengio", "Y. J. Bengio", "Y.-J. Bengio"])
def test_a_name_that_is_written_out_finds_an_initial_where_no_more_is_known(author: str) -> None:
    assert finds('"Yoshua Bengio"', author)
    assert finds('"Bengio, Yoshua"', author)
    assert finds('"Yoshua Beng*"', author)
    assert not finds('"Samy Bengio"', author)


@pytest.mark.parametrize(
    ("sought", "author"),
    [
        ('"Diederik P. Kingma"', "Diederik P. Kingma"),
        ('"D. P. Kingma"', "Diederik P. Kingma"),
        ('"D.P. Kingma"', "Diederik P. Kingma"),
        ('"Kingma, D. P."', "Diederik P. Kingma"),
        ('"D. Kingma"', "Diederik P. Kingma"),
        ('"Diederik Kingma"', "Diederik P. Kingma"),
        ('"P. Kingma"', "Diederik P. Kingma"),
        ("Kingma", "Diederik P. Kingma"),
        ('"Diederik P. Kingma"', "D. P. Kingma"),
        ('"Diederik Kingma"', "D. P. Kingma"),
        ('"D. Kingma"', "D. P. Kingma"),
        ('"Diederik Pieter Kingma"', "D. P. Kingma"),
        ('"D. P. Kingma"', "Diederik Pieter Kingma"),
        ('"D. Pieter Kingma"', "Diederik Pieter Kingma"),
    ],
)
def test_a_name_in_the_middle_may_be_left_out_or_shortened(sought: str, author: str) -> None:
    assert finds(sought, author)


@pytest.mark.parametrize(
    "sought",
    ['"Jean-Pierre Serre"', '"Jean Pierre Serre"', '"J.-P. Serre"', '"J. P. Serre"', '"J. Serre"',
     '"Jean Serre"', '"Serre, Jean-Pierre"', '"Serre, J.-P."', "Serre", "Jean-Pierre"],
)  # fmt: skip
def test_a_hyphen_in_a_given_name_parts_it(sought: str) -> None:
    assert finds(sought, "Jean-Pierre Serre")


@pytest.mark.parametrize(
    "sought",
    ['"Guy Van den Broeck"', '"Van den Broeck, Guy"', '"G. Van den Broeck"', '"Van den Broeck, G."',
     '"Van den Broeck"', '"Guy Broeck"', '"Broeck, Guy"', '"G. Broeck"', "Broeck", '"den Broeck"'],
)  # fmt: skip
def test_a_family_name_of_several_words_is_found_whole_or_by_its_last(sought: str) -> None:
    assert finds(sought, "Guy Van den Broeck")


def test_a_family_name_of_several_words_is_found_behind_an_initial() -> None:
    assert finds('"Guy Van den Broeck"', "G. Van den Broeck")


@pytest.mark.parametrize("sought", ["Plato", "plato", '"Plato"', "Plat*", '"Plato,"'])
def test_a_name_may_be_one_word(sought: str) -> None:
    assert finds(sought, "Plato")


def test_names_of_any_script_are_found() -> None:
    assert finds('"Erdos, P."', "Pál Erdős")
    assert finds("王小云", "王小云")


NAMES = st.lists(st.sampled_from(["Ada", "A.", "Bo", "B.", "van", "Ad"]), min_size=1, max_size=4).map(
    " ".join
)


@given(NAMES)
def test_every_author_is_found_by_the_name_as_it_is_written(name: str) -> None:
    assert finds(f'"{name}"', name)


@given(NAMES, st.lists(NAMES, max_size=3))
def test_an_author_is_found_whoever_else_wrote_the_paper(sought: str, authors: list[str]) -> None:
    assert finds(f'"{sought}"', *authors) == any(finds(f'"{sought}"', author) for author in authors)


@given(NAMES, NAMES)
def test_whoever_is_found_has_the_first_and_last_initial_of_what_is_sought(sought: str, author: str) -> None:
    name = spelt(sought)
    if finds(f'"{sought}"', author):
        assert {name[0][0], name[-1][0]} <= {word[0] for word in spelt(author)}
