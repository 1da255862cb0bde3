"""The store's transactions, on both kinds of database: killed half way, and two at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine

from models.records import Outcome
from models.tables import READINGS, REVISIONS
from tests.models.invented import DAY, EVENING, MORNING, daily, page, records
from tests.models.stored import everything, read, rows

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("where", ["INSERT INTO revisions", "commit"])
def test_a_writer_killed_half_way_leaves_nothing_half(engine: Engine, database_url: str, where: str) -> None:
    read(engine, page(*records(5)))
    before = everything(engine)
    program = [sys.executable, "-m", "tests.models.killed", database_url, where]
    assert subprocess.run(program, cwd=ROOT, env=os.environ, timeout=60).returncode == -signal.SIGKILL
    assert everything(engine) == before
    edited = [replace(each, title=f"Lamp {each.rank}") for each in records(9)]
    assert read(engine, page(*edited), at=EVENING) == Outcome(new=4, revised=5)


def test_two_writers_at_once_wait_for_each_other(engine: Engine) -> None:
    together = Barrier(2, timeout=30)

    def write(day: int) -> list[Outcome]:
        given = records(day * 20)[-20:]
        outcomes = []
        for hour in range(5):
            together.wait()
            edited = [replace(each, title=f"Lantern {hour}") for each in given]
            at = MORNING + timedelta(hours=hour)
            outcomes.append(read(engine, page(*edited), daily(DAY + timedelta(day)), at))
        return outcomes

    with ThreadPoolExecutor(2) as pool:
        for outcomes in pool.map(write, (1, 2)):
            assert outcomes == [Outcome(new=20)] + [Outcome(revised=20)] * 4
    assert len({row["seq"] for row in rows(engine, REVISIONS)}) == 160
    assert [row["id"] for row in rows(engine, READINGS)] == list(range(1, 11))
