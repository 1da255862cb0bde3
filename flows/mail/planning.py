"""Plans the digests that are due: what each will hold, and that it shall be sent."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine

from feeds.digests.choosing import News, Reader, digest_of
from feeds.digests.composing import Composer
from models.database import posting, reading
from models.mail.delivery import Planned
from models.mail.due import Due, due, waiting
from models.mail.letters import Fragment
from models.mail.outbox import plan
from models.mail.subscriber import Standing, Subscriber
from models.mail.subscribers import subscribers
from models.mail.tokens import Keys

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans for one slice of subscribers after another what is new at one moment.

    `news` is asked for when the first digest is due: it costs as much as all feeds. `broken` are the numbers of
    subscribers whose digest could not be made: it is tried again with the next run.
    """

    news: Callable[[], News]
    composer: Composer
    keys: Keys
    broken: list[int] = field(default_factory=list)

    def plan(self, engine: Engine, ids: range, now: datetime) -> int:
        """Plans the digests of these subscribers that are due, all or none of them; gives how many.

        `now` is aware UTC. What another worker plans at the same time is planned once.
        """
        if not self.asked(engine, ids, now):
            return 0
        with reading(engine) as connection:  # letters are made before the transaction: others wait for it
            drafts = self.drafts(connection, ids, now)
        fragments = {fragment.key: fragment for draft in drafts for fragment in draft.fragments}
        with posting(engine) as connection:
            return len(plan(connection, [draft.planned for draft in drafts], fragments.values()))

    def asked(self, engine: Engine, ids: range, now: datetime) -> bool:
        """Whether a digest of any of these subscribers is due and not planned yet."""
        with engine.connect() as connection:
            return bool(waiting(connection, _active(connection, ids), now))

    def drafts(self, connection: Connection, ids: range, now: datetime) -> list[Draft]:
        """The digests that would be planned for these subscribers."""
        news = self.news()
        found = due(connection, _active(connection, ids), now, _papers(news))
        drafts = (self._made(each, news, now) for each in found)
        return [draft for draft in drafts if draft]

    def _made(self, asked: Due, news: News, now: datetime) -> Draft | None:
        try:
            return self._draft(asked, news, now)
        except Exception:  # noqa: BLE001 - one digest that cannot be made shall not keep all others back
            _LOG.exception("The digest of subscriber %d cannot be made", asked.subscriber.id)
            self.broken.append(asked.subscriber.id)
            return None

    def _draft(self, asked: Due, news: News, now: datetime) -> Draft | None:
        digest = digest_of(_reader(asked), asked.period, news)
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
            planned_at=news.at,  # what came since, its reader has not been told
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


def _active(connection: Connection, ids: range) -> list[Subscriber]:
    active = subscribers(connection, ids.start - 1, len(ids), Standing.ACTIVE)
    return [each for each in active if each.id in ids]


def _papers(news: News) -> set[str]:
    """All that a digest of these news may have."""
    new = {item.paper.id for subject in news.subjects.values() for item in subject.items}
    return new.union(paper.id for paper in news.revised)


def _reader(asked: Due) -> Reader:
    subscriber = asked.subscriber
    return Reader(
        topics=subscriber.choices.topics,
        hears_of_nothing=subscriber.choices.hears_of_nothing,
        confirmed_at=subscriber.confirmed_at or subscriber.requested_at,
        told=asked.told,
        counted_at=asked.counted_at,
    )
