"""The command over the stand-in, with faults of the site and time that nobody has to wait for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx

from flows.settings import Settings
from flows.sources.base import Source
from flows.sources.client import Client, user_agent
from flows.sources.pace import Gate
from flows.steps.resources import Get
from models.database import reading
from models.snapshots import kept_readings
from tests.acceptance.stand_in import StandIn
from tests.commands.command import Command, Result
from tests.databases import opened
from tests.steps.house import CONTENT, Rows, rows

BEFORE, DAY, AFTER = date(2025, 9, 18), date(2025, 9, 19), date(2025, 9, 22)
EVENING = "2025-09-19T20:00:00+00:00"
PAGE, EVERYTHING = "^/papers", "^/(papers|api)"
Fault = dict[str, Any]


@dataclass
class Clockwork:
    """Time that passes only when someone sleeps, but for the silence of a site that hangs."""

    slept: list[float] = field(default_factory=list)
    longest_silence_seconds: float = 10

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def now(self) -> float:
        return sum(self.slept)


@dataclass
class Town:
    """The command, the site that it reads, and the folder that it keeps."""

    stand_in: StandIn
    paperround: Command
    clockwork: Clockwork

    def run(self, moment: str = EVENING) -> Result:
        self.stand_in.at(datetime.fromisoformat(moment))
        return self.paperround("run", "--as-of", moment)

    @contextmanager
    def failing(self, *faults: Fault) -> Iterator[None]:
        """For so long, the site has these faults."""
        self.stand_in.control("faults", list(faults))
        if any("hang" in fault for fault in faults):
            self.clockwork.longest_silence_seconds = 0.15
        try:
            yield
        finally:
            self.stand_in.control("faults", [])
            self.clockwork.longest_silence_seconds = 10

    def status(self) -> dict[str, dict[str, Any]]:
        return {row["date"]: row for row in json.loads(self.paperround("status", "--json").out)}

    def feeds(self) -> dict[Path, tuple[bytes, int]]:
        found = sorted(Path("var/public/feeds").iterdir())
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in found}

    def rows(self) -> Rows:
        with opened("sqlite:///var/paperround.db") as engine:
            return rows(engine, *CONTENT)

    def papers_of(self, day: date) -> set[str]:
        return {row["paper_id"] for row in self.rows()["appearances"] if row["date"] == day}

    def newest_answers(self) -> list[tuple[str, int | None, str | None]]:
        """Of the newest reading of the day: address, status and content hash."""
        with opened("sqlite:///var/paperround.db") as engine, reading(engine) as connection:
            kept = [found for found in kept_readings(connection) if found.listing.date == DAY][-1]
        return [(found.url, found.status, found.content_hash) for found in kept.snapshots]


def impatient(clockwork: Clockwork) -> Callable[..., AbstractContextManager[Get]]:
    """The polite way to the site, but for the sleep, and for the patience with a silent one."""

    @contextmanager
    def visiting(
        source: Source,
        _: Settings,
        now: Callable[[], datetime],
        patience_seconds: float,
        gate: Gate | None,
    ) -> Iterator[Get]:
        with Client(
            source.base_urls,
            interfaces=source.interfaces,
            user_agent=user_agent("test"),
            min_interval_seconds=1,
            now=now,
            patience_seconds=patience_seconds,
            gate=gate,
            timeouts=httpx.Timeout(clockwork.longest_silence_seconds),
            sleep=clockwork.sleep,
            monotonic=clockwork.now,
        ) as client:
            yield client.get

    return visiting
