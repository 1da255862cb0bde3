"""Plans the digests that are due: what each will hold, and that it shall be sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from feeds.digests.choosing import News, Reader, digest_of
from feeds.digests.composing import Composer
from models.database import posting
from models.mail.delivery import Planned
from models.mail.due import Due, due
from models.mail.letters import Fragment
from models.mail.outbox import plan
from models.mail.subscriber import Standing
from models.mail.subscribers import subscribers
from models.mail.tokens import Keys


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans for one slice of subscribers after another what is new at one moment.

    `news` is asked for when the first digest is due: it costs as much as all feeds.
    """

    news: Callable[[], News]
    composer: Composer
    keys: Keys

    def plan(self, engine: Engine, ids: range, now: datetime) -> int:
        """Plans the digests of these subscribers that are due, all or none of them; gives how many.

        `now` is aware UTC. What another worker plans at the same time is planned once.
        """
        if not self.asked(engine, ids, now):
            return 0
        self.news()  # before the transaction: others wait for it
        with posting(engine) as connection:
            drafts = self.drafts(connection, ids, now)
            fragments = {fragment.key: fragment for draft in drafts for fragment in draft.fragments}
            return len(plan(connection, [draft.planned for draft in drafts], fragments.values()))

    def asked(self, engine: Engine, ids: range, now: datetime) -> bool:
        """Whether a digest of any of these subscribers is due and not planned yet."""
        with engine.connect() as connection:
            return bool(_due(connection, ids, now))

    def drafts(self, connection: Connection, ids: range, now: datetime) -> list[Draft]:
        """The digests that would be planned for these subscribers."""
        found = (self._draft(each, now) for each in _due(connection, ids, now))
        return [draft for draft in found if draft]

    def _draft(self, asked: Due, now: datetime) -> Draft | None:
        digest = digest_of(_reader(asked), asked.period, self.news())
        if digest is None:
            return None
        composed = self.composer.compose(digest)
        subscriber, period = asked.subscriber, asked.period
        planned = Planned(
            id=self.keys.delivery_id(subscriber.id, period.kind, period.name),
            subscriber_id=subscriber.id,
            kind=period.kind,
            period=period.name,
            letter=composed.letter,
            planned_at=now,
            due_at=now,
            stale_at=period.stale_at,
            told=composed.told,
            counted=composed.counted,
        )
        return Draft(planned, composed.fragments, subscriber.address)


@dataclass(frozen=True, slots=True)
class Draft:
    """A digest that can be planned, with the fragments of its letter, and to whom it would go."""

    planned: Planned
    fragments: Sequence[Fragment]
    address: str


def _due(connection: Connection, ids: range, now: datetime) -> list[Due]:
    active = subscribers(connection, ids.start - 1, len(ids), Standing.ACTIVE)
    return due(connection, [each for each in active if each.id in ids], now)


def _reader(asked: Due) -> Reader:
    subscriber = asked.subscriber
    return Reader(
        topics=subscriber.choices.topics,
        hears_of_nothing=subscriber.choices.hears_of_nothing,
        confirmed_at=subscriber.confirmed_at or subscriber.requested_at,
        told=asked.told,
        counted_at=asked.counted_at,
    )
