"""Reads the listings of past days, as Prefect flows that go on where they were stopped: a run for each month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed

from feeds.site.words import count
from flows.ingest import leave_reading, read_as_task
from flows.publish import publish
from flows.run.current import resources
from flows.run.dask_runner import dask_address, on_dask
from flows.run.naming import rename, run_name
from flows.run.outcomes import finished, result_of
from flows.run.parameters import FirstDate, LastDate, Sources
from flows.run.sharding import Shard, hand_out, is_deployed
from flows.steps.backfilling import PATIENCE_SECONDS, obeying, read_shard, shards
from flows.steps.backfilling import Shard as Month
from flows.steps.ingesting import check_days
from flows.steps.rounds import failures
from models.verdicts import Entry

SHARD = "backfill-shard/one-month"
"""The deployment by which workers share a backfill."""


@flow(name="backfill", flow_run_name=run_name)
def backfill(from_date: FirstDate, to_date: LastDate, sources: Sources = None) -> tuple[Entry, ...] | State:
    """Reads what is unfinished of a range of dates, both included, in a run of `backfill-shard` for each month.

    Where that is deployed this run only starts them, for whatever workers there are, and the next round
    publishes what they change. Else it runs one after another, or with PAPERROUND_DASK as tasks on Dask, publishes,
    and gives the ledger's rows.
    """
    with resources(patience_seconds=PATIENCE_SECONDS) as found:
        check_days(from_date, to_date, found.now().date())
        names = [source.name for source in found.chosen(sources)]
        months = shards(from_date, to_date)
        address = dask_address()
        if address is None and is_deployed(SHARD):
            return _handed_out(months, names)
        ledger = _on_dask(address, months, names) if address else _one_by_one(months, names)
        publish()
        leave_reading(found, ledger)
    return _told(ledger, (from_date, to_date))


@flow(name="backfill-shard", flow_run_name=run_name)
def backfill_shard(
    from_date: FirstDate, to_date: LastDate, sources: Sources = None
) -> tuple[Entry, ...] | State:
    """Reads what is unfinished of some dates of a month, and gives the ledger's rows. Others may run beside it."""
    with resources(patience_seconds=PATIENCE_SECONDS) as found:
        check_days(from_date, to_date, found.now().date())
        ledger = read_shard(found, (from_date, to_date), sources, obeying(read_as_task))
        leave_reading(found, ledger)
    return _told(ledger, (from_date, to_date))


@task(name="read-month", task_run_name="{from_date} to {to_date}", cache_policy=NO_CACHE)
def _month_as_task(from_date: dt.date, to_date: dt.date, sources: list[str]) -> list[Entry] | State:
    with resources(patience_seconds=PATIENCE_SECONDS) as found:
        ledger = read_shard(found, (from_date, to_date), sources, obeying(read_as_task))
    return finished(failures(ledger), ledger)


def _one_by_one(months: Sequence[Month], names: list[str]) -> list[Entry]:
    runs = (backfill_shard(*month, sources=names, return_state=True) for month in months)
    return [row for run in runs for row in result_of(run)]


def _on_dask(address: str, months: Sequence[Month], names: list[str]) -> list[Entry]:
    states = on_dask(address, _month_as_task, [_parameters(month, names) for month in months])
    return [row for state in states for row in result_of(state)]


def _handed_out(months: Sequence[Month], names: list[str]) -> State:
    """Has a run for each month, which any worker takes."""
    hand_out(SHARD, [Shard(_words(month), _parameters(month, names), tuple(names)) for month in months])
    handed_out = f"{count(len(months), 'month')} handed out"
    rename(handed_out)
    return Completed(message=f"{handed_out}: each is read by a run of its own", data=())


def _words(month: Month) -> str:
    first, last = month
    return f"{first} to {last}"


def _parameters(month: Month, names: list[str]) -> dict[str, object]:
    first, last = month
    return {"from_date": first, "to_date": last, "sources": names}


def _told(ledger: Sequence[Entry], days: Month) -> tuple[Entry, ...] | State:
    """Says behind the run's name what it has read; what failed makes it fail.

    A site may have answered with a list of before the first day: that is no day of ours.
    """
    read = {row.date for row in ledger if days[0] <= row.date <= days[1]}
    rename(f"{count(len(read), 'day')} read, {sum(row.new for row in ledger):,} new")
    return finished(failures(ledger), tuple(ledger))
