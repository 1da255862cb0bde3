"""What Prefect adds to a round: under a running server, under a temporary one, and beside the plain round.

`python -m benchmarks.overhead [--rounds N]`
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.measuring import print_table
from tests.trials.asking import asked
from tests.trials.machines import PrefectServer, basic_environment, prefect_server, run
from tests.trials.site import EVENING, Site, running

ROUNDS = 3
INTERVAL_SECONDS = 0.1
"""Between two requests to a site: what is waited for is the same for all, and with Prefect it is asked for a turn."""

LISTINGS: Mapping[str, Mapping[str, str]] = {
    "1 listing": {"PAPERROUND_SOURCES": "huggingface"},
    "10 listings": {"PAPERROUND_ARXIV_CATEGORIES": "cs.AI,cs.CL,cs.CV,cs.LG,cs.RO,cs.CC,cs.CG,cs.CR,cs.CY"},
}
PLAIN, SERVED, TEMPORARY = "plain functions", "a running server", "a temporary server"

_PLAIN_OR_SERVED = """
from flows.cli import main
sys.argv[1:] = ["run", "--as-of", os.environ["AS_OF"], "--no-mail"]
main()
"""
_TEMPORARY = """
from datetime import datetime
from flows import engine
engine.quiet()
from flows.round import daily_round
daily_round(as_of=datetime.fromisoformat(os.environ["AS_OF"]), no_mail=True)
"""
_MEASURED = """
import atexit, json, os, resource, sys
import httpx

asked = 0

def counting(send):
    def counted(self, request):
        global asked
        asked += request.url.path.startswith("/api/") and str(request.url.port) not in os.environ["SITES"].split()
        return send(self, request)
    return counted

def tell():  # when all else has ended, a temporary server too
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu, children = (each.ru_utime + each.ru_stime for each in used)
    with open(os.environ["TOLD"], "w") as file:
        json.dump({"cpu": cpu, "children": children, "requests": asked}, file)

