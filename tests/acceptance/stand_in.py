"""The recorded stand-in of the sites, where it lies beside the checkout."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

AT_ONCE = """
import socketserver
import sys

sys.path.insert(0, sys.argv.pop(1))
import upstream

socketserver.StreamRequestHandler.disable_nagle_algorithm = True
upstream.copy.deepcopy = lambda entry: {**entry, "paper": {**entry["paper"]}}
listed_days, known = upstream.World.listed_days, {}

def remembered(world):
    moment = (world.now, len(world.removed))
    if moment not in known:
        known[moment] = listed_days(world)
    return known[moment]

upstream.World.listed_days = remembered
upstream.main()
"""
"""Starts the stand-in. Else, asked which days have papers, it would copy every paper to its depth for every answer,
and the body of each answer would wait 40 ms until its head is acknowledged.
"""

UPSTREAM = Path(__file__).parents[3] / "shared" / "upstream"


@dataclass(frozen=True)
class StandIn:
    """A running stand-in: where it plays Hugging Face, and its controls."""

    url: str

    def control(self, name: str, body: object) -> None:
        """Tells the stand-in something: `now`, `faults`, `edit`, `remove`, `quota`."""
        request = urllib.request.Request(f"{self.url}/__control/{name}", json.dumps(body).encode())
        urllib.request.urlopen(request, timeout=10).close()

    def at(self, moment: datetime) -> None:
        """Moves the site's clock."""
        self.control("now", {"now": moment.isoformat()})

    def log(self) -> list[dict[str, Any]]:
        """Every request so far."""
        with urllib.request.urlopen(f"{self.url}/__control/log", timeout=10) as answer:
            rows: list[dict[str, Any]] = json.load(answer)
        return rows


@contextmanager
def running() -> Iterator[StandIn]:
    """A stand-in of its own on a free port, without a limit on requests; ended at the end."""
    command = [sys.executable, "-c", AT_ONCE, str(UPSTREAM), "--hf-port", "0", "--arxiv-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            stand_in = StandIn(json.loads(process.stdout.readline())["hf"])
            stand_in.control("quota", {"pages": 1_000_000, "api": 1_000_000})
            yield stand_in
        finally:
            process.terminate()


def recorded(day: date) -> list[dict[str, Any]]:
    """The recorded answer of a day; empty for a day without one."""
    path = UPSTREAM / "data" / "hf" / f"{day}.json.gz"
    found: list[dict[str, Any]] = json.loads(gzip.decompress(path.read_bytes())) if path.exists() else []
    return found
