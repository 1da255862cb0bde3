"""Reads the listings of past days, as a Prefect flow that goes on where it was stopped."""

from __future__ import annotations

import datetime as dt

from prefect import State, flow

from flows.current import resources
from flows.ingest import leave_artifacts, read_as_task
from flows.naming import run_name
from flows.outcomes import finished
from flows.steps import ingesting
from flows.steps.ingesting import between
from flows.steps.rounds import failures
from models.ledger import Entry


@flow(name="backfill", flow_run_name=run_name)
def backfill(
    from_date: dt.date, to_date: dt.date, sources: list[str] | None = None
) -> tuple[Entry, ...] | State:
    """Reads what was not yet read of a range of dates, both included, and gives the ledger's rows."""
    with resources() as found:
        choose = between(from_date, to_date, unread_only=True)
        ledger = ingesting.ingest(found, sources, choose, read_as_task)
    leave_artifacts(ledger)
    return finished(failures(ledger), tuple(ledger))
