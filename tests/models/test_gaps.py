"""Which papers of a listing lack what no listing says, on both kinds of database."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from models.database import reading, writing
from models.gaps import lacking
from models.records import Listing, PaperRecord
from models.snapshots import keep
from models.store import enrich
from tests.models.invented import DAY, EVENING, NEXT_DAY, daily, page, record
from tests.models.stored import read

MAILING = Listing("arxiv", "cs.CL", DAY)
BARE, OTHER = record(published_at=None), record(id="2510.00002", published_at=None)


def lacking_on(engine: Engine, listing: Listing = MAILING) -> list[str]:
    with reading(engine) as connection:
        return lacking(connection, listing)


def test_a_listing_that_was_never_read_lacks_nothing(engine: Engine) -> None:
    assert lacking_on(engine) == []


def test_a_paper_that_its_source_has_given_in_full_lacks_nothing(engine: Engine) -> None:
    read(engine, page(record()), MAILING)
    assert lacking_on(engine) == []


@pytest.mark.parametrize(
    "listing",
    [
        Listing("arxiv", "cs.CL", NEXT_DAY),
        Listing("arxiv", "cs.CV", DAY),
        Listing("arxiv", "cs.C", DAY),
        Listing("biorxiv", "cs.CL", DAY),
    ],
    ids=str,
)
def test_papers_of_another_listing_are_not_asked_for(engine: Engine, listing: Listing) -> None:
    read(engine, page(BARE), listing)
    assert lacking_on(engine) == []


def test_papers_that_have_gone_from_the_listing_are_not_asked_for(engine: Engine) -> None:
    read(engine, page(BARE, OTHER), MAILING)
    read(engine, page(BARE), MAILING, EVENING)
    assert lacking_on(engine) == [BARE.id]


@pytest.mark.parametrize("given", [BARE, record(abstract="")], ids=["date", "abstract"])
def test_a_paper_without_its_date_or_its_abstract_is_asked_for(engine: Engine, given: PaperRecord) -> None:
    read(engine, page(given), MAILING)
    assert lacking_on(engine) == [given.id]


def test_a_date_of_another_source_does_not_fill_the_gap(engine: Engine) -> None:
    read(engine, page(record()), daily())
    read(engine, page(BARE), MAILING, EVENING)
    assert lacking_on(engine) == [BARE.id]


@pytest.mark.parametrize("part", ["", "new", "cross", "replacement"])
def test_papers_of_every_part_are_asked_for(engine: Engine, part: str) -> None:
    read(engine, page(record(part=part, published_at=None)), MAILING)
    assert lacking_on(engine) == [BARE.id]


def test_a_paper_is_asked_for_once_and_all_come_in_the_order_of_their_ids(engine: Engine) -> None:
    places = (OTHER, BARE, record(published_at=None, part="cross", rank=3))
    read(engine, page(*places), MAILING)
    assert lacking_on(engine) == sorted([BARE.id, OTHER.id])


def test_what_was_told_beyond_the_listing_fills_the_gap(engine: Engine) -> None:
    read(engine, page(BARE, OTHER), MAILING)
    details = Listing("arxiv", "cs.CL/details", DAY)
    with writing(engine) as connection:
        enrich(connection, details, page(record()), keep(connection, details, EVENING, ()), EVENING)
    assert lacking_on(engine) == [OTHER.id]
