"""Reads the listings of past days, as a Prefect flow that goes on where it was stopped."""

from __future__ import annotations

import datetime as dt

from prefect import flow

from flows.current import resources
from flows.ingest import read_as_task, reported
from flows.naming import run_name
from flows.steps import ingesting
from flows.steps.ingesting import between
from models.ledger import Entry


@flow(name="backfill", flow_run_name=run_name)
def backfill(from_date: dt.date, to_date: dt.date, sources: list[str] | None = None) -> tuple[Entry, ...]:
    """Reads what was not yet read of a range of dates, both included, and gives the ledger's rows."""
    with resources() as found:
        choose = between(from_date, to_date, unread_only=True)
        ledger = ingesting.ingest(found, sources, choose, read_as_task)
    return reported(ledger)
