"""The digests of a moment: what came back is read, what is due is planned, what is planned is sent."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import NamedTuple

from feeds.site.words import count
from flows.mail.means import Mail
from flows.mail.news import news
from flows.mail.planning import Planner
from flows.mail.receiving import receive_all
from flows.mail.sending import Done, StoppedError, send
from flows.steps.resources import Resources
from models.database import posting, reading
from models.errors import MailError, SettingsError
from models.mail.bouncing import prune_bounces
from models.mail.delivery import DIGESTS, NOTICES, Kind, State
from models.mail.forgetting import forget_late, forget_networks, purge_pending
from models.mail.outbox import Uncertain, counts, uncertain_ones
from models.mail.settling import KEPT, prune
from models.mail.subscribers import slices

SLICE = 500
"""Subscribers whose digests are planned in one transaction, and sent by one task."""

PENDING_FOR = timedelta(days=14)
"""So long someone may take to confirm; a link holds for seven days, and may be asked for again."""

NETWORKS_FOR = timedelta(days=30)
"""So long it is kept from where someone asked."""

BOUNCES_FOR = timedelta(days=365)
"""So long it is known what came back, for the operator."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many digests were planned, and what became of letters that were to be sent."""

    planned: int = 0
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    uncertain: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.planned + other.planned,
            self.sent + other.sent,
            self.deferred + other.deferred,
            self.failed + other.failed,
            self.uncertain + other.uncertain,
        )

    def in_words(self) -> str:
        """One line for people."""
        words = f"{count(self.planned, 'digest')} planned, {count(self.sent, 'letter')} sent"
        others = (
            (self.deferred, "to be tried again"),
            (self.failed, "failed"),
            (self.uncertain, "may have been sent or not"),
        )
        return ", ".join([words, *(f"{number} {what}" for number, what in others if number)])


@dataclass(frozen=True, slots=True)
class Digested:
    """What a run did with the digests, and how all letters stand then.

    `failures` are sentences: what kept letters back. `where` says where letters go.
    """

    tally: Tally = Tally()
    states: Mapping[tuple[Kind, State], int] = field(default_factory=dict)
    uncertain: Sequence[Uncertain] = ()
    failures: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True)
class Slice:
    """A range of subscribers by their numbers, and what their digests are made and sent with."""

    ids: range
    mail: Mail
    planner: Planner


class Part(NamedTuple):
    """What became of some letters; `failure` is a sentence where no more may go: the mail server refuses us."""

    tally: Tally
    failure: str = ""


EachSlice = Callable[[Resources, Slice], Part]


def send_slice(resources: Resources, work: Slice) -> Part:
    """Plans the digests of a slice that are due, and sends them with what is left of earlier ones."""
    planned = work.planner.plan(resources.engine, work.ids, resources.now())
    tally, failure = _send(resources, work.mail, DIGESTS, work.ids)
    return Part(Tally(planned=planned) + tally, failure)


def digest(resources: Resources, each_slice: EachSlice = send_slice) -> Digested:
    """Plans and sends the digests whose hour has come. Papers and feeds do not depend on it: it never raises
    for mail that cannot be sent, but says so among its failures.
    """
    try:
        mail = resources.mail()
    except SettingsError as error:
        return Digested(failures=(str(error),))
    tally, failures = Tally(), [*_received(resources, mail)]
    _tidy(resources)
    for part in _parts(resources, mail, each_slice):
        tally += part.tally
        if part.failure:
            failures.append(part.failure)
            break
    with reading(resources.engine) as connection:
        done = Digested(tally, counts(connection), uncertain_ones(connection), tuple(failures), mail.where)
    if tally.uncertain:
        _LOG.warning(
            "%s may have been sent or not: `paperround digest status` names them",
            count(tally.uncertain, "letter"),
        )
    return done


def _parts(resources: Resources, mail: Mail, each_slice: EachSlice) -> Iterator[Part]:
    """Notices first, for who waits for them; at the end what belongs to no slice (any more)."""
    yield _send(resources, mail, NOTICES)
    now = resources.now()
    planner = Planner(cache(lambda: news(resources, now)), mail.composer, mail.keys)
    with reading(resources.engine) as connection:
        found = slices(connection, SLICE)
    for ids in found:
        yield each_slice(resources, Slice(ids, mail, planner))
    yield _send(resources, mail, DIGESTS)
    if planner.broken:
        yield Part(Tally(), f"{count(len(planner.broken), 'digest')} could not be made: the log says why")


def _send(
    resources: Resources, mail: Mail, kinds: Collection[Kind], subscribers: range | None = None
) -> Part:
    try:
        done = send(
            resources.engine,
            mail.post,
            mail.build,
            resources.now,
            kinds=kinds,
            worker=mail.worker,
            connections=mail.connections,
            per_minute=mail.per_minute,
            subscribers=subscribers,
        )
    except StoppedError as error:
        return Part(_tally(error.done), str(error))
    return Part(_tally(done))


def _tally(done: Done) -> Tally:
    return Tally(
        sent=done.sent,
        deferred=done.deferred,
        failed=done.failed + done.settled.late,
        uncertain=done.uncertain + done.settled.uncertain,
    )


def _received(resources: Resources, mail: Mail) -> Iterator[str]:
    """Reads what came back; a sentence where that cannot be done."""
    if not mail.box:
        return
    try:
        received = receive_all(resources.engine, mail.box, mail.letterhead.return_address, resources.now())
    except (MailError, SettingsError) as error:
        yield str(error)
    else:
        _LOG.info("Read the box for bounces: %s", received)


def _tidy(resources: Resources) -> None:
    """Forgets what is not needed any more."""
    now = resources.now()
    with posting(resources.engine) as connection:
        purge_pending(connection, now - PENDING_FOR)
        forget_networks(connection, now - NETWORKS_FOR)
        forget_late(connection)
        prune(connection, now - KEPT)
        prune_bounces(connection, now - BOUNCES_FOR)
