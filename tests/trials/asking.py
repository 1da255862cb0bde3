"""What a trial asks of a Prefect server: by its API alone, as any other program would."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.error import HTTPError

from tests.trials.machines import wait_until

BUSY_SECONDS = 120
"""A server on SQLite has been seen to wait for its lock for a minute."""
FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def asked(api: str, path: str, given: Mapping[str, object] | None = None, method: str = "POST") -> Any:
    """What the API answers to a request with a body in JSON; None where it says nothing."""
    request = urllib.request.Request(
        f"{api}/{path}", json.dumps(given or {}).encode(), {"content-type": "application/json"}, method=method
    )
    said = wait_until(lambda: _answer(request), BUSY_SECONDS, f"the Prefect server has time for {path}")
    return json.loads(said.body) if said.body else None


class _Said(NamedTuple):
    body: bytes


def _answer(request: urllib.request.Request) -> _Said | None:
    """What is answered; None by a server that has no time now: so Prefect's own programs take 503, too."""
    try:
        with urllib.request.urlopen(request, timeout=BUSY_SECONDS) as answer:
            return _Said(answer.read())
    except HTTPError as error:
        error.close()
        if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
            raise
        return None


def started(api: str, deployment: str, **parameters: object) -> str:
    """Starts a run of a deployment, `flow/name`; its id."""
    found = asked(api, f"deployments/name/{deployment}", method="GET")
    run: str = asked(api, f"deployments/{found['id']}/create_flow_run", {"parameters": parameters})["id"]
    return run


def pause(api: str) -> None:
    """Stops all schedules: only what a trial starts is run."""
    for deployment in asked(api, "deployments/filter"):
        asked(api, f"deployments/{deployment['id']}/pause_deployment")


def runs_of(api: str, flow: str) -> list[dict[str, Any]]:
    """All runs of a flow, the first to be wanted first."""
    which = {"flows": {"name": {"any_": [flow]}}, "sort": "EXPECTED_START_TIME_ASC"}
    found: list[dict[str, Any]] = asked(api, "flow_runs/filter", which)
    return found


def hurry(api: str, automation: str, seconds: float) -> None:
    """Lets the server wait for so long alone before it does what an automation of ours, by the end of its name, does."""
    (found,) = [each for each in asked(api, "automations/filter") if each["name"].endswith(automation)]
    kept = {name: found[name] for name in ("name", "description", "enabled", "tags", "actions")}
    trigger = {**found["trigger"], "within": seconds}
    asked(api, f"automations/{found['id']}", {**kept, "trigger": trigger}, method="PUT")


def states(api: str, flow: str) -> Counter[str]:
    """How many runs of a flow are in each type of state."""
    return Counter(run["state_type"] for run in runs_of(api, flow))


def ended(api: str, run_id: str, seconds: float) -> dict[str, Any]:
    """A run when it has ended; AssertionError when that takes longer. A server that is too busy to answer is asked again."""

    def look() -> dict[str, Any] | None:
        try:
            run: dict[str, Any] = asked(api, f"flow_runs/{run_id}", method="GET")
        except OSError:
            return None
        return run if run["state_type"] in FINAL else None

    return wait_until(look, seconds, f"the run {run_id} has ended")


def tasks_of(api: str, flow: str) -> int:
    """How many task runs the runs of a flow have had."""
    found: int = asked(api, "task_runs/count", {"flows": {"name": {"any_": [flow]}}})
    return found


def seconds_until_taken_again(api: str, flow: str, since: datetime) -> float:
    """So long after a moment a run of a flow that had begun before it began anew."""
    again = [run["id"] for run in runs_of(api, flow) if run["run_count"] > 1]
    history = [asked(api, f"flow_run_states/?flow_run_id={run}", method="GET") for run in again]
    begun = [
        datetime.fromisoformat(state["timestamp"])
        for states in history
        for state in states
        if state["type"] == "RUNNING"
    ]
    return min((moment - since).total_seconds() for moment in begun if moment > since)
