"""The events that Prefect sends, as its server gets them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from prefect.events import Event


@contextmanager
def emitted() -> Iterator[list[Event]]:
    """The events that are sent meanwhile, there at the end; they reach the server all the same."""
    from prefect.events.clients import AssertingPassthroughEventsClient
    from prefect.events.worker import EventsWorker

    worker = EventsWorker.instance(AssertingPassthroughEventsClient)
    seen: list[Event] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EventsWorker, "instance", lambda *_: worker)
        yield seen
    worker.drain()
    last = AssertingPassthroughEventsClient.last
    seen += last.events if last else ()


def named(events: list[Event], beginning: str) -> list[tuple[str, str, dict[str, object]]]:
    """Of the events whose name begins so: the name, the id of the resource, the payload."""
    return [
        (event.event, event.resource.id, dict(event.payload))
        for event in events
        if event.event.startswith(beginning)
    ]
