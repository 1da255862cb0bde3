"""What is heard in the log of a run."""

from __future__ import annotations

import logging
from pathlib import Path
from types import TracebackType

import pytest

from tests.flows.recorded import EVENING, resources

pytestmark = pytest.mark.engine

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


@pytest.mark.parametrize(("level", "then"), [(logging.NOTSET, logging.INFO), (logging.DEBUG, logging.DEBUG)])
def test_what_the_steps_say_is_heard_by_prefect(
    prefect: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, level: int, then: int
) -> None:
    from flows.run.current import resources as current
    from flows.run.current import using
    from flows.run.hearing import says_something

    logger = logging.getLogger("flows")
    monkeypatch.setattr(logger, "level", level)
    with resources(tmp_path, EVENING) as found, using(found), current():
        assert logger.level == then
        assert logging.getLogger("prefect.flow_runs").filters.count(says_something) == 1


def record(what: Raised) -> logging.LogRecord:
    return logging.LogRecord("prefect.flow_runs", logging.ERROR, "", 1, "It failed", (), what)


def raised(error: Exception) -> Raised:
    return type(error), error, None


def test_a_defect_is_told_with_its_traceback(prefect: None) -> None:
    from flows.run.hearing import says_something

    told = record(raised(ValueError("a defect")))
    assert says_something(told)
    assert told.exc_info


def test_what_failed_for_named_reasons_has_no_traceback(prefect: None) -> None:
    from flows.run.hearing import says_something
    from flows.run.outcomes import Unfinished

    assert not says_something(record(raised(Unfinished("a listing is missing", ()))))
    told = record((None, None, None))
    assert says_something(told)
    assert told.exc_info is None
