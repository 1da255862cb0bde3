"""One thread writes for all: in order, many at a time, and whatever the database does no word is lost."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from sqlalchemy import Connection, Engine, event, insert, select
from sqlalchemy.exc import IntegrityError

from flows.mail.scribe import Job, Scribe
from models.database import reading, writing
from models.errors import DatabaseError
from models.mail.tables import FRAGMENTS
from tests.databases import opened
from tests.mail.planned import NOW


def adding(key: str) -> Job[str]:
    """Writes a row, and says what it was."""

    def job(connection: Connection) -> str:
        row = {"key": key, "text": "", "html": "", "used_at": NOW}
        connection.execute(insert(FRAGMENTS), row)
        return key

    return job


class Told(logging.Handler):
    """Knows when something was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.event = Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.event.set()


@pytest.fixture
def told() -> Iterator[Event]:
    """Is set when the scribe logs something."""
    handler, logger = Told(), logging.getLogger("flows.mail.scribe")
    logger.addHandler(handler)
    yield handler.event
    logger.removeHandler(handler)


def written(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return sorted(connection.execute(select(FRAGMENTS.c.key)).scalars())


@contextmanager
def impatient(url: str) -> Iterator[Engine]:
    """A SQLite database that waits for a lock for a moment only."""
    with opened(url) as engine:
        event.listen(engine, "connect", _wait_no_longer)
        yield engine


def _wait_no_longer(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout = 5")


def test_a_job_that_raises_fails_alone(engine: Engine) -> None:
    with Scribe(engine) as scribe:
        scribe.write(adding("a"))
        before, twice, after = (scribe.hand(adding(key)) for key in ("b", "a", "c"))
        assert (before.result(), after.result()) == ("b", "c")
        with pytest.raises(IntegrityError):
            twice.result()
    assert written(engine) == ["a", "b", "c"]


def test_what_waits_meanwhile_is_written_in_one_transaction_and_in_order(engine: Engine) -> None:
    begun: list[object] = []
    event.listen(engine, "begin", begun.append)
    order: list[str] = []
    held = Event()

    def hold(_connection: Connection) -> None:
        assert held.wait(20)

    with Scribe(engine) as scribe:
        holding = scribe.hand(hold)
        futures = [scribe.hand(adding(key)) for key in "cab"]
        for future in futures:
            future.add_done_callback(lambda done: order.append(done.result()))
        held.set()
        holding.result()
    assert order == ["c", "a", "b"]
    assert len(begun) <= 3
    assert written(engine) == ["a", "b", "c"]


def test_all_that_was_handed_over_is_written_when_it_is_left(engine: Engine) -> None:
    with Scribe(engine) as scribe:
        for number in range(50):
            scribe.hand(adding(f"{number:02}"))
    assert len(written(engine)) == 50


def test_a_result_comes_when_it_is_committed(engine: Engine) -> None:
    with Scribe(engine) as scribe:
        assert scribe.write(adding("a")) == "a"
        assert written(engine) == ["a"]


def test_while_an_ingest_holds_the_lock_no_answer_is_lost(sqlite_url: str, told: Event) -> None:
    with impatient(sqlite_url) as engine, Scribe(engine) as scribe:
        with writing(engine):
            future = scribe.hand(adding("a"))
            assert told.wait(20)  # it has found the lock, and says so
            assert not future.done()
        assert future.result(20) == "a"
    with opened(sqlite_url) as engine:
        assert written(engine) == ["a"]


def test_a_lock_that_is_never_given_up_ends_it_for_all(sqlite_url: str) -> None:
    with impatient(sqlite_url) as engine, Scribe(engine, patience_seconds=0.01) as scribe:
        with writing(engine), pytest.raises(DatabaseError, match=r"cannot be written: database is locked"):
            scribe.write(adding("a"))
        with pytest.raises(DatabaseError, match="cannot be written"):
            scribe.write(adding("b"))
        assert written(engine) == []


def test_a_lost_connection_to_postgresql_is_made_anew(postgresql_url: str) -> None:
    with opened(postgresql_url) as engine, Scribe(engine) as scribe:
        broken: list[bool] = []

        def break_once(connection: Connection) -> str:
            found = adding("a")(connection)
            if not broken:
                broken.append(True)
                (pid,) = connection.exec_driver_sql("SELECT pg_backend_pid()").one()
                with engine.connect() as other:
                    other.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
            return found

        assert scribe.write(break_once) == "a"
        assert written(engine) == ["a"]


def test_many_threads_may_write_at_once(engine: Engine) -> None:
    with Scribe(engine) as scribe:
        threads = [
            Thread(target=lambda part=part: [scribe.write(adding(f"{part}{each}")) for each in range(9)])
            for part in "abcd"
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert len(written(engine)) == 36
