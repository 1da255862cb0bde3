"""Readings and their snapshots, on both kinds of database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from models.database import reading, writing
from models.records import Answer, Listing
from models.snapshots import KeptReading, Snapshot, keep, kept_readings, latest
from tests.models.invented import DAY, DAY_BEFORE, EVENING, MORNING, NEXT_DAY, TOMORROW, daily

URL = "https://papers.example/papers/date/2025-10-01"
WHOLE = Answer(URL, MORNING, 200, {"etag": '"lantern"'}, b"a page")
UNCHANGED = Answer(URL, EVENING, 304, {"etag": '"lantern"'})
REFUSED = Answer(URL, TOMORROW, 500, error="answers 500")
SILENT = Answer(URL, TOMORROW, error="does not answer in time")


def kept(engine: Engine, *answers: Answer, listing: Listing | None = None, at: datetime = MORNING) -> int:
    """Keeps a reading; the hash of a body is told by its first letter."""
    with writing(engine) as connection:
        found = [(answer, answer.body.decode()[:1] or None) for answer in answers]
        return keep(connection, listing or daily(), at, found)


def newest(engine: Engine, url: str = URL) -> Snapshot | None:
    with reading(engine) as connection:
        return latest(connection, url)


def test_what_was_never_answered_whole_has_no_latest(engine: Engine) -> None:
    kept(engine, REFUSED, SILENT)
    assert newest(engine) is None


def test_the_latest_is_the_newest_whole_answer_of_its_url(engine: Engine) -> None:
    kept(engine, WHOLE, Answer(f"{URL}?p=1", MORNING, 200, {}, b"other"))
    kept(engine, Answer(URL, EVENING, 200, {"etag": '"lamp"'}, b"newer"), at=EVENING)
    kept(engine, UNCHANGED, REFUSED, at=TOMORROW)
    assert newest(engine) == Snapshot(URL, EVENING, 200, {"etag": '"lamp"'}, "n", "")


def test_of_two_answers_in_one_reading_the_later_is_the_latest(engine: Engine) -> None:
    kept(engine, WHOLE, Answer(URL, EVENING, 200, {}, b"then"))
    found = newest(engine)
    assert found is not None
    assert found.content_hash == "t"


def test_readings_are_numbered_and_given_in_the_order_in_which_they_were_made(engine: Engine) -> None:
    numbers = [kept(engine, listing=daily(day)) for day in (NEXT_DAY, DAY_BEFORE, DAY)]
    assert numbers == [1, 2, 3]
    with reading(engine) as connection:
        found = list(kept_readings(connection))
    assert [each.listing.date for each in found] == [NEXT_DAY, DAY_BEFORE, DAY]


def test_a_reading_is_given_back_with_its_answers_in_order(engine: Engine) -> None:
    kept(engine, SILENT, REFUSED, WHOLE)
    with reading(engine) as connection:
        (found,) = kept_readings(connection)
    snapshots = (
        Snapshot(URL, TOMORROW, None, {}, None, "does not answer in time"),
        Snapshot(URL, TOMORROW, 500, {}, None, "answers 500"),
        Snapshot(URL, MORNING, 200, {"etag": '"lantern"'}, "a", ""),
    )
    assert found == KeptReading(1, daily(), MORNING, snapshots)


def test_a_range_of_dates_is_of_listings_and_holds_both_ends(engine: Engine) -> None:
    for day in (DAY_BEFORE, DAY, NEXT_DAY):
        kept(engine, listing=daily(day), at=TOMORROW)
    with reading(engine) as connection:
        found = [each.listing.date for each in kept_readings(connection, DAY_BEFORE, DAY)]
        later = [each.listing.date for each in kept_readings(connection, from_date=NEXT_DAY)]
    assert (found, later) == ([DAY_BEFORE, DAY], [NEXT_DAY])
