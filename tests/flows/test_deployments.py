"""What prefect.yaml states: flows that are there, with parameters that they take, limits, and words for the UI."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest
import yaml

from flows.deployment.ours import FLOWS, POOL, STARTED, TAG
from tests.acceptance.cron import moments

pytestmark = pytest.mark.engine

STATED: dict[str, Any] = yaml.safe_load(Path("prefect.yaml").read_text())
DEPLOYMENTS: list[dict[str, Any]] = STATED["deployments"]
BY_THE_CLOCK = {"every-three-hours", "every-hour", "every-morning"}


def flows() -> dict[str, Any]:
    """The flow of each deployment, by its entrypoint."""
    from prefect.flows import load_flow_from_entrypoint

    return {each["entrypoint"]: load_flow_from_entrypoint(each["entrypoint"]) for each in DEPLOYMENTS}


def test_each_flow_that_can_be_started_is_deployed(prefect: None) -> None:
    assert sorted(flow.name for flow in flows().values()) == sorted(STARTED)


def test_all_flows_are_known_as_ours(prefect: None) -> None:
    from prefect import Flow

    from flows import ingest, publish

    within = {
        found.name
        for module in (ingest, publish)
        for found in vars(module).values()
        if isinstance(found, Flow)
    }
    assert within | set(STARTED) == set(FLOWS)


def test_parameters_are_such_as_the_flows_take(prefect: None) -> None:
    found = flows()
    for each in DEPLOYMENTS:
        flow, given = found[each["entrypoint"]], each.get("parameters", {})
        for schedule in each.get("schedules", []):
            flow.validate_parameters({**given, **schedule.get("parameters", {})})
        taken = flow.parameters.properties
        assert set(given) <= set(taken)
        assert all(taken[name].get("description") for name in taken), (
            f"the form of {flow.name} explains nothing"
        )


@pytest.mark.parametrize("each", DEPLOYMENTS, ids=lambda each: each["entrypoint"])
def test_each_says_what_it_is_and_how_many_may_run(each: dict[str, Any]) -> None:
    assert each["description"].endswith(".")
    assert each["tags"][0] == TAG
    assert each["work_pool"]["name"] == POOL
    limit = each["concurrency_limit"]
    assert limit["limit"] >= 1
    assert limit["grace_period_seconds"] >= 60
    is_cancelled = limit["collision_strategy"] == "CANCEL_NEW"
    assert is_cancelled == (each["name"] in BY_THE_CLOCK), (
        "what was asked for waits, what comes by the clock does not"
    )


@pytest.mark.parametrize("each", DEPLOYMENTS, ids=lambda each: each["entrypoint"])
def test_what_comes_by_the_clock_has_schedules_with_a_time_zone_and_a_name(each: dict[str, Any]) -> None:
    schedules = each.get("schedules", [])
    assert bool(schedules) == (each["name"] in BY_THE_CLOCK)
    for schedule in schedules:
        assert schedule["timezone"] in available_timezones()
        assert schedule["slug"]
        assert "active" not in schedule, "who has switched it off in the UI would have it on again"


@pytest.mark.parametrize("month", [1, 7])
def test_housekeeping_meets_no_round_in_winter_and_in_summer(month: int) -> None:
    begin = datetime(2026, month, 5, tzinfo=UTC)
    by_name = {each["name"]: each.get("schedules", []) for each in DEPLOYMENTS}

    def due(name: str) -> list[datetime]:
        return [
            at
            for each in by_name[name]
            for at in moments(each["cron"], each["timezone"], begin, begin + timedelta(days=3))
        ]

    apart = [abs(at - a_round) for at in due("every-morning") for a_round in due("every-three-hours")]
    assert min(apart) >= timedelta(minutes=60)


def test_shards_are_looked_for_where_they_are_stated(prefect: None) -> None:
    from flows import backfill, digest

    found = flows()
    names = {f"{found[each['entrypoint']].name}/{each['name']}" for each in DEPLOYMENTS}
    assert {backfill.SHARD, digest.SHARD} <= names


def test_a_run_goes_on_in_the_folder_of_its_worker_and_says_that_it_does() -> None:
    (step,) = STATED["pull"]
    assert step == {"prefect.deployments.steps.set_working_directory": {"directory": "."}}
    for each in DEPLOYMENTS:
        variables = each["work_pool"]["job_variables"]
        assert variables["working_dir"] == "."
        assert int(variables["env"]["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"]) == 30
