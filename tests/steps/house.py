"""The demo's site with a clock, faults and a log; and rounds over it, in a folder of their own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, select

from flows.demo.stage import DemoSite
from flows.settings import Settings
from flows.sources.base import Source
from flows.sources.client import Validators
from flows.steps.ingesting import Choose, ingest
from flows.steps.resources import Get, Resources, clock, opened
from flows.steps.rounds import Round, daily_round
from models.database import reading
from models.errors import FetchError
from models.records import Answer, Listing
from models.tables import (
    APPEARANCES,
    DERIVED,
    INSTALLATION,
    OBSERVATIONS,
    PAPERS,
    READINGS,
    REVISIONS,
    SNAPSHOTS,
)
from models.verdicts import Entry
from tests.databases import opened as opened_database

MON, TUE, WED, THU, FRI, SAT, SUN = (date(2026, 11, day) for day in range(9, 16))
CONTENT = (PAPERS, REVISIONS, OBSERVATIONS, APPEARANCES)
EVERYTHING = (INSTALLATION, READINGS, SNAPSHOTS, *DERIVED)
PAGE, API, ALL = "/papers/date/", "/api/", ""

Fault = Callable[[Answer], Answer]
Files = dict[Path, tuple[bytes, int]]
Rows = dict[str, list[dict[str, Any]]]


def at(day: date, clock_time: str = "20:15") -> datetime:
    """A moment of the week, UTC."""
    return datetime.fromisoformat(f"{day}T{clock_time}").replace(tzinfo=UTC)


def daily(day: date) -> Listing:
    return Listing("huggingface", "daily", day)


def with_body(body: bytes) -> Fault:
    """The site answers with something else, and says that all is well."""
    return lambda answer: replace(answer, body=body, headers={"content-type": "text/html"})


def refused(status: int) -> Fault:
    """The site answers with an error, as the client tells it after its retries."""

    def refuse(answer: Answer) -> Answer:
        failed = replace(answer, status=status, headers={}, body=b"sorry", error=f"answers {status}")
        raise FetchError(failed, retryable=True)

    return refuse


def silent(answer: Answer) -> Answer:
    """The site does not answer at all."""
    raise FetchError(Answer(answer.url, answer.at, error="does not answer in time"), retryable=True)


def cut(answer: Answer) -> Answer:
    """The answer ends in its middle; it was on the way with status and ETag of the whole one."""
    raise FetchError(replace(answer, body=answer.body[:999], error="gives no whole answer"), retryable=True)


CHALLENGE = with_body(b"<html><title>Just a moment</title></html>")


@dataclass
class Site:
    """The demo's week at the moment `now`; `faults` change the answers of addresses that hold a text."""

    now: datetime
    faults: dict[str, Fault] = field(default_factory=dict)
    asked: list[tuple[str, Validators | None]] = field(default_factory=list)

    @contextmanager
    def visit(self, _source: Source) -> Iterator[Get]:
        yield self.get

    def get(self, url: str, validators: Validators | None) -> Answer:
        self.asked.append((re.sub("^https?://[^/]+", "", url), validators))
        answer = DemoSite(lambda: self.now).fetch(url)
        for part, fault in self.faults.items():
            if part in url:
                return fault(answer)
        if validators and validators.etag == answer.headers.get("etag"):
            return replace(answer, status=304, body=b"")
        return answer

    @contextmanager
    def failing(self, part: str, fault: Fault) -> Iterator[None]:
        """For so long, the addresses that hold `part` have the fault."""
        self.faults[part] = fault
        try:
            yield
        finally:
            del self.faults[part]


@dataclass
class House:
    """A folder with its database, its archive and its feeds, and the site that its rounds read."""

    settings: Settings
    site: Site

    @contextmanager
    def opened(self, moment: datetime) -> Iterator[Resources]:
        self.site.now = moment
        with opened(self.settings, clock(moment), self.site.visit) as resources:
            yield resources

    def round(self, moment: datetime) -> Round:
        with self.opened(moment) as resources:
            return daily_round(resources)

    def ingest(
        self, moment: datetime, choose: Choose | None = None, names: Sequence[str] | None = None
    ) -> dict[Listing, Entry]:
        with self.opened(moment) as resources:
            return {entry.listing: entry for entry in ingest(resources, names, choose)}

    def rows(self, *tables: Table) -> Rows:
        with opened_database(self.settings.database) as engine:
            return rows(engine, *tables)

    def feeds(self) -> Files:
        """Every feed, with archives and the list of all: its bytes, and when it was written (ns)."""
        return {
            path: state
            for path, state in self.published().items()
            if path.is_relative_to(self.settings.public / "feeds") and path.suffix != ".html"
        }

    def published(self) -> Files:
        """Every published file, but for the notes of the publisher."""
        found = (path for path in self.settings.public.rglob("[!.]*") if path.is_file())
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in found}

    def archived(self) -> list[Path]:
        return sorted(self.settings.archive.rglob("*.gz"))


def with_database(home: Path, sqlite_template: Path) -> Path:
    """The folder, made with an empty database of the current version: upgrading one takes half a second."""
    home.mkdir(parents=True)
    shutil.copy(sqlite_template, home / "paperround.db")
    return home


def rows(engine: Engine, *tables: Table) -> Rows:
    """All rows of some tables (of all that are not of Alembic, unasked), by their keys."""
    with reading(engine) as connection:
        return {
            table.name: [
                dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in tables or EVERYTHING
        }


def without(rows: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    """Rows without some of their columns."""
    return [{name: value for name, value in row.items() if name not in names} for row in rows]
