"""The full-text index, on both kinds of database: it follows the papers, and is whole after whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from models.database import reading, writing
from models.fulltext.search import empty_index
from tests.fulltext.searched import found, index, keep
from tests.models.invented import EVENING, NEXT_DAY, TOMORROW, daily, page, record, records
from tests.models.stored import read, writes

ROOT = Path(__file__).parents[2]
ALL = [f"2510.{n:05}" for n in range(1, 10)]


def entries(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(text("SELECT count(*) FROM papers_words")).scalar_one())


def test_where_nothing_has_changed_nothing_is_written(engine: Engine) -> None:
    keep(engine, *records(9))
    read(engine, page(*records(9)), at=EVENING)
    with writes(engine) as written:
        assert index(engine) == 0
    assert written == []


def test_only_what_is_new_or_changed_is_taken_in(engine: Engine) -> None:
    read(engine, page(*records(8)))
    assert index(engine) == 8
    read(engine, page(record(id=ALL[0], title="Lamp")), at=EVENING)
    read(engine, page(record(id=ALL[8])), daily(NEXT_DAY), TOMORROW)
    assert index(engine) == 2
    assert entries(engine) == 10


def test_many_are_taken_in_a_few_at_a_time(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.fulltext.index._BATCH", 2)
    read(engine, page(*records(9)))
    with writes(engine) as written:
        assert index(engine) == 9
    assert len(written) == 5
    assert found(engine, "lantern") == ALL


def test_it_is_built_anew_when_more_than_half_of_it_is_outdated(engine: Engine) -> None:
    counts = []
    for turn in range(4):
        read(engine, page(*(record(id=paper_id, title=f"Lamp {turn}") for paper_id in ALL)), at=EVENING)
        assert index(engine) == 9
        counts.append(entries(engine))
    assert counts == [9, 18, 9, 18]
    assert found(engine, '"lamp 3"') == ALL
    assert found(engine, '"lamp 2"') == []


def test_emptied_it_still_finds_all_and_is_filled_again(engine: Engine) -> None:
    keep(engine, *records(9))
    with writing(engine) as connection:
        empty_index(connection)
    assert entries(engine) == 0
    assert found(engine, '"lantern 3"') == ["2510.00003"]
    assert index(engine) == 9
    assert found(engine, '"lantern 3"') == ["2510.00003"]


def test_numbers_that_were_given_out_anew_are_noticed(engine: Engine) -> None:
    keep(engine, *records(9))
    with writing(engine) as connection:
        for name in ("observations", "appearances", "papers"):
            connection.execute(text(f"DELETE FROM {name}"))
    keep(engine, *(record(id=paper_id, title="Lamp") for paper_id in ALL[:8]))
    assert found(engine, "lamp") == ALL[:8]
    assert (found(engine, "title:lantern"), entries(engine)) == ([], 8)


def test_an_indexer_killed_half_way_leaves_the_index_as_it_was(engine: Engine, database_url: str) -> None:
    keep(engine, *records(5))
    read(engine, page(*(record(id=paper_id, title="Lamp") for paper_id in ALL)), at=EVENING)
    program = [sys.executable, "-m", "tests.fulltext.killed_index", database_url]
    assert subprocess.run(program, cwd=ROOT, env=os.environ, timeout=60).returncode == -signal.SIGKILL
    assert entries(engine) == 5
    assert found(engine, "lamp") == ALL
    assert index(engine) == 9
    assert (entries(engine), found(engine, "lamp")) == (14, ALL)
