"""Both sites on one clock, and a household that reads them in rounds."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.settings import Settings, load_settings
from flows.sources.base import Source
from flows.sources.client import Client, user_agent
from flows.steps.ingesting import ingest
from flows.steps.publishing import publish
from flows.steps.resources import Get, Resources, clock, opened
from models.database import reading
from models.ledger import entries
from models.papers import Paper, Revision, Weight
from models.selection import changed_since
from models.snapshots import KeptReading, kept_readings
from models.verdicts import Entry
from tests.acceptance.stand_in import AT_ONCE, UPSTREAM, StandIn
from tests.databases import opened as opened_database
from tests.steps.house import with_database

TOPICS = """
[[topic]]
slug = "vision"
title = "Vision"
description = "What can be seen."
rule = 'vision OR image'
"""


def at(day: date, clock_time: str = "14:00") -> datetime:
    """A moment of a day, UTC."""
    return datetime.fromisoformat(f"{day}T{clock_time}").replace(tzinfo=UTC)


@dataclass(frozen=True)
class Sites(StandIn):
    """A running stand-in, with the address at which it plays arXiv."""

    arxiv_url: str

    @property
    def addresses(self) -> dict[str, str]:
        """The settings that name its addresses."""
        return {
            "huggingface_url": self.url,
            "arxiv_url": self.arxiv_url,
            "arxiv_oai_url": f"{self.arxiv_url}/oai",
            "arxiv_api_url": f"{self.arxiv_url}/api",
        }

    def edit(self, paper_id: str, old: str, new: str) -> None:
        """Changes a text of one paper on all of arXiv's pages, from now on."""
        self.control("edit", {"id": paper_id, "old": old, "new": new})

    @contextmanager
    def failing(self, *faults: Mapping[str, object]) -> Iterator[None]:
        """For so long, the sites have these faults."""
        self.control("faults", list(faults))
        try:
            yield
        finally:
            self.control("faults", [])

    def asked(self) -> list[str]:
        """What arXiv was asked for so far, in order, but for its robots.txt."""
        return [row["path"] for row in self.requests() if row["path"] != "/robots.txt"]

    def requests(self) -> list[dict[str, Any]]:
        """The requests to arXiv so far, in order."""
        return [row for row in self.log() if row["site"] == "arxiv"]


@contextmanager
def both_sites(folder: Path, days: Sequence[date] = ()) -> Iterator[Sites]:
    """A stand-in of one's own; its Hugging Face has nothing but some days, so that it starts at once."""
    if not (UPSTREAM / "upstream.py").exists():
        pytest.skip("the recorded stand-in of the sites is not beside the checkout")
    folder.mkdir()
    for day in days:
        if (found := UPSTREAM / "data" / "hf" / f"{day}.json.gz").exists():
            shutil.copy(found, folder)
    ports = ("--hf-port", "0", "--arxiv-port", "0")
    command = [sys.executable, "-c", AT_ONCE, str(UPSTREAM), *ports, "--hf-data", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            urls = json.loads(process.stdout.readline())
            sites = Sites(urls["hf"], urls["arxiv"])
            sites.control("quota", {"pages": 1_000_000, "api": 1_000_000})
            yield sites
        finally:
            process.terminate()


@dataclass
class Household:
    """A folder with its database, its archive and its feeds, and one client for all of its rounds."""

    settings: Settings
    sites: Sites
    client: Client
    rows: list[Entry] = field(default_factory=list)

    @contextmanager
    def opened(self, moment: datetime) -> Iterator[Resources]:
        """The resources of a moment."""
        with opened(self.settings, clock(moment), self._visit) as resources:
            yield resources

    @contextmanager
    def _visit(self, _: Source) -> Iterator[Get]:
        """One client for all rounds: each new one would take a tenth of a second."""
        yield self.client.get

    def read(self, moment: datetime, sites_show: datetime | None = None) -> list[Entry]:
        """Reads what is due at a moment, at which the sites may show an earlier one; makes no feeds."""
        self.sites.at(sites_show or moment)
        with self.opened(moment) as resources:
            found = ingest(resources)
        self.rows += found
        return found

    def publish(self, moment: datetime) -> Path:
        """Makes the feeds; where they are."""
        with self.opened(moment) as resources:
            publish(resources)
        return self.settings.public / "feeds"

    def ledger(self) -> dict[tuple[str, date], Entry]:
        """The rows of the ledger by section and date: no two sources have a section of one name."""
        with opened_database(self.settings.database) as engine, reading(engine) as connection:
            return {(row.section, row.date): row for row in entries(connection)}

    def papers(self) -> dict[str, Paper]:
        with opened_database(self.settings.database) as engine, reading(engine) as connection:
            return {paper.id: paper for paper in changed_since(connection)}

    def readings(self) -> list[KeptReading]:
        with opened_database(self.settings.database) as engine, reading(engine) as connection:
            return list(kept_readings(connection))


@contextmanager
def household(folder: Path, sites: Sites, sqlite_template: Path, **given: object) -> Iterator[Household]:
    """A household in a new folder; `given` are settings of its own."""
    home = with_database(folder / "var", sqlite_template)
    (folder / "topics.toml").write_text(TOPICS)
    settings = load_settings(
        _env_file=None, home=home, topics=folder / "topics.toml", **sites.addresses, **given
    )
    with Client(
        [sites.url, sites.arxiv_url],
        user_agent=user_agent("test"),
        min_interval_seconds=0,
        now=lambda: datetime.now(UTC),
        sleep=lambda _: None,
    ) as client:
        yield Household(settings, sites, client)


def noticed(paper: Paper) -> list[Revision]:
    """What changed of a paper so that a reader would notice."""
    return [revision for revision in paper.revisions if revision.weight is Weight.NOTICED]


def original(paper: Paper, name: str) -> Any:
    """A field of a paper as its source gave it."""
    found = paper.originals.get(name, getattr(paper, name))
    return tuple(found) if isinstance(found, list) else found
