"""Rebuilds the database from its snapshots, as a Prefect flow."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from prefect import flow

from flows.run.current import resources
from flows.run.naming import rename, run_name
from flows.run.parameters import told
from flows.steps import replaying
from flows.steps.replaying import Replay
from flows.words import brief

_ONLY_INTO = "Only with `into`: what is left out would be gone from the database."


@flow(name="replay", flow_run_name=run_name)
def replay(
    from_date: Annotated[
        dt.date | None, told(f"The first date of the listings to replay. {_ONLY_INTO}")
    ] = None,
    to_date: Annotated[dt.date | None, told(f"The last date of the listings to replay. {_ONLY_INTO}")] = None,
    into: Annotated[
        str | None, told("The URL of an empty database to build. None: our own is rebuilt in its place.")
    ] = None,
) -> Replay:
    """Rebuilds in place, or builds `into` the database of a URL; see flows.steps.replaying."""
    with resources() as found:
        done = replaying.replay(found, from_date, to_date, into)
    rename(brief.of_replay(done))
    return done
