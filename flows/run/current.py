"""The resources of the flow that is running: opened by the outermost, shared by the flows within it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from prefect import tags
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from flows.deployment.ours import TAG
from flows.run.hearing import open_ears
from flows.run.limits import gates
from flows.settings import Settings, load_settings
from flows.steps.resources import PATIENCE_SECONDS, Resources, clock, opened

_current: ContextVar[Resources | None] = ContextVar("resources", default=None)


@contextmanager
def resources(
    as_of: dt.datetime | None = None, patience_seconds: float = PATIENCE_SECONDS
) -> Iterator[Resources]:
    """The resources of the surrounding flow, or, for the outermost, those of the settings."""
    open_ears()
    surrounding = _current.get()
    if surrounding is not None:
        yield surrounding
        return
    with limited(load_settings(), clock(as_of), patience_seconds) as made, using(made):
        yield made


@contextmanager
def limited(
    settings: Settings, now: Callable[[], dt.datetime], patience_seconds: float = PATIENCE_SECONDS
) -> Iterator[Resources]:
    """The resources that the settings name, under the rate limits that all runs of a Prefect server share."""
    with (
        gates(settings) as gate,
        opened(settings, now, patience_seconds=patience_seconds, gate=gate) as made,
    ):
        yield made


@contextmanager
def using(given: Resources) -> Iterator[None]:
    """Makes resources those of the flows that are run within, whose runs bear our tag."""
    token = _current.set(given)
    try:
        with tags(TAG):
            yield
    finally:
        _current.reset(token)


@contextmanager
def unheard() -> Iterator[None]:
    """Flows that are run within send no heartbeat: Prefect ends the thread that does at its next full second alone."""
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield
