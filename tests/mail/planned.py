"""Invented subscribers by the number, letters that are planned for them, and what the database says of those."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, select

from models.database import posting, reading
from models.mail.claims import LEASE, claim
from models.mail.delivery import DIGESTS, Delivery, Kind, Planned, State
from models.mail.letters import Fragment, Letter
from models.mail.outbox import plan
from models.mail.subscriber import Cadence, Origin, Standing
from models.mail.tables import DELIVERIES, SUBSCRIBERS, TOLD
from models.mail.tokens import Keys

KEYS = Keys(b"a secret of the tests, and of no other")
NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
LATER = NOW + LEASE
STALE = NOW + timedelta(hours=20)
PAPERS = ("2611.00001", "2611.00002")
HEAD, FOOT = Fragment("Hello.\n", "<p>Hello.</p>\n"), Fragment("Bye.\n", "<p>Bye.</p>\n")


def address(number: int) -> str:
    return f"reader{number}@reader.example"


def subscribe(
    connection: Connection, count: int, state: Standing = Standing.ACTIVE, cadence: Cadence = Cadence.DAILY
) -> None:
    """So many subscribers, numbered from 1 on."""
    rows: list[dict[str, object]] = [
        {
            "id": number, "address": address(number), "folded": address(number), "state": state.value,
            "token": f"token{number}", "generation": 0, "topics": [], "cadence": cadence.value, "hour": 7,
            "zone": "UTC", "hears_of_nothing": False, "origin": Origin.IMPORT.value, "consent": "",
            "network": "", "requested_at": NOW - timedelta(days=9), "left_by": "",
        }
        for number in range(1, count + 1)
    ]  # fmt: skip
    connection.execute(insert(SUBSCRIBERS), rows)


def digest(
    number: int,
    kind: Kind = Kind.DAILY,
    period: str = "2026-11-20",
    *,
    at: datetime = NOW,
    stale_at: datetime = STALE,
    told: Sequence[str] = PAPERS,
    fragments: Iterable[Fragment] = (HEAD, FOOT),
) -> Planned:
    """A letter to a subscriber."""
    return Planned(
        id=KEYS.delivery_id(number, kind, period),
        subscriber_id=number,
        kind=kind,
        period=period,
        letter=Letter(f"Papers of {period}", tuple(each.key for each in fragments)),
        planned_at=at,
        due_at=at,
        stale_at=stale_at,
        told=tuple(told),
    )


def planned(engine: Engine, count: int, **differently: Any) -> list[str]:
    """So many subscribers, each with a letter that is planned; the ids of these."""
    letters = [digest(number, **differently) for number in range(1, count + 1)]
    with posting(engine) as connection:
        subscribe(connection, count)
        plan(connection, letters, (HEAD, FOOT))
    return [letter.id for letter in letters]


def claimed(
    engine: Engine, worker: str = "w1", most: int = 100, *, now: datetime = NOW, **which: Any
) -> list[Delivery]:
    """What a worker claims."""
    with posting(engine) as connection:
        return claim(connection, worker, now, LEASE, most, which.pop("kinds", DIGESTS), **which)


def stand(engine: Engine, *numbers: int, standing: Standing, cadence: Cadence = Cadence.DAILY) -> None:
    """Lets subscribers stand otherwise."""
    with posting(engine) as connection:
        these = SUBSCRIBERS.update().where(SUBSCRIBERS.c.id.in_(numbers))
        connection.execute(these.values(state=standing.value, cadence=cadence.value))


def row(engine: Engine, delivery_id: str) -> dict[str, Any]:
    """The row of a delivery."""
    with reading(engine) as connection:
        found = connection.execute(select(DELIVERIES).where(DELIVERIES.c.id == delivery_id))
        return dict(found.mappings().one())


def states(engine: Engine) -> dict[State, int]:
    """How many deliveries there are in each state."""
    with reading(engine) as connection:
        return dict(
            Counter(State(state) for state in connection.execute(select(DELIVERIES.c.state)).scalars())
        )


def told(engine: Engine) -> set[str]:
    """The deliveries that tell of papers."""
    return _all(engine, TOLD, "delivery_id")


def _all(engine: Engine, table: Table, column: str) -> set[str]:
    with reading(engine) as connection:
        return set(connection.execute(select(table.c[column])).scalars())
