"""The backfill in Prefect: months as runs, begun once each, at one pace."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from time import monotonic

import pytest

from flows.settings import load_settings
from flows.sources.huggingface import huggingface
from tests.flows.handed import deployed, each_run, runs_of
from tests.flows.recorded import EVENING, artifacts, resources, runs

pytestmark = pytest.mark.engine


def test_a_backfill_reads_month_after_month_and_publishes_once(prefect: None, tmp_path: Path) -> None:
    from flows.backfill import backfill
    from flows.run.current import using
    from flows.run.outcomes import result_of

    before = each_run().keys()
    with resources(tmp_path, EVENING) as found, using(found):
        rows = result_of(backfill(date(2026, 10, 31), date(2026, 11, 1), return_state=True))
    assert {row.date for row in rows} >= {date(2026, 10, 31), date(2026, 11, 1)}
    made = [run for run_id, run in each_run().items() if run_id not in before]
    assert {state for _, state in made} == {"COMPLETED"}
    names = [re.sub(r" [0-9-]{10} [0-9:]{5} ", " ", name) for name, _ in made]
    assert len([name for name in names if name.startswith("publish ·")]) == 1
    assert set(names) >= {
        "backfill 2026-10-31 to 2026-11-01 · 2 days read, 9 new",
        "backfill-shard 2026-10-31 to 2026-10-31 · 1 day read, 9 new",
        "backfill-shard 2026-11-01 to 2026-11-01 · 1 day read, 0 new",
        "huggingface daily 2026-10-31",
        "huggingface daily 2026-11-01",
    }


def test_a_backfill_starts_a_run_for_each_month_and_none_twice_while_one_waits(
    prefect: None, tmp_path: Path
) -> None:
    from prefect.client.orchestration import get_client
    from prefect.states import Cancelled

    from flows.backfill import backfill, backfill_shard
    from flows.run.current import using

    months = (date(2025, 1, 15), date(2025, 3, 2))
    with resources(tmp_path, EVENING) as found, using(found), deployed(backfill_shard, "one-month") as month:
        assert backfill(*months) == ()
        assert backfill(*months) == ()
        handed = runs_of(month)
        assert {run.name: run.parameters["sources"] for run in handed} == {
            "backfill-shard 2025-01-15 to 2025-01-31": ["huggingface"],
            "backfill-shard 2025-02-01 to 2025-02-28": ["huggingface"],
            "backfill-shard 2025-03-01 to 2025-03-02": ["huggingface"],
        }
        assert len(handed) == 3
        with get_client(sync_client=True) as client:
            client.set_flow_run_state(handed[0].id, Cancelled(), force=True)
        backfill(*months)
        assert Counter(run.name for run in runs_of(month))[handed[0].name] == 2
        assert len(runs_of(month)) == 4
    assert "[backfill-shard 2025-01-15 to 2025-01-31](http" in artifacts()["shards"]
    assert "backfill 2025-01-15 to 2025-03-02 · 3 months handed out" in runs()


def test_two_workers_share_one_pace_at_a_site(prefect: None) -> None:
    from flows.run.limits import gates, limit_name

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
