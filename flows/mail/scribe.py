"""Writes what many threads have to write: one transaction for all that wait at a time.

A commit that a power cut does not undo costs a turn of the disk, and SQLite has one writer; so the threads that
send share one. What is handed over earlier is written earlier, or in the same transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay
from tenacity.wait import wait_exponential_jitter

from models.database import posting, shown
from models.errors import DatabaseError

PATIENCE_SECONDS = 600.0
"""A lock of SQLite that an ingest holds, or a PostgreSQL that starts again: minutes, and less than a lease."""

T = TypeVar("T")
Job = Callable[[Connection], T]
"""What is done in a transaction; done again where that fails, it changes nothing more."""

_PASSING = (OperationalError, InterfaceError)
_LOG = logging.getLogger(__name__)


class Scribe:
    """A thread that writes jobs of other threads into the database, from entering to leaving.

    Where the database cannot be written for `patience_seconds`, all jobs fail from then on: DatabaseError. A job
    that raises something else fails alone.
    """

    def __init__(self, engine: Engine, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._engine = engine
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="scribe", daemon=True)
        self._broken: DatabaseError | None = None
        self._retrying = Retrying(
            retry=retry_if_exception_type(_PASSING),
            stop=stop_after_delay(patience_seconds),
            wait=wait_exponential_jitter(multiplier=0.05, max=5, jitter=0.05),
            reraise=True,
        )

    def __enter__(self) -> Scribe:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._tasks.put(None)
        self._thread.join()

    def write(self, job: Job[T]) -> T:
        """Does a job, and returns its result when it is committed."""
        return self.hand(job).result()

    def hand(self, job: Job[T]) -> Future[T]:
        """Takes a job, and goes on; the future has the result when it is committed."""
        task = _Task(job, Future())
        self._tasks.put(task)
        return cast("Future[T]", task.future)

    def _work(self) -> None:
        is_open = True
        while is_open:
            tasks = [self._tasks.get()]
            while not self._tasks.empty():
                tasks.append(self._tasks.get())  # nobody else takes any
            is_open = None not in tasks
            if any(tasks):
                self._commit([task for task in tasks if task])

    def _commit(self, tasks: Sequence[_Task]) -> None:
        try:
            results = self._results(tasks)
        except DatabaseError as error:
            for task in tasks:
                task.future.set_exception(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the one who waits for it has to hear of it
            self._alone(tasks, error)
        else:
            for task, result in zip(tasks, results, strict=True):
                task.future.set_result(result)

    def _alone(self, tasks: Sequence[_Task], error: Exception) -> None:
        """One of the jobs has failed: the others shall not."""
        if len(tasks) == 1:
            tasks[0].future.set_exception(error)
            return
        for task in tasks:
            self._commit([task])

    def _results(self, tasks: Sequence[_Task]) -> Sequence[object]:
        if self._broken:
            raise self._broken
        try:
            return self._tried(tasks)
        except _PASSING as error:
            self._broken = DatabaseError(
                f"{shown(self._engine)} cannot be written: {_reason(error)}; mail is sent again when it can"
            )
            raise self._broken from error

    def _tried(self, tasks: Sequence[_Task]) -> Sequence[object]:
        try:
            return self._transaction(tasks)
        except _PASSING as error:  # the rare case: tenacity alone costs a fifth of a transaction
            _LOG.warning("what became of letters cannot be written yet: %s", _reason(error))
            return self._retrying(self._transaction, tasks)

    def _transaction(self, tasks: Sequence[_Task]) -> Sequence[object]:
        with posting(self._engine) as connection:
            return [task.job(connection) for task in tasks]


class _Task:
    """A job, and where its result goes."""

    __slots__ = ("future", "job")

    def __init__(self, job: Job[Any], future: Future[Any]) -> None:
        self.job = job
        self.future = future


def _reason(error: BaseException) -> str:
    return " ".join(str(error.__cause__ or error).split())
