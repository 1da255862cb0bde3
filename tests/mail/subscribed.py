"""Invented subscribers, in every standing, and letters to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert

from models.mail.addresses import normalised
from models.mail.delivery import OPEN, Kind, State
from models.mail.forgetting import erase
from models.mail.leaving import leave
from models.mail.subscriber import Cadence, Choices, Leaving, Origin, Standing, Subscriber
from models.mail.subscribers import ask, by_id, confirm, suspend
from models.mail.tables import BOUNCES, DELIVERIES, TOLD
from models.mail.tokens import Keys

KEYS = Keys(b"a secret of the tests, and of no other")
ADA = "ada@reader.example"
ASKED = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
LATER = ASKED + timedelta(hours=1)
MUCH_LATER = ASKED + timedelta(days=9)
CHOICES = Choices(("lanterns", "all"), Cadence.WEEKLY, 18, "Europe/Berlin", hears_of_nothing=True)
OTHERS = Choices(("trending",), Cadence.DAILY, 0, "UTC")


def asked(
    connection: Connection, address: str = ADA, choices: Choices = CHOICES, at: datetime = ASKED
) -> Subscriber:
    """Someone who has just asked by the form."""
    return ask(
        connection,
        normalised(address),
        choices,
        origin=Origin.FORM,
        consent="form 1",
        network="192.0.2.0/24",
        at=at,
    )


def joined(connection: Connection, address: str = ADA, choices: Choices = CHOICES) -> Subscriber:
    """Someone who gets digests."""
    found = confirm(connection, asked(connection, address, choices).id, ASKED)
    assert found is not None
    return found


def standing_as(connection: Connection, standing: Standing, address: str = ADA) -> Subscriber:
    """Someone who stands so; but for the pending one they had confirmed before."""
    found = asked(connection, address) if standing is Standing.PENDING else joined(connection, address)
    if standing is Standing.SUSPENDED:
        assert suspend(connection, found.id, ASKED)
    if standing is Standing.LEFT:
        leave(connection, found.token, Leaving.LINK, ASKED)
    if standing is Standing.ERASED:
        assert erase(connection, found.id, KEYS, ASKED)
    return read(connection, found.id)


def one_of_each(connection: Connection, *standings: Standing) -> dict[Standing, Subscriber]:
    """Someone in each of these standings, or of all."""
    return {
        standing: standing_as(connection, standing, f"{standing}@reader.example")
        for standing in standings or Standing
    }


def read(connection: Connection, subscriber_id: int) -> Subscriber:
    """The row as it is now."""
    found = by_id(connection, subscriber_id)
    assert found is not None
    return found


def deliver(connection: Connection, to: Subscriber, state: State, at: datetime = ASKED) -> str:
    """Puts a letter that has come so far, which tells of a paper, into the database; its id."""
    period = f"{at:%Y-%m-%d} {state}"
    delivery_id = KEYS.delivery_id(to.id, Kind.DAILY, period)
    row = {
        "id": delivery_id, "subscriber_id": to.id, "digest": Kind.DAILY, "period": period, "state": state,
        "subject": "2 papers", "pieces": ["a" * 32], "counted": 1,
        "planned_at": at, "due_at": at, "stale_at": at + timedelta(hours=12),
        "attempts": 1, "worker": "w1", "lease_until": at,
        "ended_at": None if state in OPEN else at, "answer": f"250 <{to.address}>",
    }  # fmt: skip
    connection.execute(insert(DELIVERIES), row)
    told = {"delivery_id": delivery_id, "paper_id": "2611.00001", "subscriber_id": to.id, "told_at": at}
    connection.execute(insert(TOLD), told)
    return delivery_id


def bounce(connection: Connection, of: Subscriber, at: datetime = ASKED) -> None:
    """Puts a bounce into the database."""
    row = {"subscriber_id": of.id, "delivery_id": "", "at": at, "kind": "hard", "status": "5.1.1"}
    connection.execute(insert(BOUNCES), {**row, "said": f"<{of.address}> is not known here"})
