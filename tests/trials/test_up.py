"""`paperround up` as a person runs it: an empty folder, one command, and what is left of it at the end."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.trials.asking import asked, pause, started
from tests.trials.machines import ROOT, Process, answers_at, basic_environment, free_port, run, wait_until
from tests.trials.site import Site

pytestmark = pytest.mark.trial

UNIT = (ROOT / "docs" / "paperround.service").read_text()
COMMAND = re.findall(r"^ExecStart=/srv/paperround/\.venv/bin/(.*)$", UNIT, re.MULTILINE)[0].split()
"""What systemd would start."""
UP_WITHIN_SECONDS = 300.0
GONE_WITHIN_SECONDS = 60.0


def environment(home: Path, **settings: str) -> dict[str, str]:
    """Nothing but what a new user has, and the settings of the trial."""
    given = basic_environment(home)
    del given["PREFECT_HOME"]
    return {**given, "PAPERROUND_HOME": str(home / "var"), **settings}


@contextmanager
def up(home: Path, given: Mapping[str, str], *options: str) -> Iterator[tuple[Process, str, str]]:
    """An `up` with everything there: its process, its site, and its Prefect server."""
    site, prefect = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    ports = ("--port", site.rpartition(":")[2], "--prefect-port", prefect.rpartition(":")[2])
    began = time.monotonic()
    output = home / f"up-{len(list(home.glob('up-*.log')))}.log"
    with Process(*COMMAND, *ports, *options, environment=given, output=output) as process:

        def stands() -> bool:
            assert process.is_running, "up has ended"
            return "everything is up" in process.said()

        wait_until(stands, UP_WITHIN_SECONDS, "everything is up")
        print(f"everything is up after {time.monotonic() - began:.0f} s")
        yield process, site, prefect


def tree(process: Process) -> dict[int, str]:
    """The processes that bear the mark of an `up`, whatever session they are in, and its warden, with their commands."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is not ours
            home = f"PAPERROUND_HOME={Path(process.output.parent)}/var"
            if home.encode() in (folder / "environ").read_bytes():
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found[int(folder.name)] = command
    return {pid: command for pid, command in found.items() if command and pid != process.pid}


def page(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        found: bytes = answer.read()
        return found.decode()


def test_the_demo_is_seen_and_served_comes_back_and_leaves_nothing(tmp_path: Path) -> None:
    given = environment(tmp_path)
    with up(tmp_path, given, "--demo") as (process, site, prefect):
        assert "<title>" in page(f"{site}/")
        assert answers_at(prefect)
        rounds = asked(f"{prefect}/api", "flow_runs/count", {"flows": {"name": {"any_": ["daily-round"]}}})
        assert rounds == 13
        assert asked(f"{prefect}/api", "deployments/count") == 0, "a demo has no schedules"

        refused = run("paperround", "up", "--port", "0", "--prefect-port", "0", environment=given, code=1)
        assert f"process {process.pid}, its site at {site}" in refused.stderr

        (app,) = [pid for pid, command in tree(process).items() if "paperround serve" in command]
        os.kill(app, signal.SIGKILL)
        began = time.monotonic()
        wait_until(lambda: "the site is there again" in process.said(), 60, "a killed site comes back")
        print(f"a killed site is there again after {time.monotonic() - began:.1f} s")
        assert answers_at(f"{site}/")
        assert "app was killed by SIGKILL; it starts again in 1 s" in process.said()

        began = time.monotonic()
        assert process.stop() == 0
        print(f"everything has ended {time.monotonic() - began:.1f} s after SIGTERM")
        assert tree(process) == {}
        assert not answers_at(prefect)


def test_without_a_network_the_site_says_so_and_a_killed_up_leaves_nothing(tmp_path: Path) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    names = ("HUGGINGFACE_URL", "ARXIV_URL", "ARXIV_OAI_URL", "ARXIV_API_URL", "ARXIV_RSS_URL")
    given = environment(
        tmp_path,
        PAPERROUND_LOG="json",
        PAPERROUND_MIN_INTERVAL="0",
        **{f"PAPERROUND_{name}": nobody for name in names},
    )
    with up(tmp_path, given) as (process, site, prefect):
        assert re.search(r"\bfailed\b", page(f"{site}/status/"))
        assert {
            row["verdict"]
            for row in json.loads(run("paperround", "status", "--json", environment=given).stdout)
        } == {"failed"}
        deployments = asked(f"{prefect}/api", "deployments/filter")
        assert {"daily-round", "digest"} <= {
            each["entrypoint"].rpartition(":")[2].replace("_", "-") for each in deployments
        }

        lines = [json.loads(line) for line in process.said().splitlines()]
        assert {line["origin"] for line in lines} >= {"up", "round", "deploy", "worker"}
        assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)

        assert tree(process)
        os.kill(process.pid, signal.SIGKILL)
        began = time.monotonic()
        wait_until(lambda: not tree(process), GONE_WITHIN_SECONDS, "nothing is left of a killed up")
        print(f"nothing is left {time.monotonic() - began:.1f} s after SIGKILL of up itself")
        assert not answers_at(f"{site}/")
        assert not answers_at(prefect)


