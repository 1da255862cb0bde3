"""A desk with a clock that is set by hand, and what its database holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine, select

from feeds.digests.letterhead import Letterhead
from flows.mail.desk import Desk
from models.database import posting, reading
from models.mail.addresses import Address, normalised
from models.mail.delivery import Kind
from models.mail.subscriber import Choices, Standing, Subscriber
from models.mail.subscribers import by_folded
from models.mail.tables import DELIVERIES
from tests.mail.subscribed import ADA, CHOICES, KEYS, LATER, read, standing_as

LETTERHEAD = Letterhead("Paper Round", "news@papers.example", "news@papers.example", "https://papers.example")
ADDRESS = normalised(ADA)


@dataclass
class Office:
    """A desk over an engine, its clock, and how often the sender was woken."""

    engine: Engine
    now: datetime = LATER
    woken: int = 0
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = Desk(self.engine, KEYS, lambda: self.now, LETTERHEAD, self._wake)

    def _wake(self) -> None:
        self.woken += 1

    def ask(self, choices: Choices = CHOICES, address: Address = ADDRESS) -> None:
        """Someone asks by the form."""
        self.desk.subscribe(address, choices, "form 1", "192.0.2.0/24")

    def standing(self, how: Standing) -> Subscriber:
        """Someone who stands so."""
        with posting(self.engine) as connection:
            return standing_as(connection, how)

    def now_of(self, subscriber: Subscriber) -> Subscriber:
        """Their row as it is now."""
        with reading(self.engine) as connection:
            return read(connection, subscriber.id)

    def ada(self) -> Subscriber:
        """Who has asked."""
        with reading(self.engine) as connection:
            found = by_folded(connection, ADDRESS.folded)
        assert found
        return found

    def letters(self) -> Sequence[Kind]:
        """The kinds of all letters, in the order in which they were planned."""
        with reading(self.engine) as connection:
            query = select(DELIVERIES.c.digest).order_by(DELIVERIES.c.planned_at)
            return [Kind(kind) for kind in connection.execute(query).scalars()]


def manage(of: Subscriber) -> str:
    """Their token for managing."""
    return KEYS.manage(of.id, of.generation)
