"""The round in Prefect: a real engine, which starts once. All else is tested on the plain steps."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows import engine
from flows.demo.stage import DemoSite
from flows.settings import load_settings
from flows.sources.base import Source
from flows.sources.client import Validators
from flows.steps.demonstrating import DEMO_URL
from flows.steps.resources import Get, Resources, clock, opened
from models.errors import FetchError
from models.records import Answer

pytestmark = pytest.mark.engine
MORNING = datetime(2026, 11, 10, 8, 15, tzinfo=UTC)
EVENING = datetime(2026, 11, 10, 20, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A Prefect server with a database of its own."""
    engine.quiet()
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        yield


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

    settings = load_settings(home=home, huggingface_url=DEMO_URL)
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


def test_a_round_is_recorded_with_readable_names_and_artifacts_and_a_failed_one_says_why(
    prefect: None, tmp_path: Path
) -> None:
    from flows.current import using
    from flows.outcomes import result_of
    from flows.round import daily_round

    with resources(tmp_path, MORNING) as found, using(found):
        done = result_of(daily_round(as_of=MORNING, return_state=True))
    assert [entry.verdict for entry in done.ledger] == ["fresh"]
    assert (
        runs().items()
        >= {
            "daily-round 2026-11-10 08:15": "COMPLETED",
            "ingest 2026-11-10 08:15": "COMPLETED",
            "publish 2026-11-10 08:15": "COMPLETED",
            "huggingface daily 2026-11-10": "COMPLETED",
            "feeds all to robotics": "COMPLETED",
        }.items()
    )
    left = artifacts()
    assert json.loads(left["ledger"])[0]["verdict"] == "fresh"
    assert left["failures"] == "Nothing failed."
    assert "[all.atom](http://127.0.0.1:8000/feeds/all.atom)" in left["feeds"]
    feeds = {path.name: path.read_bytes() for path in (tmp_path / "public" / "feeds").iterdir()}

    with resources(tmp_path, EVENING, down=True) as found, using(found):
        state = daily_round(as_of=EVENING, return_state=True)
        done = result_of(state)
    assert state.is_failed()
    assert "huggingface daily 2026-11-10: failed: page: " in str(state.message)
    assert [entry.verdict for entry in done.ledger] == ["failed"]
    assert {name: kind for name, kind in runs().items() if "20:15" in name} == {
        "daily-round 2026-11-10 20:15": "FAILED",
        "ingest 2026-11-10 20:15": "FAILED",
        "publish 2026-11-10 20:15": "COMPLETED",
    }
    assert "answers 503 &lt;Service Unavailable>" in artifacts()["failures"]
    assert feeds == {path.name: path.read_bytes() for path in (tmp_path / "public" / "feeds").iterdir()}


def test_each_deployment_names_a_flow_that_is_there(prefect: None) -> None:
    import yaml
    from prefect.flows import load_flow_from_entrypoint

    stated = yaml.safe_load(Path("prefect.yaml").read_text())
    names = [load_flow_from_entrypoint(given["entrypoint"]).name for given in stated["deployments"]]
    assert names == ["daily-round", "backfill", "replay"]
    cron = stated["deployments"][0]["schedules"][0]
    assert cron["timezone"] == "UTC"
