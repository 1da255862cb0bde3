"""Reads what is due of every source, as a Prefect flow: a task for each listing, the ledger as a table."""

from __future__ import annotations

from collections.abc import Sequence

from prefect import State, flow, task
from prefect.assets import materialize
from prefect.cache_policies import NO_CACHE

from feeds.site.frame import Site
from flows.run.artifacts import leave_failures, leave_ledger, leave_month
from flows.run.assets import list_asset, tell_read
from flows.run.current import resources
from flows.run.events import Trouble, emit
from flows.run.naming import rename, run_name
from flows.run.outcomes import finished, result_of
from flows.run.parameters import AsOf, Date, Sources, UnsettledOnly
from flows.sources.base import Fetch, Source
from flows.steps import ingesting
from flows.steps.evidence import evidence
from flows.steps.ingesting import due_listings, of_day, unsettled
from flows.steps.resources import Resources
from flows.steps.rounds import failures
from flows.steps.searching import Query, search_and_store
from flows.words import brief
from flows.words.month import SHOWN_DAYS
from models.database import reading
from models.errors import FetchError
from models.ledger import recent
from models.records import Answer, Listing
from models.verdicts import Entry

_REFUSALS = (403, 429)


@flow(name="ingest", flow_run_name=run_name)
def ingest(
    date: Date = None, sources: Sources = None, as_of: AsOf = None, unsettled_only: UnsettledOnly = False
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
        leave_reading(found, ledger)
    for entry in ledger:
        for sentence in failures([entry]):
            emit(Trouble.LISTING, str(entry.listing), sentence)
    rename(brief.of_ledger(ledger))
    return finished(failures(ledger), tuple(ledger))


def read_as_task(found: Resources, source: Source, listing: Listing, fetch: Fetch) -> Sequence[Entry]:
    """Reads one listing as a task run of its own, red in the UI when the listing is not there."""

    rows: list[Entry] = []
    asset = list_asset(source, listing.section)

    @materialize(
        asset, name="read-listing", task_run_name=str(listing), tags=[source.name], cache_policy=NO_CACHE
    )
    def read_listing() -> int | State:
        rows.extend(ingesting.read_and_store(found, source, listing, noticing_refusals(source, fetch)))
        tell_read(asset, rows)
        return finished(failures(rows), len(rows))  # not the rows: Prefect logs a failed state's result

    result_of(read_listing(return_state=True))
    return rows


def noticing_refusals(source: Source, fetch: Fetch) -> Fetch:
    """A fetch that lets people know when a site wants no more of us: it is asked for nothing more in this visit."""

    def ask(url: str) -> Answer:
        try:
            return fetch(url)
        except FetchError as error:
            if error.ends_visit and error.answer.status in _REFUSALS:
                emit(Trouble.SITE_REFUSED, source.name, f"{error}; it is left alone for now")
            raise

    return ask


def search_as_task(found: Resources, source: Source, query: Query, fetch: Fetch) -> bool:
    """Asks a site's own search as a task run of its own; never red, for no listing depends on it."""

    @task(name="search", task_run_name=f"search {query.slug}", tags=[source.name], cache_policy=NO_CACHE)
    def search() -> bool:
        return search_and_store(found, source, query, noticing_refusals(source, fetch))

    return search()


def leave_reading(found: Resources, ledger: Sequence[Entry]) -> None:
    """Leaves the rows of a run as a table, what failed with where the bytes are, and how the last 30 days stand."""
    leave_ledger(ledger)
    leave_failures(failures(ledger), evidence(found, ledger))
    daily = {(name, section) for name, source in found.sources.items() for section in source.sections}
    with reading(found.engine) as connection:
        leave_month(recent(connection, SHOWN_DAYS), Site(found.public_url), daily)
