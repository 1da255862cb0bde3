"""A round by its deployment: a real server, a real worker, both sites, and what an operator then sees in the UI."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browsing import a_browser
from tests.trials.asking import asked, ended, pause
from tests.trials.machines import PrefectServer, run, worker
from tests.trials.site import EVENING, running

pytestmark = pytest.mark.trial

ROUND = "daily-round/every-three-hours"
MORNING = EVENING + timedelta(hours=12)
BLOCKED = "^/(papers|api)"
"""What Hugging Face forbids in the morning."""
WITHIN_SECONDS = 180
SHOWN_WITHIN_SECONDS = 60
VIEWPORT = ViewportSize(width=1400, height=1000)
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

    @property
    def page(self) -> str:
        """Where the UI shows it."""
        return f"runs/flow-run/{self.id}"

    def flows(self) -> dict[str, str]:
        """The types of the states of the round and the flows within it, by name."""
        within = {"flow_runs": {"parent_flow_run_id": {"any_": [self.id]}}}
        found = [self.run, *asked(self.api, "flow_runs/filter", within)]
        return {each["name"]: each["state_type"] for each in found}

    def tasks(self) -> dict[str, str]:
        """The types of the states of all tasks within it, by name."""
        found: list[dict[str, Any]] = asked(self.api, "task_runs/filter", self._in_all())
        # A flow within a flow is for Prefect a task of the outer one, too.
        return {
            each["name"]: each["state_type"]
            for each in found
            if not each["state"]["state_details"]["child_flow_run_id"]
        }

    def artifacts(self) -> dict[str, str]:
        """What it has left, by key."""
        return {key: str(each["data"]) for key, each in self._left().items()}

    def address(self, key: str) -> str:
        """Where the UI shows what it has left under a key."""
        return f"artifacts/artifact/{self._left()[key]['id']}"

    def _left(self) -> dict[str, dict[str, Any]]:
        found = asked(self.api, "artifacts/filter", self._in_all())
        return {each["key"]: each for each in found if each["key"]}

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


def test_a_round_by_its_deployment_completes_and_is_named_by_what_it_did(watched: Watched) -> None:
    assert watched.good.run["state_name"] == "Completed"
    assert watched.good.flows() == {
        "round 2026-11-10 20:15 · 29 new": "COMPLETED",
        "ingest 2026-11-10 20:15 · 29 new": "COMPLETED",
        "publish 2026-11-10 20:15 · 23 feeds changed": "COMPLETED",
    }
    listings = [f"arxiv {category} 2026-11-10" for category in ("cs.AI", "cs.CL", "cs.CV", "cs.LG")]
    tasks = ["huggingface daily 2026-11-10", *listings, "feeds all to robotics"]
    assert watched.good.tasks() == dict.fromkeys(tasks, "COMPLETED")


def test_it_leaves_what_an_operator_looks_for(watched: Watched) -> None:
    left = watched.good.artifacts()
    assert left.keys() == KEYS
    rows = {(row["section"], row["verdict"], row["parsed"]) for row in json.loads(left["ledger"])}
    assert rows == {
        ("daily", "fresh", "10"),
        ("cs.AI", "quiet", "0"),
        ("cs.CL", "fresh", "12"),
        ("cs.CV", "fresh", "10"),
        ("cs.LG", "fresh", "7"),
    }
    assert left["failures"] == "Nothing failed."
    assert "/feeds/all.atom>)" in left["feeds"]
    assert "| [Tue 10 Nov](" in left["last-30-days"]
    assert "/days/2026-11-10/" in left["day-page"]


def test_what_is_published_is_on_disk(watched: Watched) -> None:
    public = watched.home / "public"
    wanted = [
        "index.html",
        "days/2026-11-10/index.html",
        "status/index.html",
        "feeds/all.atom",
        "feeds/index.opml",
    ]
    assert [name for name in wanted if not (public / name).is_file()] == []
    assert len(feedparser.parse((public / "feeds" / "all.atom").read_bytes()).entries) == 35


def test_a_round_of_a_site_that_forbids_fails_and_says_which_listings_and_why(watched: Watched) -> None:
    blocked = watched.blocked
    assert blocked.run["state_name"] == "Failed"
    assert blocked.run["name"] == "round 2026-11-11 08:15 · 8 new, 1 revised, 2 listings missing"
    message = blocked.run["state"]["message"]
    assert message.startswith("huggingface daily 2026-11-10: failed: page: http://127.0.0.1:")
    assert "huggingface daily 2026-11-11: failed: " in message
    assert "answers 403 Forbidden" in message
    failed = {name for name, state in blocked.tasks().items() if state == "FAILED"}
    assert failed == {"huggingface daily 2026-11-10", "huggingface daily 2026-11-11"}


def test_its_artifacts_say_why_and_what_was_done_all_the_same(watched: Watched) -> None:
    left = watched.blocked.artifacts()
    assert left.keys() == KEYS
    assert "**huggingface daily 2026-11-11**: failed: page: " in left["failures"]
    assert "/papers/date/2026-11-11: status 403" in left["failures"]
    assert "- arxiv cs.CL 2026-11-11: 6 declared, 6 read, 4 new" in left["round"]
    assert "**failed**, good before" in left["last-30-days"]
    published = [name for name, state in watched.blocked.flows().items() if name.startswith("publish ")]
    assert len(published) == 1


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of the UI go: the folder that TRIALS_SCREENSHOTS names, else one of pytest's."""
    folder = Path(os.environ.get("TRIALS_SCREENSHOTS") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page of a browser that asks nobody but this machine."""
    with a_browser() as browser, browser.new_context(viewport=VIEWPORT, color_scheme="light") as context:
        context.route(lambda url: urlsplit(url).hostname != "127.0.0.1", lambda route: route.abort())
        yield context.new_page()


def test_the_ui_shows_the_runs_and_their_artifacts(watched: Watched, page: Page, pictures: Path) -> None:
    good, blocked = watched.good, watched.blocked

    def see(name: str, *words: str) -> None:
        """Waits until the page has all words, and takes its picture."""
        for word in words:
            page.get_by_text(word).first.wait_for(timeout=SHOWN_WITHIN_SECONDS * 1000)
        page.screenshot(path=pictures / f"{name}.png", full_page=True, animations="disabled")
        print(pictures / f"{name}.png")

    shown: dict[str, tuple[str, Sequence[str]]] = {
        "deployments": ("deployments", ["every-three-hours", "every-hour", "by-hand"]),
        "runs": ("runs", [good.run["name"], blocked.run["name"]]),
        "run": (good.page, [good.run["name"], "every-three-hours", "Beginning flow run"]),
        "artifacts": ("artifacts", sorted(KEYS)),
        "ledger": (good.address("ledger"), ["cs.CV", "fresh", "quiet"]),
        "last-30-days": (blocked.address("last-30-days"), ["Wed 11 Nov", "good before"]),
        "failures": (blocked.address("failures"), ["huggingface daily 2026-11-11", "status 403"]),
        "failed-run": (blocked.page, [blocked.run["name"], "every-three-hours", "Beginning flow run"]),
    }
    for name, (path, words) in shown.items():
        page.goto(f"{watched.server.url}/{path}")
        see(name, *words)
    page.get_by_text("Artifacts", exact=True).first.click()
    see("failed-run-artifacts", "What this round did.")
