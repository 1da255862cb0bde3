"""A round by its deployment: a real server, a real worker, both sites, and what an operator then sees in the UI."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browsing import a_browser
from tests.trials.asking import asked, ended, pause
from tests.trials.machines import PrefectServer, run, worker
from tests.trials.site import EVENING, Site, running

pytestmark = pytest.mark.trial

ROUND = "daily-round/every-three-hours"
MORNING = EVENING + timedelta(hours=12)
BLOCKED = "^/(papers|api)"
"""What Hugging Face forbids in the morning."""
WITHIN_SECONDS = 180
KEYS = {"ledger", "failures", "feeds", "round", "last-30-days", "status-page", "day-page"}


@dataclass(frozen=True)
class Recorded:
    """A run that has ended, as the server tells of it, with all runs within it."""

    api: str
    run: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The id of the run of the round."""
        return str(self.run["id"])

    def flows(self) -> dict[str, str]:
        """The types of the states of the round and the flows within it, by name."""
        within = {"flow_runs": {"parent_flow_run_id": {"any_": [self.id]}}}
        found = [self.run, *asked(self.api, "flow_runs/filter", within)]
        return {each["name"]: each["state_type"] for each in found}

    def tasks(self) -> dict[str, str]:
        """The types of the states of all tasks within it, by name."""
        found: list[dict[str, Any]] = asked(self.api, "task_runs/filter", self._in_all())
        # A flow within a flow is for Prefect a task of the outer one, too.
        return {each["name"]: each["state_type"] for each in found if not each["state"]["state_details"]["child_flow_run_id"]}

    def artifacts(self) -> dict[str, str]:
        """What it has left, by key."""
        found = asked(self.api, "artifacts/filter", self._in_all())
        return {each["key"]: str(each["data"]) for each in found if each["key"]}

    def _in_all(self) -> dict[str, object]:
        within = {"flow_runs": {"parent_flow_run_id": {"any_": [self.id]}}}
        ids = [self.id, *(each["id"] for each in asked(self.api, "flow_runs/filter", within))]
        return {"flow_runs": {"id": {"any_": ids}}, "limit": 200}


@dataclass(frozen=True)
class Watched:
    """An installation that was deployed: a good round in the evening, and one in the morning that a site forbids."""

    server: PrefectServer
    home: Path
    good: Recorded
    blocked: Recorded


@pytest.fixture(scope="module")
def watched(prefect_here: PrefectServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    home = tmp_path_factory.mktemp("watched") / "var"
    with running() as site:
        environment = {
            **prefect_here.environment,
            **site.environment(),
            "PAPERROUND_HOME": str(home),
        }
        began = monotonic()
        run("paperround", "deploy", environment=environment)
        print(f"deployed in {monotonic() - began:.1f} s")
        pause(prefect_here.api)
        with worker(environment):
            good = a_round(prefect_here.api, environment, EVENING)
            site.at(MORNING)
            site.fail(BLOCKED, 403)
            blocked = a_round(prefect_here.api, environment, MORNING)
        yield Watched(prefect_here, home, good, blocked)


def a_round(api: str, environment: Mapping[str, str], moment: datetime) -> Recorded:
    """Starts the round by its deployment, as an operator does, and waits for its end."""
    began = monotonic()
    said = run(
        "prefect", "deployment", "run", ROUND, "-p", f"as_of={moment.isoformat()}", environment=environment
    ).stdout
    found = re.search(r"UUID: (\S+)", said)
    assert found, said
    asked_for = monotonic()
    done = Recorded(api, ended(api, found[1], WITHIN_SECONDS))
    print(
        f"{done.run['name']}: {done.run['state_name']}; asked for in {asked_for - began:.1f} s, "
        f"ended after {monotonic() - asked_for:.1f} s, {done.run['total_run_time']:.1f} s of them at work; "
        f"{len(done.flows())} flow runs, {len(done.tasks())} task runs, {len(done.artifacts())} artifacts"
    )
    return done


def test_show(watched: Watched) -> None:
    for each in (watched.good, watched.blocked):
        print(each.run["state"]["message"])
        print(each.flows())
        print(each.tasks())
        for k, v in each.artifacts().items():
            print("=====", k); print(v[:1500])
