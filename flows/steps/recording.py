"""Keeps when something was run, how long that took and what failed, for those who look in later."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from models.database import noting
from models.errors import PaperRoundError
from models.run import Run, RunKind
from models.runs import keep

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Note:
    """What is to be kept of a run that is under way: what failed, a sentence each, and how much was done."""

    failures: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


@contextmanager
def recorded(engine: Engine, kind: RunKind, now: Callable[[], datetime]) -> Iterator[Note]:
    """Keeps a run of what is done within, in a row of `runs`; `now` gives the moment (aware UTC).

    What it yields is for the run to fill in. An error is kept as a failure, and goes on its way. A kill leaves
    the row without an end. Where the database does not take the row, the log says so and nothing else happens.
    """
    note, run, started = Note(), Run(uuid4().hex, kind, now()), monotonic()
    _keep(engine, run)
    try:
        yield note
    except BaseException as error:
        note.failures = (*note.failures, _told(error))
        raise
    finally:
        # Where another moment is taken for now, time stands still: how long it took is true all the same.
        ended_at = max(now(), run.began_at + timedelta(seconds=monotonic() - started))
        _keep(engine, replace(run, ended_at=ended_at, failures=note.failures, counts=note.counts))


def _told(error: BaseException) -> str:
    if isinstance(error, PaperRoundError):
        return str(error)
    if not isinstance(error, Exception):
        return "it was stopped before it was done"
    first_line = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first_line}" if first_line else type(error).__name__


def _keep(engine: Engine, run: Run) -> None:
    try:
        with noting(engine) as connection:
            keep(connection, run)
    except SQLAlchemyError as error:
        _LOG.warning(
            "It is not kept that a %s was run: the database did not take it (%s)",
            run.kind,
            next(iter(str(error).splitlines()), ""),
        )
