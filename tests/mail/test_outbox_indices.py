"""Who claims and who settles finds the few open deliveries among the many that have ended, by an index."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Connection, Engine, event, text

from models.database import posting
from models.mail.claims import LEASE, claim, released
from models.mail.delivery import DIGESTS
from models.mail.settling import settle
from tests.mail.planned import NOW, planned

ENDED = 20_000
OPEN = 30
INDEX = "ix_deliveries_state_due_at"
_COPIES = """
INSERT INTO deliveries (id, subscriber_id, digest, period, state, subject, pieces, counted, planned_at, due_at,
    stale_at, attempts, worker, ended_at, answer)
SELECT n, subscriber_id, digest, n, 'sent', subject, pieces, counted, planned_at, due_at, stale_at, 1, 'w', due_at, ''
FROM deliveries CROSS JOIN ({numbers}) AS numbers WHERE subscriber_id = 1
"""
_NUMBERS = {
    "sqlite": f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {ENDED}) SELECT n FROM c",
    "postgresql": f"SELECT generate_series(1, {ENDED}) AS n",
}


@pytest.fixture
def full(engine: Engine) -> Engine:
    """A database with many deliveries that have ended, and a few that have not; its planner knows them."""
    planned(engine, OPEN)
    with posting(engine) as connection:
        connection.execute(text(_COPIES.format(numbers=_NUMBERS[engine.dialect.name])))
        connection.execute(text("ANALYZE"))
    return engine


def plans(engine: Engine, act: Callable[[Connection], object]) -> Sequence[str]:
    """How the database goes about each query of deliveries that an act makes."""
    asked: list[tuple[str, object]] = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with posting(engine) as connection:
        act(connection)
        return [
            "\n".join(str(line[-1]) for line in connection.exec_driver_sql(explain + query, values))  # type: ignore[arg-type]
            for query, values in list(asked)
            if "deliveries" in query
        ]


@pytest.mark.parametrize(
    "act",
    [
        lambda connection: claim(connection, "w1", NOW, LEASE, 20, DIGESTS),
        lambda connection: settle(connection, NOW),
        lambda connection: released(connection, "w1"),
    ],
    ids=["claiming", "settling", "giving back"],
)
def test_open_deliveries_are_found_by_the_index(full: Engine, act: Callable[[Connection], object]) -> None:
    found = plans(full, act)
    assert found
    assert any(INDEX in plan for plan in found)
    for plan in found:
        assert INDEX in plan or "deliveries_pkey" in plan or "sqlite_autoindex_deliveries_1" in plan, plan
        assert "Seq Scan on deliveries" not in plan
        assert "SCAN deliveries" not in plan
        assert "USE TEMP B-TREE" not in plan