atexit.register(tell)
httpx.HTTPTransport.handle_request = counting(httpx.HTTPTransport.handle_request)
httpx.AsyncHTTPTransport.handle_async_request = counting(httpx.AsyncHTTPTransport.handle_async_request)
"""
_IDLE_SECONDS = 10.0
_SETTLES_SECONDS = 5.0
"""So long a server stores what it was told before it has nothing left to do."""


class Cost(NamedTuple):
    """What a round has cost: seconds of CPU and by the clock, and what Prefect had to do with it."""

    process_cpu: float
    server_cpu: float
    wall: float
    requests: float
    flow_runs: float = 0
    task_runs: float = 0


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds of each kind")
    rounds: int = parser.parse_args().rounds
    with (
        TemporaryDirectory() as folder,
        running(EVENING, INTERVAL_SECONDS) as site,
        prefect_server(Path(folder) / "server") as server,
    ):
        machine = _Machine(Path(folder), site, server)
        machine.warm_up()
        costs = machine.measured(rounds)
    print(f"A round as a process of its own, median of {rounds}; the imports are in it, no mail is sent\n")
    print_table(
        ("", "CPU s", "x plain", "server CPU s", "s", "x plain", "flow runs", "task runs", "API requests"),
        [_row(size, kind, cost, costs[size, PLAIN]) for (size, kind), cost in costs.items()],
    )
    print(
        "\nA flow within a flow is a task run too. The rate limits of the sites are among the API requests."
    )


def _row(size: str, kind: str, cost: Cost, plain: Cost) -> Sequence[str]:
    return (
        f"{size}, {kind}",
        f"{cost.process_cpu:.1f}",
        f"{cost.process_cpu / plain.process_cpu:.1f}",
        f"{cost.server_cpu:.1f}" if kind != PLAIN else "-",
        f"{cost.wall:.1f}",
        f"{cost.wall / plain.wall:.1f}",
        *(f"{number:.0f}" if kind != PLAIN else "-" for number in cost[4:]),
        f"{cost.requests:.0f}",
    )


@dataclass(frozen=True)
class _Machine:
    """Runs rounds in fresh installations and fresh processes that know only these sites."""

    folder: Path
    site: Site
    server: PrefectServer
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def kinds(self) -> Mapping[str, Callable[[Mapping[str, str]], Cost]]:
        """How a round is run, by name: each with what sets it up."""
        return {PLAIN: self._plain, SERVED: self._served, TEMPORARY: self._temporary}

    def warm_up(self) -> None:
        """Compiles the code, and lets the temporary server make its database: neither is measured."""
        for each in self.kinds.values():
            each(LISTINGS["1 listing"])

    def measured(self, rounds: int) -> Mapping[tuple[str, str], Cost]:
        """The medians of some rounds, by size and kind. They take turns: a bad minute meets them all."""
        found: dict[tuple[str, str], list[Cost]] = {}
        for _ in range(rounds):
            for size, settings in LISTINGS.items():
                for kind, run_one in self.kinds.items():
                    found.setdefault((size, kind), []).append(run_one(settings))
        return {which: Cost(*map(median, zip(*costs, strict=True))) for which, costs in found.items()}

    def _plain(self, settings: Mapping[str, str]) -> Cost:
        return self._done(_PLAIN_OR_SERVED, settings)

    def _served(self, settings: Mapping[str, str]) -> Cost:
        before = self._runs()
        begun, used = time.monotonic(), self._server_cpu()
        time.sleep(_IDLE_SECONDS)  # what a server costs that nobody asks is measured over this time
        idle = (self._server_cpu() - used) / (time.monotonic() - begun)
        begun, used = time.monotonic(), self._server_cpu()
        done = self._done(_PLAIN_OR_SERVED, {**settings, "PREFECT_API_URL": self.server.api})
        time.sleep(_SETTLES_SECONDS)  # the server writes events and logs some seconds after they came
        work = self._server_cpu() - used - idle * (time.monotonic() - begun)
        flows, tasks = (now - then for now, then in zip(self._runs(), before, strict=True))
        return done._replace(server_cpu=work, flow_runs=flows, task_runs=tasks)

    def _temporary(self, settings: Mapping[str, str]) -> Cost:
        before = self._kept()
        patience = {"PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180"}
        done = self._done(_TEMPORARY, {**settings, **patience})
        flows, tasks = (now - then for now, then in zip(self._kept(), before, strict=True))
        return done._replace(flow_runs=flows, task_runs=tasks)

    def _done(self, program: str, settings: Mapping[str, str]) -> Cost:
        home = self.folder / str(next(self.numbers))
        home.mkdir()
        environment = {
            **basic_environment(self.folder),
            **self.site.environment(),
            "PAPERROUND_HOME": str(home),
            "AS_OF": EVENING.isoformat(),
            "TOLD": str(home / "told.json"),
            "SITES": " ".join(url.rpartition(":")[2] for url in (self.site.url, self.site.arxiv_url)),
            **settings,
        }
        begun = time.monotonic()
        run("python", "-c", _MEASURED + program, environment=environment)
        wall = time.monotonic() - begun
        told = json.loads((home / "told.json").read_text())
        return Cost(told["cpu"], told["children"], wall, told["requests"])

    def _runs(self) -> tuple[int, int]:
        """How many runs of flows and of tasks the server knows; a flow within a flow is one of both to Prefect."""
        flows, tasks = (asked(self.server.api, f"{kind}_runs/count") for kind in ("flow", "task"))
        return flows, tasks

    def _kept(self) -> tuple[int, int]:
        """The same of the database of the temporary server, once it has ended."""
        path = self.folder / "prefect" / "prefect.db"
        if not path.exists():
            return 0, 0
        with closing(sqlite3.connect(path)) as database:
            flows, tasks = (
                database.execute(f"SELECT count(*) FROM {kind}_run").fetchone()[0]
                for kind in ("flow", "task")
            )
        return flows, tasks

    def _server_cpu(self) -> float:
        """The CPU seconds that the server has used so far; see proc(5)."""
        fields = Path(f"/proc/{self.server.process.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
