"""Reads what is due of every source, as a Prefect flow: a task for each listing, the ledger as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows.current import resources
from flows.naming import run_name
from flows.sources.base import Fetch, Source
from flows.steps import ingesting
from flows.steps.ingesting import of_day
from flows.steps.resources import Resources
from flows.steps.rounds import failures
from models.errors import RoundError
from models.ledger import Entry
from models.records import Listing


class ListingsFailedError(RoundError):
    """Listings were not there though they should be; `ledger` has the rows of all that were read."""

    def __init__(self, ledger: Sequence[Entry]) -> None:
        self.ledger = tuple(ledger)
        super().__init__("; ".join(failures(ledger)))


@flow(name="ingest", flow_run_name=run_name)
def ingest(
    date: dt.date | None = None, sources: list[str] | None = None, as_of: dt.datetime | None = None
) -> tuple[Entry, ...]:
    """Reads the listings that are due, or those of one date, and gives their rows of the ledger.

    Ends as failed, with ListingsFailedError, when a listing is not there though it should be; what was
    read is kept.
    """
    with resources(as_of) as found:
        ledger = ingesting.ingest(found, sources, of_day(date) if date else None, read_as_task)
    return reported(ledger)


def reported(ledger: Sequence[Entry]) -> tuple[Entry, ...]:
    """The ledger's rows, left as artifacts; raises ListingsFailedError where one of them is a failure."""
    _leave_artifacts(ledger)
    if failures(ledger):
        raise ListingsFailedError(ledger)
    return tuple(ledger)


def read_as_task(found: Resources, source: Source, listing: Listing, fetch: Fetch) -> Sequence[Entry]:
    """One listing as a task run of its own, red in the UI when the listing is not there."""

    @task(name="read-listing", task_run_name=str(listing), tags=[source.name], cache_policy=NO_CACHE)
    def read_listing() -> list[Entry]:
        rows = ingesting.read_and_store(found, source, listing, fetch)
        if failures(rows):
            raise ListingsFailedError(rows)
        return rows

    try:
        return read_listing()
    except ListingsFailedError as error:
        return error.ledger


def _leave_artifacts(ledger: Sequence[Entry]) -> None:
    columns = ("source", "section", "date", "verdict", "declared", "parsed", "new", "revised", "unchanged")
    rows = [{name: str(getattr(entry, name)) for name in (*columns, "removed", "via")} for entry in ledger]
    create_table_artifact(key="ledger", table=rows, description="The listings that this run has read.")
    failed = failures(ledger)
    words = "\n".join(f"- {sentence}" for sentence in failed) or "Nothing failed."
    create_markdown_artifact(key="failures", markdown=words, description="What failed, and why.")
