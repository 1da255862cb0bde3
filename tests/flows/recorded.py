"""What the tests of the flows run on, and what they find in Prefect afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.demo.stage import DemoSite
from flows.settings import load_settings
from flows.sources.base import Source
from flows.sources.client import Validators
from flows.steps.demonstrating import DEMO_URL
from flows.steps.resources import Get, Resources, clock, opened
from models.errors import FetchError
from models.records import Answer

MORNING = datetime(2026, 11, 10, 8, 15, tzinfo=UTC)
EVENING = datetime(2026, 11, 10, 20, 15, tzinfo=UTC)


@contextmanager
def resources(home: Path, moment: datetime, *, down: bool = False) -> Iterator[Resources]:
    """The demo's site at a moment, or a site that is down."""
    site = DemoSite(clock(moment))

    def get(url: str, _validators: Validators | None) -> Answer:
        if down:
            raise FetchError(
                Answer(url, moment, 503, error="answers 503 <Service Unavailable>"), retryable=True
            )
        return site.fetch(url)

    @contextmanager
    def visit(_source: Source) -> Iterator[Get]:
        yield get

    settings = load_settings(home=home, sources="huggingface", huggingface_url=DEMO_URL)
    with opened(settings, clock(moment), visit) as found:
        yield found


def artifacts() -> dict[str, Any]:
    """The newest artifact under each key."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import ArtifactSort

    async def read() -> dict[str, Any]:
        async with get_client() as client:
            found = await client.read_artifacts(sort=ArtifactSort.CREATED_DESC)
        return {str(artifact.key): artifact.data for artifact in reversed(found)}

    return asyncio.run(read())


def runs() -> dict[str, str]:
    """The type of the state of each flow run and task run, by name."""
    from prefect.client.orchestration import get_client

    async def read() -> dict[str, str]:
        async with get_client() as client:
            flows, tasks = await client.read_flow_runs(), await client.read_task_runs()
        states = {run.name: run.state_type for run in flows} | {run.name: run.state_type for run in tasks}
        return {name: state.value for name, state in states.items() if state}

    return asyncio.run(read())
