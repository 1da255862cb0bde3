"""What the web app does for subscribers: each wish in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from feeds.digests.letterhead import Letterhead
from feeds.dossier import dossier_as_object
from feeds.web.desk import Card
from flows.mail.inviting import Inviting
from flows.steps.following import followed
from models.database import posting, reading, shown
from models.errors import DatabaseError
from models.mail.addresses import Address
from models.mail.disclosing import dossier
from models.mail.forgetting import erase
from models.mail.leaving import Left, leave, rejoin
from models.mail.subscriber import Choices, Leaving, Origin, Standing, Subscriber
from models.mail.subscribers import by_id, by_token, choose, confirm
from models.mail.tokens import CONFIRM_WITHIN, Keys

UNDO_WITHIN = timedelta(days=7)
"""So long a leaving can be taken back by who has the link for leaving: it may have been passed on with a letter."""
_CAN_CONFIRM = (Standing.PENDING, Standing.SUSPENDED)
_TO_WRITE = (
    "PRAGMA busy_timeout = 10000; PRAGMA cache_size = -2048;"  # ms: nobody waits longer for a page; kB
)


def _nothing() -> None:
    pass


@contextmanager
def opened_desk(
    url: str,
    keys: Keys,
    now: Callable[[], datetime],
    letterhead: Letterhead | None = None,
    soon: Callable[[], None] = _nothing,
) -> Iterator[Desk]:
    """A desk over the database of a URL, which has to be there already; closed at the end. It may write.

    Raises DatabaseError for a database that is not there.
    """
    with followed(url, _TO_WRITE) as engine:
        yield Desk(engine, keys, now, letterhead, soon)


class Desk:
    """The desk over an engine: what feeds.web.desk.Desk promises.

    `now` gives the moment (aware UTC). Without a letterhead it is closed. `soon` is called when a letter has been
    planned that is due at once; it must not wait.
    """

    def __init__(
        self,
        engine: Engine,
        keys: Keys,
        now: Callable[[], datetime],
        letterhead: Letterhead | None = None,
        soon: Callable[[], None] = _nothing,
    ) -> None:
        self._engine = engine
        self._keys = keys
        self._now = now
        self._inviting = Inviting(letterhead, keys) if letterhead else None
        self._soon = soon

    @property
    def is_open(self) -> bool:
        """Whether mail is sent at all."""
        return self._inviting is not None

    def subscribe(self, address: Address, choices: Choices, consent: str, network: str) -> None:
        """Notes that someone asks for digests, and plans the letter to them. Nothing where the desk is closed."""
        if self._inviting is None:
            return
        with self._posting() as connection:
            invited = self._inviting.invite(
                connection,
                address,
                choices,
                origin=Origin.FORM,
                consent=consent,
                network=network,
                at=self._now(),
            )
        if invited.letter:
            self._soon()

    def asked(self, token: str) -> Card | None:
        """Who can be made a subscriber by a token for confirming, or is one already."""
        with self._reading() as connection:
            return self._card(self._confirmable(connection, token))

    def confirm(self, token: str) -> Card | None:
        """Makes them one, however often it is said."""
        with self._posting() as connection:
            found = self._confirmable(connection, token)
            return self._card(confirm(connection, found.id, self._now()) if found else None)

    def managed(self, token: str) -> Card | None:
        """Whose token for managing it is."""
        with self._reading() as connection:
            return self._card(self._manager(connection, token))

    def choose(self, token: str, choices: Choices) -> Card | None:
        """Notes what the one with this token for managing wants from now on."""
        with self._posting() as connection:
            found = self._manager(connection, token)
            if found:
                choose(
                    connection, found.id, choices
                )  # of who has left nothing is changed, and their card says so
            return self._card(self._manager(connection, token))

    def leave(self, token: str, by: Leaving) -> bool:
        """Sends nothing any more to the one with this token for leaving; False where it is nobody's."""
        with self._posting() as connection:
            return leave(connection, token, by, self._now()) is not Left.UNKNOWN

    def undo(self, token: str) -> bool:
        """Takes back that the one with this token left within UNDO_WITHIN; whether that was so."""
        with self._posting() as connection:
            found = by_token(connection, token)
            is_late = not found or not found.left_at or self._now() - found.left_at > UNDO_WITHIN
            return not is_late and rejoin(connection, token)

    def erase(self, token: str) -> bool:
        """Forgets the one with this token for managing."""
        with self._posting() as connection:
            found = self._manager(connection, token)
            return found is not None and erase(connection, found.id, self._keys, self._now())

    def export(self, token: str) -> Mapping[str, object] | None:
        """All that is kept of the one with this token for managing, fit for JSON."""
        with self._reading() as connection:
            found = self._manager(connection, token)
            return dossier_as_object(dossier(connection, found)) if found else None

    def _confirmable(self, connection: Connection, token: str) -> Subscriber | None:
        known = self._keys.confirmed(token)
        if known is None:
            return None
        subscriber_id, asked_at = known
        found = by_id(connection, subscriber_id)
        if found is None or found.standing is Standing.ACTIVE:
            return found
        holds = found.standing in _CAN_CONFIRM and self._now() - asked_at <= CONFIRM_WITHIN
        return found if holds else None

    def _manager(self, connection: Connection, token: str) -> Subscriber | None:
        known = self._keys.managed(token)
        if known is None:
            return None
        subscriber_id, generation = known
        found = by_id(connection, subscriber_id)
        return found if found and found.generation == generation else None  # erasing counts it up

    def _card(self, of: Subscriber | None) -> Card | None:
        if of is None:
            return None
        return Card(of.address, of.standing, of.choices, of.token, self._keys.manage(of.id, of.generation))

    @contextmanager
    def _posting(self) -> Iterator[Connection]:
        with self._told(), posting(self._engine) as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._told(), reading(self._engine) as connection:
            yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Makes what the driver raises an error of ours, which tells nothing of the one whom it was about."""
        try:
            yield
        except SQLAlchemyError as error:
            raise DatabaseError(f"the database {shown(self._engine)} does not answer") from error
