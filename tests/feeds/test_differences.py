from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.differences import Change, Span, changes, note, noticed, word_diff, words_changed
from models.papers import Weight
from tests.feeds.invented import REVISED, paper, revision

WORDS = st.lists(st.sampled_from(["a", "b", "c", "lantern", "\u202e"]), max_size=30).map(" ".join)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (Change("title", "Old <i>name</i>", "New"), "title, before: “Old <i>name</i>”"),
        (Change("title", "L" * 1_000, "New"), f"title, before: “{'L' * 300}…”"),
        (Change("abstract", "we hang a lantern", "we hang two lanterns"), "abstract: 2 words changed"),
        (Change("abstract", "we hang a lantern", "we hang a lamp"), "abstract: 1 word changed"),
        (Change("version", 2, 3), "version 2 → 3"),
        (Change("withdrawn", False, True), "withdrawn"),
        (Change("withdrawn", True, False), "no longer withdrawn"),
        (Change("authors", ["Ada Alpha"], ["Bo Beta"]), "authors"),
        (Change("title", None, "New"), "title"),
        (Change("abstract", ["no text"], "New"), "abstract"),
        (Change("version", None, 3), "version"),
        (Change("\x00na\u202eme", None, 3), "name"),
    ],
    ids=lambda value: repr(value[1:])[:30] if isinstance(value, Change) else ascii(value)[:30],
)
def test_a_note_says_what_changed(change: Change, told: str) -> None:
    assert note(change) == told


def test_two_changes_of_a_day_are_one_from_the_first_to_the_last() -> None:
    one, two = replace(revision("version"), old=1, new=2), replace(revision("version"), old=2, new=4)
    assert changes([one, two]) == [Change("version", 1, 4)]


def test_what_was_taken_back_did_not_change() -> None:
    there, back = revision("title"), replace(revision("title"), old="after", new="before")
    assert changes([there, back, revision("abstract")]) == [Change("abstract", "before", "after")]


def test_only_what_a_reader_would_notice_counts_the_latest_day_first() -> None:
    later = revision("authors", seen_at=REVISED + timedelta(days=2))
    given_ = (revision("title"), revision("categories", Weight.MINOR), later)
    found = noticed(paper(revisions=given_))
    assert [(day.isoformat(), [each.field for each in of_day]) for day, of_day in found.items()] == [
        ("2025-10-04", ["authors"]),
        ("2025-10-02", ["title"]),
    ]


def test_a_diff_tells_words_that_went_from_those_that_came() -> None:
    assert word_diff("We hang a lantern there", "We hang two lanterns there too") == [
        Span("same", "We hang"),
        Span("del", "a lantern"),
        Span("ins", "two lanterns"),
        Span("same", "there"),
        Span("ins", "too"),
    ]


@given(WORDS, WORDS)
def test_a_diff_gives_both_texts_back(old: str, new: str) -> None:
    spans = word_diff(old, new)
    clean_old, clean_new = old.replace("\u202e", "").split(), new.replace("\u202e", "").split()
    assert " ".join(span.text for span in spans if span.kind != "ins").split() == clean_old
    assert " ".join(span.text for span in spans if span.kind != "del").split() == clean_new
    assert (words_changed(old, new) == 0) == (clean_old == clean_new)


def test_texts_that_are_all_different_and_long_take_no_time() -> None:
    chance = Random(0)
    one, other = (" ".join(chance.choices("ab", k=size)) for size in (20_000, 20_001))
    begun = time.process_time()
    assert words_changed(one, other) > 19_000
    assert time.process_time() - begun < 1


def test_texts_of_two_words_at_the_bound_take_no_time() -> None:
    chance = Random(1)
    one, other = (" ".join(chance.choices("ab", k=300)) for _ in range(2))
    begun = time.process_time()
    assert words_changed(f"x {one} x", f"y {other} y") > 0
    assert time.process_time() - begun < 1
