"""When a run of a shard is taken for dead, so that its shard is begun once more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from prefect import State
    from prefect.client.schemas.objects import FlowRun

pytestmark = pytest.mark.engine  # Prefect is imported, though nothing is run

BEGAN = datetime(2026, 11, 10, 8, tzinfo=UTC)


def run(state: State | None) -> FlowRun:
    from prefect.client.schemas.objects import FlowRun

    return FlowRun(flow_id=uuid4(), state=state)


def test_a_run_that_was_never_heard_of_again_does_not_keep_its_shard_for_ever() -> None:
    from prefect.states import Pending, Running

    from flows.run.sharding import GONE_AFTER, is_over

    states: list[State] = [Running(timestamp=BEGAN), Pending(timestamp=BEGAN)]
    for state in states:
        assert not is_over(run(state), BEGAN + GONE_AFTER)
        assert is_over(run(state), BEGAN + GONE_AFTER + timedelta(seconds=1))


def test_a_run_that_waits_for_a_worker_is_never_taken_for_dead() -> None:
    from prefect.states import Late, Scheduled

    from flows.run.sharding import is_over

    states: list[State | None] = [Scheduled(timestamp=BEGAN), Late(timestamp=BEGAN), None]
    for state in states:
        assert not is_over(run(state), BEGAN + timedelta(days=30))


def test_a_run_that_has_ended_keeps_its_shard_no_longer() -> None:
    from prefect.states import Cancelled, Completed, Crashed, Failed

    from flows.run.sharding import is_over

    for state in (Completed, Failed, Crashed, Cancelled):
        assert is_over(run(state(timestamp=BEGAN)), BEGAN)
