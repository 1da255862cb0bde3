"""A database from before runs were recorded, on both kinds: its rows stay, and the way back takes the runs alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from models.database import noting, reading, upgrade, version, writing
from models.run import Run, RunKind
from models.runs import keep, latest
from tests.databases import MADE, opened
from tests.models.test_migrations_rows import migrate

READ = datetime(2026, 11, 9, 8, 15, tzinfo=UTC)
ROWS = (
    "INSERT INTO readings (id, source, section, date, read_at)"
    " VALUES (7, 'arxiv', 'cs.CL', '2026-11-09', '2026-11-09 08:15:00')",
    "INSERT INTO rules (slug, version, digest, rule, since)"
    " VALUES ('lanterns', 1, 'ab', 'lantern', '2026-11-09 08:15:00')",
)


@pytest.fixture
def of_0005(empty_url: str) -> Iterator[Engine]:
    """A database of version 0005 with rows; the test runs once on each kind."""
    with opened(empty_url) as engine:
        migrate(engine, "0005")
        with writing(engine) as connection:
            for row in ROWS:
                connection.execute(text(row))
        yield engine


def as_they_stand(engine: Engine) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        readings = connection.execute(text("SELECT id, source, section, date, read_at FROM readings"))
        rules = connection.execute(text("SELECT * FROM rules"))
        return [dict(row) for row in (*readings.mappings(), *rules.mappings())]


def test_what_was_there_stays_and_no_run_is_known(of_0005: Engine) -> None:
    before = as_they_stand(of_0005)
    upgrade(of_0005, MADE)
    assert as_they_stand(of_0005) == before
    with reading(of_0005) as connection:
        assert latest(connection) == {}


def test_the_way_back_takes_the_runs_and_nothing_else(of_0005: Engine) -> None:
    before = as_they_stand(of_0005)
    upgrade(of_0005, MADE)
    with noting(of_0005) as connection:
        keep(connection, Run("1", RunKind.ROUND, READ))
    migrate(of_0005, "0005")
    assert version(of_0005) == "0005"
    assert as_they_stand(of_0005) == before
    assert not inspect(of_0005).has_table("runs")
