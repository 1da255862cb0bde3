"""What is kept of runs: that they began, how long they took, what failed; whatever becomes of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from flows.steps.backfilling import backfill
from flows.steps.recording import recorded
from flows.steps.replaying import replay
from flows.steps.resources import clock
from models import database
from models.database import noting, reading, writing
from models.errors import DatabaseError
from models.run import Latest, Run, RunKind
from models.runs import latest
from models.tables import RUNS
from tests.databases import opened
from tests.models.stored import rows
from tests.steps.house import ALL, MON, TUE, House, at, silent

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)


class Clock:
    """A clock that goes on by a minute each time that it is looked at, like the one of the machine's monotonic time."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def found(engine: Engine) -> Mapping[RunKind, Latest]:
    with reading(engine) as connection:
        return latest(connection)


def the_run(engine: Engine) -> Run:
    """The only run."""
    assert len(rows(engine, RUNS)) == 1
    return found(engine)[RunKind.ROUND].begun


def test_a_run_is_there_while_it_is_under_way_and_when_it_has_ended(engine: Engine) -> None:
    with recorded(engine, RunKind.ROUND, Clock()) as note:
        begun = the_run(engine)
        assert (begun.began_at, begun.ended_at) == (NOON + timedelta(minutes=1), None)
        note.counts = {"new": 38}
    ended = the_run(engine)
    assert ended.id == begun.id
    assert (ended.began_at, ended.ended_at) == (NOON + timedelta(minutes=1), NOON + timedelta(minutes=2))
    assert (ended.failures, ended.counts) == ((), {"new": 38})


def test_what_failed_is_kept(engine: Engine) -> None:
    with recorded(engine, RunKind.ROUND, Clock()) as note:
        note.failures = ("arxiv cs.CL 2026-11-09: failed: page: answers 500",)
    assert the_run(engine).failures == ("arxiv cs.CL 2026-11-09: failed: page: answers 500",)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (DatabaseError("the database is away"), "the database is away"),
        (ValueError("of all\nthings"), "ValueError: of all"),
        (ValueError(), "ValueError"),
        (KeyboardInterrupt(), "it was stopped before it was done"),
    ],
)
def test_an_error_is_kept_as_a_failure_and_goes_on_its_way(
    engine: Engine, error: BaseException, sentence: str
) -> None:
    def broken() -> None:
        with recorded(engine, RunKind.ROUND, Clock()) as note:
            note.failures = ("no mail",)
            raise error

    with pytest.raises(type(error)):
        broken()
    assert the_run(engine).failures == ("no mail", sentence)
    assert the_run(engine).ended_at


def test_where_time_stands_still_a_run_takes_the_time_that_it_takes(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter((100.0, 142.5))
    monkeypatch.setattr("flows.steps.recording.monotonic", lambda: next(seconds))
    with recorded(engine, RunKind.ROUND, clock(NOON)):
        pass
    assert the_run(engine).duration == timedelta(seconds=42.5)


@contextmanager
def held(url: str) -> Iterator[None]:
    """For so long somebody else writes."""
    with opened(url) as engine, writing(engine):
        yield


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A note waits for no lock at all."""
    monkeypatch.setattr(database, "_NOTED_WITHIN_SECONDS", 0)


@pytest.mark.usefixtures("hurried")
def test_a_busy_database_stops_no_run_and_the_log_says_that_it_is_not_kept(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(sqlite_url) as engine:
        with caplog.at_level(logging.WARNING), held(sqlite_url), recorded(engine, RunKind.ROUND, Clock()):
            done = True
        assert done
        assert found(engine) == {}
    assert "database is locked" in caplog.text


@pytest.mark.usefixtures("hurried")
def test_a_run_that_began_while_the_database_was_busy_is_kept_when_it_ends(sqlite_url: str) -> None:
    with opened(sqlite_url) as engine:
        with held(sqlite_url):
            run = recorded(engine, RunKind.ROUND, Clock())
            run.__enter__()
        run.__exit__(None, None, None)
        assert the_run(engine).ended_at


def test_a_note_waits_for_nobody_on_postgresql(postgresql_url: str) -> None:
    with opened(postgresql_url) as engine, held(postgresql_url), recorded(engine, RunKind.ROUND, Clock()):
        assert the_run(engine).ended_at is None


def test_after_a_note_others_wait_for_a_lock_as_long_as_before(sqlite_url: str) -> None:
    with opened(sqlite_url) as engine:
        with noting(engine) as connection:
            during = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
        with reading(engine) as connection:
            assert (during, connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()) == (5_000, 60_000)


def kept(house: House) -> list[tuple[str, int, dict[str, int]]]:
    """The kinds of all runs in their order, the number of their failures, what they did."""
    (given,) = house.rows(RUNS).values()
    ordered = sorted(given, key=lambda row: (row["began_at"], row["kind"]))
    return [(row["kind"], len(row["failures"]), row["counts"]) for row in ordered if row["ended_at"]]


def test_a_round_is_kept_with_its_failures_and_so_are_the_digests_within(house: House) -> None:
    house.round(at(MON))
    with house.site.failing(ALL, silent):
        house.round(at(TUE))
    digests = {"planned": 0, "sent": 0, "deferred": 0, "failed": 0, "uncertain": 0}
    (digest, before, again, after) = kept(house)
    assert digest == again == ("digest", 0, digests)
    assert before[:2] == ("round", 0)
    assert before[2] == before[2] | {"listings": 1, "new": 8}
    assert after[:2] == ("round", 2)
    assert after[2] == after[2] | {"listings": 2, "new": 0}


def test_of_a_backfill_each_month_is_kept_and_a_replay_too(house: House) -> None:
    with house.opened(at(TUE)) as resources:
        backfill(resources, date(2026, 10, 31), MON)
        done = replay(resources)
    assert [kind for kind, *_ in kept(house)] == ["backfill", "backfill", "replay"]
    assert kept(house)[-1][2] == {"readings": done.readings, "papers": done.papers}
