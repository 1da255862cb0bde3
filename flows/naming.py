"""Names of runs, as a person reads them in the Prefect UI."""

from __future__ import annotations

import datetime as dt

from prefect.runtime import flow_run


def run_name() -> str:
    """The flow and the moment that its run takes for now: `daily-round 2025-10-01 12:00`, its day where given."""
    given = flow_run.parameters
    at = given.get("as_of") or flow_run.scheduled_start_time or dt.datetime.now(dt.UTC)
    moment = dt.datetime.fromisoformat(at) if isinstance(at, str) else at
    day = f" of {given['date']}" if given.get("date") else ""
    return f"{flow_run.flow_name}{day} {moment.astimezone(dt.UTC):%Y-%m-%d %H:%M}"
