"""Asks someone by mail whether they want digests; and how often that may be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from feeds.digests.letterhead import Letterhead
from feeds.digests.notices import notice
from models.mail.addresses import Address
from models.mail.delivery import Kind, Planned
from models.mail.outbox import noticed_since, plan
from models.mail.subscriber import Choices, Origin, Standing, Subscriber
from models.mail.subscribers import ask
from models.mail.tokens import Keys

PAUSE = timedelta(minutes=10)
"""So long after a letter of this kind no other goes to the same address."""
DAY = timedelta(days=1)
MOST_A_DAY = 3
"""So many letters that ask for a confirmation go to one address within a day; one that says that digests come."""
STALE_AFTER = DAY


class Invited(NamedTuple):
    """Who was asked, and by which letter; None where they have had letters enough."""

    subscriber: Subscriber
    letter: Kind | None


@dataclass(frozen=True, slots=True)
class Inviting:
    """Asks people in the name of a letterhead."""

    letterhead: Letterhead
    keys: Keys

    def invite(
        self,
        connection: Connection,
        address: Address,
        choices: Choices,
        *,
        origin: Origin,
        consent: str,
        network: str,
        at: datetime,
    ) -> Invited:
        """Notes what someone asks for, and plans the letter that is due to them at once. For `posting`; `at` is UTC.

        Who is active already is told so; all others are asked to confirm. Of several who ask for one address at the
        same time one waits for the other, so that the number of letters has a bound.
        """
        subscriber = ask(connection, address, choices, origin=origin, consent=consent, network=network, at=at)
        kind = Kind.KNOWN if subscriber.standing is Standing.ACTIVE else Kind.CONFIRM
        if not may_notice(kind, noticed_since(connection, subscriber.id, at - DAY), at):
            return Invited(subscriber, None)
        letter, fragments, *_ = notice(kind, self.letterhead)
        period = at.isoformat()
        planned = Planned(
            id=self.keys.delivery_id(subscriber.id, kind, period),
            subscriber_id=subscriber.id,
            kind=kind,
            period=period,
            letter=letter,
            planned_at=at,
            due_at=at,
            stale_at=at + STALE_AFTER,
        )
        plan(connection, [planned], fragments)
        return Invited(subscriber, kind)


def may_notice(kind: Kind, earlier: Sequence[datetime], at: datetime) -> bool:
    """Whether a letter of this kind may go to one who had such letters within the last day, the earliest first."""
    if kind is Kind.KNOWN:
        return not earlier
    return not earlier or (len(earlier) < MOST_A_DAY and at - earlier[-1] >= PAUSE)
