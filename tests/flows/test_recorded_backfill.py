"""The backfill in Prefect: months as runs, begun once each, at one pace."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from flows.settings import load_settings
from flows.sources.huggingface import huggingface
from tests.flows.recorded import EVENING, artifacts, resources, runs

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

pytestmark = pytest.mark.engine


def test_a_backfill_reads_month_after_month_and_publishes_once(prefect: None, tmp_path: Path) -> None:
    from flows.backfill import backfill
    from flows.current import using
    from flows.outcomes import result_of

    before = set(runs())
    with resources(tmp_path, EVENING) as found, using(found):
        rows = result_of(backfill(date(2026, 10, 31), date(2026, 11, 1), return_state=True))
    assert {row.date for row in rows} >= {date(2026, 10, 31), date(2026, 11, 1)}
    made = {name: state for name, state in runs().items() if name not in before}
    assert set(made.values()) == {"COMPLETED"}
    names = [re.sub(r" [0-9-]{10} [0-9:]{5}$", "", name) for name in made]
    assert names.count("publish") == 1
    assert set(names) >= {
        "backfill 2026-10-31 to 2026-11-01",
        "backfill-shard 2026-10-31 to 2026-10-31",
        "backfill-shard 2026-11-01 to 2026-11-01",
        "huggingface daily 2026-10-31",
        "huggingface daily 2026-11-01",
    }


def scheduled(prefix: str) -> list[FlowRun]:
    """The flow runs whose name begins so."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return [run for run in client.read_flow_runs() if run.name.startswith(prefix)]


def test_a_backfill_starts_a_run_for_each_month_and_none_twice_while_one_waits(
    prefect: None, tmp_path: Path
) -> None:
    from prefect.client.orchestration import get_client
    from prefect.states import Cancelled

    from flows.backfill import backfill, backfill_shard
    from flows.current import using

    months = (date(2025, 1, 15), date(2025, 3, 2))
    with get_client(sync_client=True) as client, resources(tmp_path, EVENING) as found, using(found):
        deployment = client.create_deployment(client.create_flow(backfill_shard), "one-month")
        assert backfill(*months) == ()
        assert backfill(*months) == ()
        runs = scheduled("backfill-shard 2025")
        assert {run.name for run in runs} == {
            "backfill-shard 2025-01-15 to 2025-01-31",
            "backfill-shard 2025-02-01 to 2025-02-28",
            "backfill-shard 2025-03-01 to 2025-03-02",
        }
        assert len(runs) == 3
        assert runs[0].parameters["sources"] == ["huggingface"]
        client.set_flow_run_state(runs[0].id, Cancelled(), force=True)
        backfill(*months)
        assert Counter(run.name for run in scheduled("backfill-shard 2025"))[runs[0].name] == 2
        client.delete_deployment(deployment)
    assert "[backfill-shard 2025-01-15 to 2025-01-31](http" in artifacts()["shards"]


def test_two_workers_share_one_pace_at_a_site(prefect: None) -> None:
    from flows.limits import gates, limit_name

    source = huggingface("https://papers.example")
    settings = load_settings(min_interval=0.2)
    with gates(settings) as one_worker, gates(settings) as another:
        waits = [one_worker(source), another(source)] * 2
        began = monotonic()
        for wait in waits:
            wait()
        lasted = monotonic() - began
    assert limit_name(source) == "paperround-papers.example"
    assert lasted >= 3 * 0.2  # a slow machine only makes it longer
