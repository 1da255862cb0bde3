"""The archives of feeds: what has left a feed is in exactly one document, which other documents lead to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import feedparser
import pytest
from sqlalchemy import Connection, Engine

from feeds.feed import Feed
from feeds.press import Press
from flows.steps import archiving
from flows.steps.archiving import Shelf, Shelved
from models.database import reading
from models.matched import announced, first_announced
from models.months import Month
from tests.feeds.invented import feed
from tests.models.invented import daily, page, record
from tests.models.stored import read

SEPTEMBER, OCTOBER, NOVEMBER = Month(2025, 9), Month(2025, 10), Month(2025, 11)
LATER = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Memory:
    """Keeps nothing for longer than the test."""

    values: dict[str, bytes] = field(default_factory=dict)

    def get(self, keys: Collection[str]) -> Mapping[str, bytes]:
        return {key: self.values[key] for key in keys if key in self.values}

    def put(self, values: Mapping[str, bytes]) -> None:
        self.values.update(values)

    def retain(self, keys: Collection[str]) -> None:
        raise AssertionError("an archive says nothing of what feeds use")


def listed(engine: Engine, *days: date, title: str = "Lantern") -> None:
    """A paper for each day, on that day's list."""
    for day in days:
        at = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=8)
        made = record(id=f"{day:%y%m}.{day.day:05}", title=f"{title} of {day}", listed_at=at)
        read(engine, page(made), daily(day), at)


@dataclass
class Archive:
    """The archive of a feed of all papers, in a folder of its own."""

    engine: Engine
    folder: Path

    def keep(self, until: datetime = LATER, *dirty: Month, of: Feed | None = None) -> Feed:
        with reading(self.engine) as connection:
            return Shelf(self.folder, of or feed(), self._papers(connection, until)).keep(
                connection, Press(Memory()), dirty
            )

    def _papers(self, connection: Connection, until: datetime) -> Shelved:
        return Shelved(partial(announced, connection), first_announced(connection), until)

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("*.atom"))

    def times(self) -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in self.folder.iterdir()}

    def links(self, name: str) -> dict[str, str]:
        parsed = feedparser.parse((self.folder / name).read_bytes())
        return {link.rel: link.href.rsplit("/feeds/")[-1] for link in parsed.feed.links}

    def walk(self, first: str) -> Iterator[str]:
        """The ids of all entries, from a document on back to the beginning."""
        name: str | None = first
        while name:
            parsed = feedparser.parse((self.folder / name).read_bytes())
            yield from (entry.id for entry in parsed.entries)
            name = self.links(name).get("prev-archive", "").rpartition("/")[2]


@pytest.fixture
def archive(engine: Engine, tmp_path: Path) -> Archive:
    return Archive(engine, tmp_path / "small-models")


def test_without_papers_there_is_no_archive_and_no_link(archive: Archive) -> None:
    assert archive.keep().previous == ""
    assert not archive.folder.exists()


def test_what_the_feed_still_has_is_not_archived(archive: Archive) -> None:
    listed(archive.engine, date(2025, 10, 1), date(2025, 10, 2))
    assert archive.keep(datetime(2025, 10, 1, tzinfo=UTC)).previous == ""
    kept = archive.keep(datetime(2025, 10, 2, tzinfo=UTC))
    assert kept.previous == "https://round.example/papers/feeds/small-models/2025-10.atom"
    assert list(archive.walk("2025-10.atom")) == ["info:arxiv/2510.00001"]


def test_each_month_is_a_document_that_knows_those_beside_it(archive: Archive) -> None:
    listed(archive.engine, date(2025, 9, 3), date(2025, 11, 5), date(2025, 9, 9))
    assert archive.keep().previous.endswith("/2025-11.atom")
    assert archive.names() == ["2025-09.atom", "2025-11.atom"]
    assert archive.links("2025-09.atom") == {
        "self": "small-models/2025-09.atom",
        "current": "small-models.atom",
        "next-archive": "small-models/2025-11.atom",
        "alternate": archive.links("2025-09.atom")["alternate"],
    }
    assert archive.links("2025-11.atom")["prev-archive"] == "small-models/2025-09.atom"
    assert "next-archive" not in archive.links("2025-11.atom")


