"""A round that is killed at any moment leaves nothing half, and the next one goes on where it was."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from flows.sources.archive import Archive
from tests.acceptance.stand_in import StandIn
from tests.databases import opened
from tests.steps.conftest import TOPICS
from tests.steps.house import Rows, rows, with_database, without

ROOT = Path(__file__).parents[2]
FIRST, LAST = "2025-09-15T20:00:00Z", "2025-09-26T20:00:00Z"
CHANCE = random.Random(20250926)
STARTING, READING, PUBLISHING = "starting", "reading", "publishing"
KILLS = (
    *((STARTING, CHANCE.uniform(0.3, 1.2)) for _ in range(2)),
    *((READING, CHANCE.uniform(0, 0.12)) for _ in range(5)),  # each time at least a day further
    *((PUBLISHING, 0) for _ in range(2)),  # each time at least a file further
)
"""What a round is at when it is killed, and for how many seconds."""
COMMAND = "import sys; sys.argv[0] = 'paperround'; from flows.cli import main; main()"


class Home:
    """A folder in which rounds are run as processes of their own."""

    def __init__(self, folder: Path, stand_in: StandIn) -> None:
        self.folder, self.stand_in = folder, stand_in
        self.database = folder / "var" / "paperround.db"
        folder.mkdir(exist_ok=True)
        (folder / "topics.toml").write_text(TOPICS)

    def started(self, moment: str) -> subprocess.Popen[str]:
        self.stand_in.at(datetime.fromisoformat(moment))
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, "run", "--as-of", moment],
            cwd=self.folder, env=self._environment(), text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def _environment(self) -> Mapping[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PREFECT_HOME": str(self.folder),
            "PAPERROUND_SOURCES": "huggingface",
            "PAPERROUND_HUGGINGFACE_URL": self.stand_in.url,
            "PAPERROUND_MIN_INTERVAL": "0",
        }

    def run(self, moment: str) -> None:
        with self.started(moment) as process:
            _, told = process.communicate(timeout=60)
        assert process.returncode == 0, told

    def killed(self, moment: str, at_work: str, seconds: float) -> bool:
        """Runs a round that is killed while at some work; whether it still ran."""
        feeds = self._feeds_written()
        with self.started(moment) as process:
            assert process.stderr is not None
            if at_work == READING:
                process.stderr.readline()  # of the first listing
            while at_work == PUBLISHING and process.poll() is None and self._feeds_written() == feeds:
                time.sleep(0.001)
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
        return process.returncode == -signal.SIGKILL

    def _feeds_written(self) -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in self.folder.glob("var/public/feeds/[!.]*")}

    def rows(self) -> Rows:
        with opened(f"sqlite:///{self.database}") as engine:
            return rows(engine)


def assert_nothing_is_half(home: Home) -> None:
    """Database, archive and feeds agree with themselves and with each other."""
    if not home.database.exists():
        return
    with sqlite3.connect(home.database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0]
    connection.close()
    if not tables:
        return
    found = home.rows()
    listed = Counter(row["date"] for row in found["appearances"])
    assert {row["date"]: row["parsed"] for row in found["ledger"] if row["parsed"]} == listed
    assert {row["id"] for row in found["papers"]} == {row["paper_id"] for row in found["appearances"]}
    assert {row["date"] for row in found["readings"]} == {row["date"] for row in found["ledger"]}
    archive = Archive(home.folder / "var" / "archive")
    assert all(archive.load(row["content_hash"]) for row in found["snapshots"])
    for path in home.folder.glob("var/public/feeds/[!.]*"):
        assert is_whole(path)
    for path in home.folder.glob("var/public/**/[!.]*.html"):
        assert is_whole(path)


def is_whole(path: Path) -> bool:
    """Whether a published file ends as one of its kind does."""
    if path.suffix == ".html":
        return path.read_bytes().endswith(b"</html>")
    if path.suffix == ".json":
        return bool(json.loads(path.read_bytes()))
    return bool(ET.fromstring(path.read_bytes()).tag)


def content(home: Home) -> dict[str, list[dict[str, Any]]]:
    """All that must not depend on how often and when a round was killed."""
    found = home.rows()
    counts = ("new", "revised", "unchanged")  # of the last reading, which may be one more
    return {
        "papers": found["papers"],
        "appearances": found["appearances"],
        "observations": found["observations"],
        "revisions": without(found["revisions"], "reading_id"),
        "ledger": without(found["ledger"], *counts),
    }


def feeds(home: Home) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.folder.glob("var/public/feeds/*")}


@pytest.fixture
def home(tmp_path: Path, stand_in: StandIn) -> Home:
    return Home(tmp_path / "killed", stand_in)


def test_kills_at_any_moment_change_nothing_of_what_comes_out(
    home: Home, stand_in: StandIn, tmp_path: Path, sqlite_template: Path
) -> None:
    undisturbed = Home(tmp_path / "undisturbed", stand_in)
    for each in (home, undisturbed):
        with_database(each.folder / "var", sqlite_template)
        each.run(FIRST)
    undisturbed.run(LAST)
    killed = 0
    for at_work, seconds in KILLS:
        killed += home.killed(LAST, at_work, seconds)
        assert_nothing_is_half(home)
    home.run(LAST)
    assert_nothing_is_half(home)
    assert killed > len(KILLS) / 2
    assert content(home) == content(undisturbed)
    assert feeds(home) == feeds(undisturbed)
    assert not any(row["verdict"] == "failed" for row in home.rows()["ledger"])


def test_a_kill_while_the_database_is_made_does_not_stop_the_next_round(home: Home) -> None:
    for seconds in (0.7, 1.0):
        home.killed(FIRST, STARTING, seconds)
        assert_nothing_is_half(home)
    home.run(FIRST)
    assert [row["verdict"] for row in home.rows()["ledger"]] == ["fresh"]
