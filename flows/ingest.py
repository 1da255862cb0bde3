"""Reads what is due of every source, as a Prefect flow: a task for each listing, the ledger as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from prefect import State, flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows.current import resources
from flows.naming import run_name
from flows.outcomes import finished, result_of
from flows.sources.base import Fetch, Source
from flows.steps import ingesting
from flows.steps.ingesting import due_listings, of_day, unsettled
from flows.steps.resources import Resources
from flows.steps.rounds import failures
from flows.steps.searching import Query, search_and_store
from models.records import Listing
from models.verdicts import Entry


@flow(name="ingest", flow_run_name=run_name)
def ingest(
    date: dt.date | None = None,
    sources: list[str] | None = None,
    as_of: dt.datetime | None = None,
    unsettled_only: bool = False,
) -> tuple[Entry, ...] | State:
    """Reads the listings that are due, or those of one date, and gives their rows of the ledger.

    What is due has the sites' own searches with it; the listings of one date have not. With `unsettled_only` the
    searches are left out, and what a reading has settled; of a day that is whole nothing is asked for. The run
    fails, with the rows as its result, when a listing is not there though it should be; what was read is kept.
    """
    with resources(as_of) as found:
        choose = of_day(date) if date else None
        if unsettled_only:
            choose = unsettled(choose or due_listings)
        ledger = ingesting.ingest(found, sources, choose, read_as_task, search_as_task)
    leave_artifacts(ledger)
    return finished(failures(ledger), tuple(ledger))


def read_as_task(found: Resources, source: Source, listing: Listing, fetch: Fetch) -> Sequence[Entry]:
    """Reads one listing as a task run of its own, red in the UI when the listing is not there."""

    rows: list[Entry] = []

    @task(name="read-listing", task_run_name=str(listing), tags=[source.name], cache_policy=NO_CACHE)
    def read_listing() -> int | State:
        rows.extend(ingesting.read_and_store(found, source, listing, fetch))
        return finished(failures(rows), len(rows))  # not the rows: Prefect logs a failed state's result

    result_of(read_listing(return_state=True))
    return rows


def search_as_task(found: Resources, source: Source, query: Query, fetch: Fetch) -> bool:
    """Asks a site's own search as a task run of its own; never red, for no listing depends on it."""

    @task(name="search", task_run_name=f"search {query.slug}", tags=[source.name], cache_policy=NO_CACHE)
    def search() -> bool:
        return search_and_store(found, source, query, fetch)

    return search()


def leave_artifacts(ledger: Sequence[Entry]) -> None:
    """Leaves the ledger of a run as a table, and what failed in words."""
    columns = ("source", "section", "date", "verdict", "declared", "parsed", "new", "revised", "unchanged")
    rows = [{name: str(getattr(entry, name)) for name in (*columns, "removed", "via")} for entry in ledger]
    create_table_artifact(key="ledger", table=rows, description="The listings that this run has read.")
    failed = failures(ledger)
    words = "\n".join(f"- {as_text(sentence)}" for sentence in failed) or "Nothing failed."
    create_markdown_artifact(key="failures", markdown=words, description="What failed, and why.")


def as_text(sentence: str) -> str:
    """A sentence for Markdown, in which what a site has sent stays text."""
    return sentence.replace("<", "&lt;")