def test_a_month_with_many_papers_has_parts(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archiving, "MOST_ENTRIES", 2)
    listed(archive.engine, *(date(2025, 10, day) for day in range(1, 6)))
    archive.keep()
    assert archive.names() == ["2025-10.2.atom", "2025-10.3.atom", "2025-10.atom"]
    assert sorted(archive.walk("2025-10.3.atom")) == [f"info:arxiv/2510.{n:05}" for n in range(1, 6)]


def test_twice_the_same_touches_nothing(archive: Archive) -> None:
    listed(archive.engine, date(2025, 9, 3), date(2025, 10, 5))
    archive.keep()
    before = archive.times()
    archive.keep(LATER, SEPTEMBER, OCTOBER, NOVEMBER)
    assert archive.times() == before


def test_a_new_month_changes_itself_and_the_one_before(archive: Archive) -> None:
    listed(archive.engine, date(2025, 8, 3), date(2025, 9, 3), date(2025, 10, 5))
    archive.keep(datetime(2025, 10, 1, tzinfo=UTC))
    before = archive.times()
    archive.keep()
    assert archive.names() == ["2025-08.atom", "2025-09.atom", "2025-10.atom"]
    assert archive.times()["2025-08.atom"] == before["2025-08.atom"]
    assert archive.links("2025-09.atom")["next-archive"] == "small-models/2025-10.atom"


def test_a_month_that_was_filled_later_comes_between_its_neighbours(archive: Archive) -> None:
    listed(archive.engine, date(2025, 8, 3), date(2025, 10, 5))
    archive.keep()
    listed(archive.engine, date(2025, 9, 3))
    archive.keep(LATER, SEPTEMBER)
    assert archive.links("2025-08.atom")["next-archive"] == "small-models/2025-09.atom"
    assert archive.links("2025-10.atom")["prev-archive"] == "small-models/2025-09.atom"
    assert len(list(archive.walk("2025-10.atom"))) == 3


def test_a_revised_paper_changes_its_month_when_that_is_told(archive: Archive) -> None:
    listed(archive.engine, date(2025, 9, 3), date(2025, 11, 5))
    archive.keep()
    before = archive.times()
    listed(archive.engine, date(2025, 9, 3), title="Candle")
    archive.keep(LATER, SEPTEMBER)
    changed = {name for name, time in archive.times().items() if before[name] != time}
    assert changed == {"2025-09.atom", ".documents"}
    assert b"Candle" in (archive.folder / "2025-09.atom").read_bytes()


def test_a_month_that_has_become_empty_goes(archive: Archive) -> None:
    listed(archive.engine, date(2025, 9, 3), date(2025, 10, 5))
    archive.keep()
    with reading(archive.engine) as connection:
        nothing = Shelved(lambda _, __: (), None, LATER)
        assert Shelf(archive.folder, feed(), nothing).keep(connection, Press(Memory()), ()).previous == ""
    assert archive.names() == []


@pytest.mark.parametrize(
    "note", [None, b"{", b"[]", b'{"2025-10": 7, "x": ""}'], ids=["none", "cut", "list", "wrong"]
)
def test_a_lost_note_costs_work_and_nothing_else(archive: Archive, note: bytes | None) -> None:
    listed(archive.engine, date(2025, 9, 3), date(2025, 10, 5))
    archive.keep()
    before = archive.times()
    (archive.folder / ".documents").unlink()
    if note is not None:
        (archive.folder / ".documents").write_bytes(note)
    archive.keep(LATER, SEPTEMBER)
    del before[".documents"]
    assert {name: time for name, time in archive.times().items() if name in before} == before
    archive.keep()


def test_a_deleted_document_comes_back(archive: Archive) -> None:
    listed(archive.engine, date(2025, 9, 3))
    archive.keep()
    (archive.folder / "2025-09.atom").unlink()
    archive.keep()
    assert archive.names() == ["2025-09.atom"]


def test_votes_do_not_change_a_document_of_the_past(archive: Archive) -> None:
    listed(archive.engine, date(2025, 9, 3))
    shown = feed(newest=date(2025, 12, 1))
    archive.keep(of=shown)
    before = archive.times()
    assert b" votes" not in (archive.folder / "2025-09.atom").read_bytes()
    again = record(id="2509.00003", title="Lantern of 2025-09-03", votes=99)
    read(archive.engine, page(again), daily(date(2025, 9, 3)), datetime(2025, 9, 4, tzinfo=UTC))
    archive.keep(LATER, SEPTEMBER, of=shown)
    assert archive.times() == before
