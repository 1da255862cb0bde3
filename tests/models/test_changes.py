"""What a record changes of a stored paper: values in, values out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from models.changes import Change, Counters, Stored, content_hash, counters, merged
from models.papers import Weight
from models.records import PaperRecord
from tests.models.invented import (
    BARE,
    RECORD,
    record,
    stored,
)
from tests.models.strategies import RECORDS

MIDNIGHT = datetime(2025, 10, 1, tzinfo=UTC)


def changes(before: Stored, given: PaperRecord, source: str = "huggingface") -> list[Change]:
    return merged(before, given, source).changes


def changed(**given: Any) -> list[tuple[str, Weight]]:
    """The fields that a record changes of the stored paper, and how much that matters."""
    return [(change.field, change.weight) for change in changes(stored(), record(**given))]


def test_the_same_record_changes_nothing() -> None:
    assert changes(stored(), RECORD) == []


def test_a_record_that_says_nothing_changes_nothing() -> None:
    assert changes(stored(), BARE) == []


@pytest.mark.parametrize(
    ("field", "empty"),
    [(name, getattr(BARE, name)) for name in PaperRecord.__slots__ if name not in ("id", "rank")],
)
def test_an_empty_value_never_overwrites_a_known_one(field: str, empty: object) -> None:
    assert changed(**{field: empty}) == []


@pytest.mark.parametrize("url", ["", None])
def test_a_link_that_leads_nowhere_is_no_link(url: str) -> None:
    assert changed(links={"code": url}) == []


@pytest.mark.parametrize(
    ("field", "same"),
    [
        ("title", "Lanterns  for\n Small Models"),
        ("title", r"Lanterns\,for Small~Models"),
        ("abstract", " We hang a lantern beside each layer\nand count what it lights."),
        ("authors", ("Ada  Alpha", "Bo~Beta")),
        ("summary", "Lanterns show what a layer does. "),
        ("keywords", ("lanterns ", "layers")),
    ],
)
def test_white_space_and_tex_spacing_are_no_edit(field: str, same: object) -> None:
    assert changed(**{field: same}) == []


def test_one_changed_word_is_one_change() -> None:
    assert changes(stored(), record(title="Lamps for Small Models")) == [
        Change("title", "Lanterns for Small Models", "Lamps for Small Models", Weight.NOTICED)
    ]


@pytest.mark.parametrize(
    ("field", "new"),
    [
        ("title", "Lamps"),
        ("abstract", "We hang a lamp beside each layer and count what it lights."),
        ("authors", ("Ada Alpha",)),
        ("version", 2),
        ("withdrawn", True),
    ],
)
def test_a_reader_would_notice(field: str, new: object) -> None:
    assert changed(**{field: new}) == [(field, Weight.NOTICED)]


def test_the_order_of_authors_matters() -> None:
    assert changed(authors=("Bo Beta", "Ada Alpha")) == [("authors", Weight.NOTICED)]


def test_categories_and_links_that_change_are_minor() -> None:
    assert changed(categories=("cs.LG", "cs.CL")) == [("categories", Weight.MINOR)]
    assert changed(links={"code": "https://code.example/lamps"}) == [("links.code", Weight.MINOR)]


@pytest.mark.parametrize(
    ("field", "new"),
    [
        ("summary", "Lamps, said once more."),
        ("keywords", ("lamps",)),
        ("organization", "Lantern Works"),
        ("submitter", "snuffer"),
    ],
)
def test_what_a_machine_or_a_submitter_adds_is_enrichment(field: str, new: object) -> None:
    assert changed(**{field: new}) == [(field, Weight.ENRICHMENT)]


@pytest.mark.parametrize(
    "field", ["abstract", "authors", "categories", "version", "summary", "keywords", "published_at"]
)
def test_absent_becoming_present_is_enrichment_not_an_edit(field: str) -> None:
    before = stored(record(**{field: getattr(BARE, field)}))
    (change,) = changes(before, RECORD)
    assert (change.field, change.weight) == (field, Weight.ENRICHMENT)


def test_a_new_link_is_enrichment_and_the_others_stay() -> None:
    before = stored(record(links={"project": "https://lanterns.example/"}))
    found = merged(before, record(links={"code": "https://code.example/lanterns"}), "huggingface")
    assert [(change.field, change.weight) for change in found.changes] == [("links.code", Weight.ENRICHMENT)]
    assert found.row["links"] == RECORD.links


def test_an_older_version_is_no_news() -> None:
    assert changes(stored(record(version=3)), record(version=2)) == []


def test_once_known_the_first_version_keeps_its_date() -> None:
    assert changed(published_at=MIDNIGHT) == []


def test_merging_leaves_the_stored_paper_as_it_was() -> None:
    before = stored()
    lamps = record(title=r"L\'amps", withdrawn=True, links={"code": "https://code.example/lamps"})
    merged(before, lamps, "arxiv")
    assert before == stored()


@given(RECORDS)
def test_no_record_changes_what_was_stored_from_it(given: PaperRecord) -> None:
    assert changes(stored(given), given) == []


@given(RECORDS, RECORDS)
def test_what_was_applied_is_decided(first: PaperRecord, then: PaperRecord) -> None:
    before = stored(first)
    after = merged(before, then, "huggingface").row
    assert changes(after, then) == []


@given(RECORDS)
def test_a_record_that_says_nothing_never_changes_anything(given: PaperRecord) -> None:
    assert changes(stored(given), BARE) == []


@given(RECORDS, RECORDS)
def test_records_that_change_each_other_differ_in_hash(first: PaperRecord, then: PaperRecord) -> None:
    if changes(stored(first), then):
        assert content_hash(first) != content_hash(then)


@pytest.mark.parametrize("same", [{"rank": 7}, {"votes": 9, "comments": 9, "stars": 9}, {"listed_at": None}])
def test_rank_counters_and_listing_time_are_not_in_the_hash(same: dict[str, Any]) -> None:
    assert content_hash(record(**same)) == content_hash(RECORD)


@pytest.mark.parametrize(
    "field",
    sorted(set(PaperRecord.__slots__) - {"id", "rank", "part", "listed_at", "votes", "comments", "stars"}),
)
def test_all_else_is_in_the_hash(field: str) -> None:
    assert content_hash(record(**{field: getattr(BARE, field)})) != content_hash(RECORD)


def test_the_hash_tells_where_one_name_ends() -> None:
    assert content_hash(record(authors=("Ada", "Bo"))) != content_hash(record(authors=("Ada Bo",)))
    assert content_hash(record(authors=("Ada",), categories=("Bo",))) != content_hash(
        record(authors=(), categories=("Ada", "Bo"))
    )


def test_counters_that_are_not_given_stay_as_they_were() -> None:
    assert counters(Counters(3, None, 40), record(votes=None, comments=2, stars=None)) == Counters(3, 2, 40)


def test_no_votes_are_votes() -> None:
    assert counters(Counters(3, 1, 40), record(votes=0)).votes == 0
