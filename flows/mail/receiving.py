"""Acts on what comes back: bounces, complaints, mails of those who leave. Nothing is ever answered."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from feeds.digests.bounces import read
from feeds.digests.boxes import Box, open_box
from feeds.digests.received import Bounced, Complained, Leaves, Nothing, Received
from models.database import posting
from models.errors import MailError
from models.mail.bounce import Kind
from models.mail.bouncing import note_bounce, whose
from models.mail.leaving import Left, leave
from models.mail.subscriber import Leaving, Subscriber
from models.mail.subscribers import by_id, by_token

_LOG = logging.getLogger(__name__)
MOST_BYTES = 2 * 1024 * 1024
"""So much of a mail is fetched at most."""
MOST_MAILS = 1_000
"""So many mails of a box are read at a time; the next time goes on."""


class Effect(StrEnum):
    """What came of a mail."""

    BOUNCED = "bounced"
    SUSPENDED = "suspended"  # bounced, and that was enough
    COMPLAINED = "complained"
    LEFT = "left"
    UNATTRIBUTED = "of nobody known"  # names no delivery and no token, or none that is known (any more)
    NOTHING = "without consequence"
    FAILED = "failed, to be read again"


class Handled(NamedTuple):
    """What a mail is, and what came of it."""

    received: Received
    effect: Effect


@dataclass(frozen=True, slots=True)
class Came:
    """How many mails of a box had each effect; an effect that none had is left out. As a text it is for people."""

    by_effect: Mapping[Effect, int]

    def __str__(self) -> str:
        told = (f"{self.by_effect[effect]} {effect}" for effect in Effect if effect in self.by_effect)
        return ", ".join(told) or "nothing"


def receive(engine: Engine, content: bytes, return_address: str, now: datetime) -> Handled:
    """Acts on a mail to our return address, in one transaction; `now` is aware UTC. The same mail again changes nothing.

    A bounce is noted, and may suspend a subscriber; who complains or asks for it by mail leaves.
    """
    received = read(content, return_address)
    if isinstance(received, Nothing):
        _LOG.debug("A mail without consequence: %s", received.reason)
        return Handled(received, Effect.NOTHING)
    with posting(engine) as connection:
        return Handled(received, _act(connection, received, now))


def receive_all(engine: Engine, url: str, return_address: str, now: datetime) -> Came:
    """Acts on the mails of a box (`feeds.digests.boxes`) that are not marked as read, and marks them.

    One that fails stays as it is, is tried again the next time, and holds up no other. A crash between acting and
    marking does no harm. Raises MailError where the box cannot be used, SettingsError for a URL of none.
    """
    effects: Counter[Effect] = Counter()
    with open_box(url) as box:
        for key in box.waiting(MOST_MAILS):
            effects[_handle(engine, box, key, return_address, now)] += 1
    return Came(effects)


def look(url: str) -> int:
    """How many mails wait in a box, up to MOST_MAILS; none is read. Raises as `receive_all` does."""
    with open_box(url) as box:
        return len(box.waiting(MOST_MAILS))


def _handle(engine: Engine, box: Box, key: str, return_address: str, now: datetime) -> Effect:
    try:
        content = box.read(key, MOST_BYTES)
        if content is None:  # gone meanwhile
            return Effect.NOTHING
        effect = receive(engine, content, return_address, now).effect
        box.done(key)
    except (MailError, OperationalError):  # the box or the database: the others would fare no better
        raise
    except Exception:  # noqa: BLE001 - whatever it is: one mail shall not hold up the others
        _LOG.exception("Mail %s of the box cannot be handled, and stays unread", key)
        return Effect.FAILED
    return effect


def _act(connection: Connection, received: Bounced | Complained | Leaves, now: datetime) -> Effect:
    match received:
        case Leaves(token):
            return _leave_by_mail(connection, token, now)
        case Bounced(delivery_id, token) | Complained(delivery_id, token):
            subscriber = _subscriber(connection, delivery_id, token)
    if subscriber is None:
        _LOG.warning("What came back names nobody who is known: %s", received.said or "without words")
        return Effect.UNATTRIBUTED
    if isinstance(received, Complained):
        return _complain(connection, subscriber, received, now)
    return _note(connection, subscriber, received, now)


def _subscriber(connection: Connection, delivery_id: str, token: str) -> Subscriber | None:
    """Of whom a mail speaks. A delivery is forgotten after a while, and some relays give letters names of their own."""
    subscriber_id = whose(connection, delivery_id) if delivery_id else None
    if subscriber_id is not None:
        return by_id(connection, subscriber_id)
    return by_token(connection, token) if token else None


def _note(connection: Connection, subscriber: Subscriber, bounced: Bounced, now: datetime) -> Effect:
    suspends = note_bounce(
        connection, subscriber.id, bounced.delivery_id, now, bounced.kind, bounced.status, bounced.said
    )
    return Effect.SUSPENDED if suspends else Effect.BOUNCED


def _complain(
    connection: Connection, subscriber: Subscriber, complained: Complained, now: datetime
) -> Effect:
    leave(connection, subscriber.token, Leaving.COMPLAINT, now)
    note_bounce(connection, subscriber.id, complained.delivery_id, now, Kind.COMPLAINT, "", complained.said)
    return Effect.COMPLAINED


def _leave_by_mail(connection: Connection, token: str, now: datetime) -> Effect:
    if leave(connection, token, Leaving.MAIL, now) is Left.UNKNOWN:
        _LOG.error("A mail asks to leave, and its token is nobody's")
        return Effect.UNATTRIBUTED
    return Effect.LEFT
