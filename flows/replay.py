"""Rebuilds the database from its snapshots, as a Prefect flow."""

from __future__ import annotations

import datetime as dt

from prefect import flow

from flows.current import resources
from flows.naming import run_name
from flows.steps import replaying
from flows.steps.replaying import Replay


@flow(name="replay", flow_run_name=run_name)
def replay(
    from_date: dt.date | None = None, to_date: dt.date | None = None, into: str | None = None
) -> Replay:
    """Rebuilds in place, or builds `into` the database of a URL; see flows.steps.replaying."""
    with resources() as found:
        return replaying.replay(found, from_date, to_date, into)