def be_away(prefect: Path) -> None:
    """Sets back by an hour until when a Prefect server, which has ended, waits for what: as if it had been away."""
    past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    index, leases = prefect / "concurrency_leases" / "expirations.json", {}
    for path in {*index.parent.glob("*.json")} - {index}:
        leases[path.stem] = past
        path.write_text(json.dumps({**json.loads(path.read_text()), "expiration": past}))
    index.write_text(json.dumps(leases))
    with closing(sqlite3.connect(prefect / "prefect.db")) as database, database:
        for column in ("start", "[end]"):
            earlier = f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-1 hour')"
            database.execute(f"UPDATE automation_bucket SET {column} = {earlier}")


def test_a_run_that_was_killed_with_its_server_is_taken_again_however_long_that_was_away(
    tmp_path: Path, site: Site
) -> None:
    given = environment(tmp_path, **site.environment(), PREFECT_WORKER_QUERY_SECONDS="1")
    with up(tmp_path, given) as (process, _, prefect):
        api = f"{prefect}/api"
        pause(api)
        site.hold("")
        round_ = started(api, "daily-round/every-three-hours", as_of=site.moment.isoformat(), no_mail=True)
        wait_until(lambda: site.held, 60, "the run asks for its first page")
        heard = {"filter": {"event": {"name": ["prefect.flow-run.heartbeat"]}}}
        wait_until(lambda: asked(api, "events/filter", heard)["total"], 60, "the run was heard from")
        os.kill(process.pid, signal.SIGKILL)
        wait_until(lambda: not tree(process), GONE_WITHIN_SECONDS, "nothing is left of a killed up")
    be_away(tmp_path / "var" / "prefect")
    site.release()
    with up(tmp_path, given) as (_, _, prefect):
        api, began = f"{prefect}/api", time.monotonic()
        again = {"flow_runs": {"id": {"any_": [round_]}, "state": {"type": {"any_": ["COMPLETED"]}}}}
        (done,) = wait_until(lambda: asked(api, "flow_runs/filter", again), 120, "the run is done")
        assert done["run_count"] == 2
        print(f"taken again and done {time.monotonic() - began:.0f} s after everything is up")


def test_a_run_that_is_under_way_is_waited_for(tmp_path: Path, site: Site) -> None:
    given = environment(tmp_path, **site.environment(), PREFECT_WORKER_QUERY_SECONDS="1")
    with up(tmp_path, given) as (process, _, prefect):
        pause(f"{prefect}/api")
        site.slow(1)
        started(f"{prefect}/api", "daily-round/every-three-hours")
        begins = re.compile("worker .* - Beginning flow run 'round ")
        wait_until(lambda: begins.search(process.said()), 60, "the run begins")
        os.kill(process.pid, signal.SIGINT)
        # Beside it may run what the schedules had begun before they were paused.
        awaited = re.compile("waiting for (.*, )?round ")
        wait_until(lambda: awaited.search(process.said()), 30, "it says what it waits for")
        site.mend()
        wait_until(lambda: not process.is_running, 90, "up ends when the run has")
        assert process.stop() == 0
        assert re.search(
            r"Flow run 'round .*' - Finished in state", process.said().rpartition("waiting for")[2]
        )
        assert "cutting off" not in process.said()
