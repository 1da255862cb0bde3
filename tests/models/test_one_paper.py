"""Several sources speak of one paper: each field is the best source's, whoever came first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from models.batch import Batch, Row, Seen
from models.changes import ALL, Change, Counters, content_hash, first_row, holder, merged
from models.database import writing
from models.papers import Weight
from models.records import Listing, PaperRecord
from models.store import enrich
from models.trust import outranks
from tests.models.invented import BARE, DAY, EVENING, MORNING, RECORD, daily, page, record, stored
from tests.models.stored import paper, read
from tests.models.strategies import RECORDS

MAILING = Listing("arxiv", "cs.CL", DAY)
ANNOUNCED = datetime(2025, 10, 1, tzinfo=UTC)
Said = tuple[str, PaperRecord]
"""What a source said."""


def after(said: Iterable[Said]) -> Row:
    """A paper after all that was said of it, one record after another."""
    row: Row | None = None
    for source, each in said:
        seen = Seen(Listing(source, "daily", DAY), 1, MORNING, whole_day=True)
        batch = Batch(seen, 0)
        if row is None:
            batch.add(each, content_hash(each))
            row = batch.new[0]
            continue
        batch.revise(row, each, content_hash(each))
        row = {**row, **(batch.changed[0] if batch.changed else {})}
    assert row is not None
    return row


def content(row: Row) -> Row:
    """What a paper is, and whose each known field is; of votes none but one source speaks."""
    said = set(PaperRecord.__slots__) - {"id", "rank", "part", "listed_at", *Counters._fields}
    known = [name for name in said - {"withdrawn", "links"} if row[name]]
    known += [f"links.{relation}" for relation in row["links"]]
    whose = {name: holder(row["provenance"], name) for name in known}
    announced = ("first_listed", "announced_at", "announced_by", "originals")
    return {name: row[name] for name in (*said, *announced)} | {"provenance": whose}


def changes(before: Row, given: PaperRecord, source: str) -> list[Change]:
    return merged(before, given, source).changes


def by_arxiv(**changes: Any) -> Row:
    """The row of a paper that arXiv has spoken of."""
    return first_row(record(**changes), "arxiv")


def test_a_less_trusted_source_changes_nothing_that_is_known() -> None:
    lamps = record(title="Lamps", authors=("Ada",), withdrawn=True, links={"code": "https://lamps.example/"})
    assert changes(by_arxiv(), lamps, "huggingface") == []


def test_it_may_add_what_the_best_source_does_not_say() -> None:
    before = by_arxiv(summary="", links={})
    found = merged(before, RECORD, "huggingface")
    assert {change.field for change in found.changes} == {"summary", "links.code", "links.project"}
    assert {change.weight for change in found.changes} == {Weight.ENRICHMENT}
    assert holder(found.row["provenance"], "summary") == "huggingface"
    assert holder(found.row["provenance"], "title") == "arxiv"


def test_a_better_source_corrects_what_is_known_and_that_is_no_edit() -> None:
    found = merged(stored(), record(title="Lamps"), "arxiv")
    assert found.changes == [Change("title", RECORD.title, "Lamps", Weight.ENRICHMENT)]
    assert holder(found.row["provenance"], "title") == "arxiv"


def test_a_replacement_that_says_something_else_is_an_edit_whoever_spoke_before() -> None:
    (change,) = changes(stored(), record(title="Lamps", part="replacement"), "arxiv")
    assert change.weight is Weight.NOTICED


def test_a_better_source_that_says_the_same_is_believed_from_then_on() -> None:
    found = merged(stored(), RECORD, "arxiv")
    assert found.changes == []
    assert changes(found.row, record(title="Lamps"), "huggingface") == []


def test_a_withdrawal_is_noticed_whoever_says_it_first() -> None:
    before = first_row(record(withdrawn=None), "arxiv")
    assert changes(before, record(withdrawn=True), "huggingface") == [
        Change("withdrawn", False, True, Weight.NOTICED)
    ]


def test_a_source_that_knows_better_takes_a_withdrawal_back() -> None:
    row = after([("huggingface", record(withdrawn=True)), ("arxiv", record(withdrawn=False))])
    assert row["withdrawn"] is False


def test_the_list_that_arxiv_cuts_at_a_hundred_authors_loses_none() -> None:
    names = tuple(f"Author {n}" for n in range(150))
    cut, whole = record(authors=names[:100]), record(authors=names)
    assert changes(first_row(whole, "arxiv"), cut, "arxiv") == []
    assert after([("arxiv", cut), ("arxiv", whole), ("arxiv", cut)])["authors"] == list(names)


def test_tex_is_shown_as_text_and_the_original_is_kept() -> None:
    row = first_row(record(title=r"Schr\"odinger's Lamp", authors=(r"Jos\'e Alpha",)), "arxiv")
    assert (row["title"], row["authors"]) == ("Schrödinger's Lamp", ["José Alpha"])
    assert row["originals"] == {"title": r"Schr\"odinger's Lamp", "authors": [r"Jos\'e Alpha"]}


def test_the_same_text_in_other_tex_is_no_edit() -> None:
    before = first_row(record(title=r"Schr\"odinger's Lamp"), "arxiv")
    assert changes(before, record(title="Schr{\\\"o}dinger's Lamp"), "arxiv") == []
    assert changes(before, record(title="Schrödinger's Lamp"), "arxiv") == []


def test_the_announcement_is_the_best_source_s_of_the_earliest_day(engine: Engine) -> None:
    read(engine, page(replace(RECORD, listed_at=MORNING)), daily())
    read(engine, page(record(part="new", listed_at=ANNOUNCED)), MAILING, EVENING)
    found = paper(engine)
    assert (found["announced_at"], found["announced_by"]) == (ANNOUNCED, "arxiv")


def test_a_paper_known_from_replacements_alone_was_announced_nowhere(engine: Engine) -> None:
    read(engine, page(record(part="replacement", listed_at=ANNOUNCED)), MAILING)
    assert paper(engine)["first_listed"] is None


def test_the_order_of_trust_is_complete() -> None:
    names = ["medrxiv", "huggingface", "arxiv", "biorxiv"]
    best_first = ["arxiv", "biorxiv", "medrxiv", "huggingface"]
    for source in names:
        assert sum(outranks(other, source) for other in names) == best_first.index(source)


PER_SOURCE = st.lists(RECORDS.map(lambda each: replace(each, id=RECORD.id)), min_size=1, max_size=3)


@st.composite
def interleavings(draw: st.DrawFn) -> tuple[Sequence[Said], Sequence[Said]]:
    """What three sources said, each in its own order, in two orders of reading."""
    said = {name: draw(PER_SOURCE) for name in ("arxiv", "biorxiv", "huggingface")}
    turns = [name for name, records in said.items() for _ in records]
    orders = []
    for _ in range(2):
        left = {name: iter(records) for name, records in said.items()}
        orders.append([(name, next(left[name])) for name in draw(st.permutations(turns))])
    return orders[0], orders[1]


@given(interleavings())
def test_the_order_in_which_sources_are_read_makes_no_difference(
    orders: tuple[Sequence[Said], Sequence[Said]],
) -> None:
    assert content(after(orders[0])) == content(after(orders[1]))


@pytest.mark.parametrize("name", ["title", "summary", "links.code"])
def test_what_provenance_does_not_name_is_the_first_source_s(name: str) -> None:
    assert holder({ALL: "arxiv"}, name) == "arxiv"


def test_a_record_that_says_nothing_leaves_provenance_alone() -> None:
    assert merged(stored(), BARE, "arxiv").row == stored()


def test_a_text_that_is_spelt_anew_without_saying_anything_else_is_no_revision_but_gets_a_new_seq(
    engine: Engine,
) -> None:
    read(engine, page(record(title=r"Owls in $a \quad b$")))
    before = paper(engine)
    with writing(engine) as connection:
        told = page(record(title="Owls in $a b$"), lists=False)
        enrich(connection, Listing("arxiv", "cs.CL", DAY), told, 1, EVENING)
    now = paper(engine)
    assert now["title"] != before["title"]
    assert (now["seq"] > before["seq"], now["updated_at"]) == (True, before["updated_at"])
