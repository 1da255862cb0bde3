"""Names of runs, as a person reads them in the Prefect UI: what it is, and in the end what it has done."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from typing import Any

from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext
from prefect.runtime import flow_run

_SHORT = {"daily-round": "round"}

_LOG = logging.getLogger(__name__)


def run_name() -> str:
    """The flow and the days that it was given, else the moment (UTC) that its run takes for now.

    `round 2025-10-01 12:00`, `round of 2025-09-30 2025-10-01 12:00`, `backfill 2025-01-15 to 2025-03-31`.
    """
    given = flow_run.parameters
    flow = _SHORT.get(flow_run.flow_name or "", flow_run.flow_name)
    days = _days(given)
    if days:
        return f"{flow} {days}"
    at = given.get("as_of") or flow_run.scheduled_start_time or dt.datetime.now(dt.UTC)
    moment = dt.datetime.fromisoformat(at) if isinstance(at, str) else at
    day = f" of {given['date']}" if given.get("date") else ""
    return f"{flow}{day} {moment.astimezone(dt.UTC):%Y-%m-%d %H:%M}"


def _days(given: Mapping[str, Any]) -> str:
    first, last = given.get("from_date"), given.get("to_date")
    if first and last:
        return f"{first} to {last}"
    if first:
        return f"from {first}"
    return f"up to {last}" if last else ""


def rename(done: str) -> None:
    """Puts what the run that is running has done behind its name: `round 2025-10-01 12:00 · 38 new, 1 revised`.

    What an earlier call has put there gives way. Outside of a flow run nothing happens; a server that does not
    take the name is worth a line in the log, no failure.
    """
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        return
    run = context.flow_run
    name = f"{run.name} · {done}"  # the one that it began with, whatever the server has
    try:
        get_client(sync_client=True).set_flow_run_name(run.id, name)
    except Exception as error:  # noqa: BLE001 - the work is done, whatever becomes of its name
        _LOG.warning("The run keeps the name %s: %s", run.name, error)
