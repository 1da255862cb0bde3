"""What prefect.yaml states: flows that are there, with parameters that they take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.engine


def test_each_deployment_names_a_flow_that_is_there(prefect: None) -> None:
    import yaml
    from prefect.flows import load_flow_from_entrypoint

    stated = yaml.safe_load(Path("prefect.yaml").read_text())["deployments"]
    flows: list[Any] = [load_flow_from_entrypoint(given["entrypoint"]) for given in stated]
    assert [flow.name for flow in flows] == ["daily-round", "digest", "backfill", "backfill-shard", "replay"]
    through_the_day, evenings = stated[0]["schedules"]
    assert through_the_day["timezone"] == "UTC"
    assert evenings["timezone"] == "America/New_York"
    flows[0].validate_parameters(evenings["parameters"])


def test_the_deployment_that_a_backfill_looks_for_is_the_stated_one(prefect: None) -> None:
    import yaml

    from flows.backfill import SHARD, backfill_shard

    stated = yaml.safe_load(Path("prefect.yaml").read_text())["deployments"]
    names = [given["name"] for given in stated if given["entrypoint"].endswith(":backfill_shard")]
    assert [f"{backfill_shard.name}/{name}" for name in names] == [SHARD]
