"""Reads the listings of past days, as Prefect flows that go on where they were stopped: a run for each month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import count
from typing import cast

from prefect import State, flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed
from prefect.utilities.urls import url_for

from flows.current import resources
from flows.ingest import leave_artifacts, read_as_task
from flows.naming import run_name
from flows.outcomes import finished, result_of
from flows.publish import publish
from flows.steps.backfilling import PATIENCE_SECONDS, Shard, obeying, read_shard, shards
from flows.steps.ingesting import check_days
from flows.steps.rounds import failures
from models.verdicts import Entry

SHARD = "backfill-shard/one-month"
"""The deployment by which workers share a backfill."""


@flow(name="backfill", flow_run_name=run_name)
def backfill(
    from_date: dt.date, to_date: dt.date, sources: list[str] | None = None
) -> tuple[Entry, ...] | State:
    """Reads what is unfinished of a range of dates, both included, in a run of `backfill-shard` for each month.

    Where that is deployed this run only starts them, for whatever workers there are, and the next round
    publishes what they change. Else it runs one after another, publishes, and gives the ledger's rows.
    """
    with resources(patience_seconds=PATIENCE_SECONDS) as found:
        check_days(from_date, to_date, found.now().date())
        names = [source.name for source in found.chosen(sources)]
        months = shards(from_date, to_date)
        if _is_deployed():
            return _handed_out(months, names)
        ledger = [
            row
            for month in months
            for row in result_of(backfill_shard(*month, sources=names, return_state=True))
        ]
        publish()
    leave_artifacts(ledger)
    return finished(failures(ledger), tuple(ledger))


@flow(name="backfill-shard", flow_run_name=run_name)
def backfill_shard(
    from_date: dt.date, to_date: dt.date, sources: list[str] | None = None
) -> tuple[Entry, ...] | State:
    """Reads what is unfinished of some dates of a month, and gives the ledger's rows. Others may run beside it."""
    with resources(patience_seconds=PATIENCE_SECONDS) as found:
        check_days(from_date, to_date, found.now().date())
        ledger = read_shard(found, (from_date, to_date), sources, obeying(read_as_task))
    leave_artifacts(ledger)
    return finished(failures(ledger), tuple(ledger))


def _is_deployed() -> bool:
    try:
        with get_client(sync_client=True) as client:
            client.read_deployment_by_name(SHARD)
    except ObjectNotFound:
        return False
    return True


def _handed_out(months: Sequence[Shard], names: Sequence[str]) -> State:
    """Starts the runs of all months, and leaves a list of them."""
    runs = [_started(month, names) for month in months]
    words = "\n".join(f"- [{run.name}]({url_for(run)})" for run in runs)
    create_markdown_artifact(key="shards", markdown=words, description="The runs that read a month each.")
    return Completed(message=f"{len(runs)} months are read by runs of their own", data=())


def _started(month: Shard, names: Sequence[str]) -> FlowRun:
    """The run that reads a month: the one that waits or is under way, else a new one.

    Prefect never gives a key to a second run: when one has ended, the next number has its turn.
    """
    runs = (_numbered(number, month, names) for number in count(1))
    return next(run for run in runs if run.state is None or not run.state.is_final())


def _numbered(number: int, month: Shard, names: Sequence[str]) -> FlowRun:
    """The run of a number, made where there is none."""
    first, last = (day.isoformat() for day in month)
    run = run_deployment(
        SHARD,
        parameters={"from_date": first, "to_date": last, "sources": list(names)},
        flow_run_name=f"backfill-shard {first} to {last}",
        tags=names,
        idempotency_key=f"{','.join(names)} {first} {last} {number}",
        as_subflow=False,  # it goes on after this run
        timeout=0,
    )
    return cast("FlowRun", run)  # only where an event loop runs, it would be a coroutine
