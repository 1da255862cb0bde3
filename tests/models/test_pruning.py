"""Which snapshots may go: never those by which a listing could still be told, on both kinds of database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from models.database import writing
from models.ledger import record
from models.pruning import PrunedReadings, loose_bodies, prune_readings
from models.records import Answer, Listing, Verdict
from models.snapshots import keep, kept_readings, latest
from models.tables import READINGS, SNAPSHOTS
from tests.databases import opened
from tests.models.invented import DAY, DAY_BEFORE, MORNING, NEXT_DAY, daily, entry
from tests.models.stored import rows

BEFORE = MORNING + timedelta(days=5)
NOW = BEFORE + timedelta(days=31)
URL = "https://papers.example/papers/date/2025-10-01"
DETAILS = "/details"
OF_DETAILS = Listing("arxiv", "cs.CL/details", DAY)


def hours(number: float) -> datetime:
    return MORNING + timedelta(hours=number)


def put(
    connection: Connection, bodies: Sequence[str | None], at: datetime, listing: Listing | None = None
) -> int:
    """A reading with answers that have these bodies, each told by its hash."""
    answers = [
        (Answer(URL, at, 200 if body else None, error="" if body else "silent"), body) for body in bodies
    ]
    return keep(connection, listing or daily(), at, answers)


def settle(connection: Connection, at: datetime, listing: Listing | None = None, good: bool = True) -> None:
    """The row of the ledger that a reading of this moment gave."""
    of = listing or daily()
    row = entry(of.date, Verdict.FRESH if good else Verdict.FAILED, at)
    record(connection, replace(row, source=of.source, section=of.section))


def prune(connection: Connection) -> PrunedReadings:
    return prune_readings(connection, BEFORE, NOW, DETAILS)


def pruned(connection: Connection) -> list[int]:
    """The numbers of the readings that a pruning takes, or that earlier ones took."""
    prune(connection)
    return [kept.id for kept in kept_readings(connection) if kept.is_pruned]


def test_the_only_reading_of_a_listing_stays_however_old_it_is(engine: Engine) -> None:
    with writing(engine) as connection:
        put(connection, ["a"], hours(0))
        put(connection, [None], hours(0), daily(NEXT_DAY))
        assert pruned(connection) == []


def test_what_is_not_old_stays(engine: Engine) -> None:
    with writing(engine) as connection:
        put(connection, ["a"], BEFORE)
        put(connection, ["b"], BEFORE + timedelta(hours=1))
        assert pruned(connection) == []


def test_the_reading_that_settled_a_listing_last_stays_behind_those_that_failed_since(engine: Engine) -> None:
    with writing(engine) as connection:
        for number, body in enumerate("abcd"):
            put(connection, [body], hours(number))
            settle(connection, hours(number), good=body == "b")
        assert pruned(connection) == [1, 3]


def test_a_reading_that_answered_with_an_earlier_day_stays_while_it_is_the_last_of_that_day(
    engine: Engine,
) -> None:
    with writing(engine) as connection:
        put(connection, ["a"], hours(0), daily(DAY_BEFORE))
        put(connection, ["b"], hours(1))  # is answered with the day before
        settle(connection, hours(1), daily(DAY_BEFORE))
        put(connection, ["c"], hours(2))
        settle(connection, hours(2))
        assert pruned(connection) == []


def test_readings_for_details_stay_as_each_asked_for_what_was_lacking(engine: Engine) -> None:
    with writing(engine) as connection:
        for number, body in enumerate("abc"):
            put(connection, [body], hours(number), OF_DETAILS)
        assert pruned(connection) == []


def test_a_reading_stays_where_its_bodies_are_needed_anyway(engine: Engine) -> None:
    history: list[list[str | None]] = [["a"], ["a", None], [None], [], ["a", "b"], ["a"]]
    with writing(engine) as connection:
        for number, bodies in enumerate(history):
            put(connection, bodies, hours(number))
        assert pruned(connection) == [5]
        assert loose_bodies(connection) == ["b"]


def test_a_body_that_two_old_readings_share_goes_with_both(engine: Engine) -> None:
    with writing(engine) as connection:
        for number, body in enumerate("aab"):
            put(connection, [body], hours(number))
        assert prune(connection) == PrunedReadings(2, hours(0), hours(1))
        assert loose_bodies(connection) == ["a"]


def test_what_is_known_of_answers_stays_without_their_bodies(engine: Engine) -> None:
    with writing(engine) as connection:
        put(connection, ["a"], hours(0))
        put(connection, ["b"], hours(1))
    before = rows(engine, SNAPSHOTS), rows(engine, READINGS)
    with writing(engine) as connection:
        prune(connection)
    assert rows(engine, SNAPSHOTS) == before[0]
    assert rows(engine, READINGS) == [{**before[1][0], "pruned_at": NOW}, before[1][1]]


def test_a_second_pruning_finds_nothing_and_still_knows_which_bodies_are_loose(engine: Engine) -> None:
    with writing(engine) as connection:
        put(connection, ["a"], hours(0))
        put(connection, ["b"], hours(1))
        prune(connection)
        again = prune_readings(connection, BEFORE, NOW + timedelta(days=1), DETAILS)
        assert again == PrunedReadings(0, None, None)
        assert loose_bodies(connection) == ["a"]


def test_a_body_that_comes_again_is_loose_no_more(engine: Engine) -> None:
    with writing(engine) as connection:
        put(connection, ["a"], hours(0))
        put(connection, ["b"], hours(1))
        prune(connection)
        put(connection, ["a"], NOW, daily(NEXT_DAY))
        assert loose_bodies(connection) == []


def test_no_request_is_made_conditional_on_an_answer_that_was_pruned(engine: Engine) -> None:
    with writing(engine) as connection:
        put(connection, ["a"], hours(0))
        put(connection, [None], hours(1))
        settle(connection, hours(1), good=False)
        assert latest(connection, URL) is not None
        prune(connection)
        assert latest(connection, URL) is None


LISTINGS = (daily(), daily(NEXT_DAY), OF_DETAILS)
HISTORIES = st.lists(
    st.tuples(
        st.sampled_from(LISTINGS),
        st.integers(0, 9).map(lambda days: MORNING + timedelta(days=days)),
        st.lists(st.sampled_from(["a", "b", "c", "d", None]), max_size=2),
        st.booleans(),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def shared(sqlite_template: object) -> str:
    return f"sqlite:///{sqlite_template}"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(HISTORIES)
def test_whatever_the_history_each_listing_can_be_told_and_nothing_goes_in_vain(
    shared: str, history: list[tuple[Listing, datetime, list[str | None], bool]]
) -> None:
    with opened(shared) as engine, writing(engine) as connection:
        last_good: dict[Listing, int] = {}
        newest: dict[Listing, int] = {}
        for number, (listing, at, bodies, good) in enumerate(sorted(history, key=lambda each: each[1])):
            moment = at + timedelta(seconds=number)
            newest[listing] = put(connection, bodies, moment, listing)
            settle(connection, moment, listing, good)
            if good:
                last_good[listing] = newest[listing]
        prune(connection)
        loose, kept = set(loose_bodies(connection)), list(kept_readings(connection))
        gone = {each.id for each in kept if each.is_pruned}
        assert not gone & {*newest.values(), *last_good.values()}
        for each in kept:
            hashes = {snapshot.content_hash for snapshot in each.snapshots}
            assert bool(loose & hashes) == each.is_pruned
            assert not (each.is_pruned and (each.read_at >= BEFORE or each.listing == OF_DETAILS))
        connection.rollback()
