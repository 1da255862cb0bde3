"""Names of runs, as a person reads them in the Prefect UI."""

from __future__ import annotations

import datetime as dt

from prefect.runtime import flow_run


def run_name() -> str:
    """The flow, the days that it was given, and the moment that its run takes for now.

    `daily-round 2025-10-01 12:00`, `backfill 2025-01-15 to 2025-03-31 2025-10-01 12:00`.
    """
    given = flow_run.parameters
    at = given.get("as_of") or flow_run.scheduled_start_time or dt.datetime.now(dt.UTC)
    moment = dt.datetime.fromisoformat(at) if isinstance(at, str) else at
    day = f" of {given['date']}" if given.get("date") else ""
    days = " to ".join(str(given[name]) for name in ("from_date", "to_date") if given.get(name))
    return f"{flow_run.flow_name}{day}{days and f' {days}'} {moment.astimezone(dt.UTC):%Y-%m-%d %H:%M}"
