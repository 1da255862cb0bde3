"""Runs in the database, on both kinds of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from models.database import noting, reading
from models.run import Latest, Run, RunKind
from models.runs import failed_since, forget_before, keep, latest
from models.tables import RUNS
from tests.models.stored import rows

BEGAN = datetime(2026, 11, 18, 11, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROUND = Run("0a", RunKind.ROUND, BEGAN)
DONE = replace(
    ROUND, ended_at=BEGAN + HOUR, failures=("arxiv cs.CL: failed: Ångström", "no mail"), counts={"new": 38}
)


def write(engine: Engine, *runs: Run) -> None:
    for run in runs:
        with noting(engine) as connection:
            keep(connection, run)


def found(engine: Engine) -> Mapping[RunKind, Latest]:
    with reading(engine) as connection:
        return latest(connection)


def ids(engine: Engine) -> Sequence[str]:
    return sorted(row["id"] for row in rows(engine, RUNS))


def test_before_the_first_run_there_is_none(engine: Engine) -> None:
    assert found(engine) == {}


def test_a_run_is_written_when_it_begins_and_again_when_it_ends(engine: Engine) -> None:
    write(engine, ROUND)
    assert found(engine) == {RunKind.ROUND: Latest(ROUND, None)}
    write(engine, DONE)
    assert found(engine) == {RunKind.ROUND: Latest(DONE, DONE)}


def test_a_run_whose_beginning_could_not_be_written_is_there_at_its_end(engine: Engine) -> None:
    write(engine, DONE)
    assert found(engine) == {RunKind.ROUND: Latest(DONE, DONE)}


def test_a_run_without_an_end_hides_neither_another_kind_nor_the_one_before_it(engine: Engine) -> None:
    killed = replace(ROUND, id="0b", began_at=BEGAN + 3 * HOUR)
    digest = replace(DONE, id="0c", kind=RunKind.DIGEST)
    write(engine, replace(DONE, id="00", began_at=BEGAN - HOUR), DONE, killed, digest)
    assert found(engine) == {RunKind.ROUND: Latest(killed, DONE), RunKind.DIGEST: Latest(digest, digest)}


def test_an_older_run_without_an_end_is_no_news(engine: Engine) -> None:
    write(engine, replace(ROUND, id="00", began_at=BEGAN - HOUR), DONE)
    assert found(engine) == {RunKind.ROUND: Latest(DONE, DONE)}


def test_a_good_run_hides_no_failed_one_of_the_same_day(engine: Engine) -> None:
    good = replace(DONE, id="0b", began_at=BEGAN + HOUR, ended_at=BEGAN + 2 * HOUR, failures=())
    before = replace(DONE, id="0c", ended_at=BEGAN)
    killed = replace(ROUND, id="0d", failures=("it was killed",))
    write(engine, DONE, good, before, killed, replace(DONE, id="0e", kind=RunKind.DIGEST))
    with reading(engine) as connection:
        failed = failed_since(connection, BEGAN + HOUR)
    assert failed == {**dict.fromkeys(RunKind, 0), RunKind.ROUND: 1, RunKind.DIGEST: 1}


def test_old_runs_are_forgotten_but_for_the_newest_of_each_kind(engine: Engine) -> None:
    old = replace(DONE, began_at=BEGAN - 100 * HOUR)
    write(
        engine,
        replace(old, id="00"),
        DONE,
        replace(old, id="01", kind=RunKind.REPLAY),
        replace(old, id="02", kind=RunKind.REPLAY, began_at=BEGAN - 200 * HOUR),
    )
    with noting(engine) as connection:
        assert forget_before(connection, BEGAN - HOUR) == 2
        assert forget_before(connection, BEGAN - HOUR) == 0
    assert ids(engine) == ["01", "0a"]


def test_a_run_at_the_very_moment_stays(engine: Engine) -> None:
    write(engine, replace(DONE, id="00"), replace(DONE, began_at=BEGAN + HOUR))
    with noting(engine) as connection:
        assert forget_before(connection, BEGAN) == 0
