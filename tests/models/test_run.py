"""How it went with a run, from when it began and ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models.run import Course, Run, RunKind

BEGAN = datetime(2026, 11, 18, 11, 20, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_a_run_that_has_ended_is_good_or_has_failed_whenever_one_looks() -> None:
    good = Run("1", RunKind.ROUND, BEGAN, BEGAN + MINUTE)
    failed = Run("1", RunKind.ROUND, BEGAN, BEGAN + MINUTE, ("arxiv cs.CL: failed",))
    for now in (BEGAN, BEGAN + 100 * HOUR):
        assert (good.course(now), failed.course(now)) == (Course.GOOD, Course.FAILED)


@pytest.mark.parametrize(
    ("kind", "hours"),
    [(RunKind.ROUND, 6), (RunKind.DIGEST, 6), (RunKind.HOUSEKEEPING, 6), (RunKind.BACKFILL, 24),
     (RunKind.REPLAY, 24)],
)  # fmt: skip
def test_a_run_without_an_end_is_under_way_for_as_long_as_one_may_take(kind: RunKind, hours: int) -> None:
    run = Run("1", kind, BEGAN)
    assert run.course(BEGAN + hours * HOUR) is Course.UNDER_WAY
    assert run.course(BEGAN + hours * HOUR + MINUTE) is Course.LOST


def test_a_run_has_taken_what_lies_between_its_ends() -> None:
    assert Run("1", RunKind.ROUND, BEGAN).duration is None
    assert Run("1", RunKind.ROUND, BEGAN, BEGAN + HOUR).duration == HOUR
