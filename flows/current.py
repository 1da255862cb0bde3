"""The resources of the flow that is running: opened by the outermost, shared by the flows within it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from flows.settings import load_settings
from flows.steps.resources import Resources, clock, opened

_current: ContextVar[Resources | None] = ContextVar("resources", default=None)


@contextmanager
def resources(as_of: dt.datetime | None = None) -> Iterator[Resources]:
    """The resources of the surrounding flow, or, for the outermost, those of the settings."""
    surrounding = _current.get()
    if surrounding is not None:
        yield surrounding
        return
    with opened(load_settings(), clock(as_of)) as made, using(made):
        yield made


@contextmanager
def using(given: Resources) -> Iterator[None]:
    """Makes resources those of the flows that are run within."""
    token = _current.set(given)
    try:
        yield
    finally:
        _current.reset(token)
