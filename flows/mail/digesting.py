"""The digests of a moment: what came back is read, what is due is planned, what is planned is sent."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from typing import NamedTuple

from feeds.site.words import count
from flows.mail.means import Mail
from flows.mail.news import news
from flows.mail.planning import Planner
from flows.mail.receiving import receive_all
from flows.mail.sending import Done, StoppedError, send
from flows.mail.tidying import tidy
from flows.steps.recording import recorded
from flows.steps.resources import Resources
from models.database import posting, reading
from models.errors import MailError, SettingsError
from models.mail.delivery import DIGESTS, NOTICES, Kind, State
from models.mail.outbox import Uncertain, counts, uncertain_ones
from models.mail.subscribers import slices
from models.run import RunKind

SLICE = 500
"""Subscribers whose digests are planned in one transaction, and sent by one task."""

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
    """What became of some letters; `failure` is a sentence of what kept others back, "" where nothing did."""

    tally: Tally
    failure: str = ""


EachSlice = Callable[[Resources, Slice], Part]

SendAll = Callable[[Mail], Iterable[Part]]
"""Has the digests of all subscribers planned and sent, and tells what became of them, part by part."""


def send_slice(resources: Resources, work: Slice) -> Part:
    """Plans the digests of a slice that are due, and sends them with what is left of earlier ones."""
    planned = work.planner.plan(resources.engine, work.ids, resources.now())
    tally, failure = _send(resources, work.mail, DIGESTS, work.ids)
    return Part(Tally(planned=planned) + tally, failure)


def digest(resources: Resources, each_slice: EachSlice = send_slice) -> Digested:
    """Plans and sends the digests whose hour has come. Papers and feeds do not depend on it: it never raises
    for mail that cannot be sent, but says so among its failures.
    """

    def send_all(mail: Mail) -> Iterator[Part]:
        with reading(resources.engine) as connection:
            found = slices(connection, SLICE)
        return _in_slices(resources, mail, found, each_slice)

    return digest_by(resources, send_all)


def digest_by(resources: Resources, send_all: SendAll) -> Digested:
    """The same where someone else has the digests sent: what is done once, however many share them.

    It reads what came back, forgets what is over, sends notices, and says how all letters stand at its end.
    """

    def work(mail: Mail) -> Iterator[Part]:
        yield from _received(resources, mail)
        with posting(resources.engine) as connection:
            tidy(connection, resources.now())
        notices = _send(resources, mail, NOTICES)  # first: who asked for one waits for it
        yield notices
        if not notices.failure:
            yield from send_all(mail)

    done = _recorded(resources, work)
    if not done.where:
        return done
    with reading(resources.engine) as connection:
        return replace(done, states=counts(connection), uncertain=uncertain_ones(connection))


def digest_some(resources: Resources, ids: range, each_slice: EachSlice = send_slice) -> Digested:
    """Plans and sends the digests of the subscribers with these numbers, one after another, and nothing else.

    Others may do so at the same time, even for the same subscribers: each letter is planned once, and in one
    worker's hands at a time.
    """
    cut = [range(first, min(first + SLICE, ids.stop)) for first in range(ids.start, ids.stop, SLICE)]
    return _recorded(resources, lambda mail: _in_slices(resources, mail, cut, each_slice, ids))


def _recorded(resources: Resources, work: SendAll) -> Digested:
    with recorded(resources.engine, RunKind.DIGEST, resources.now) as note:
        done = _done(resources, work)
        note.failures, note.counts = done.failures, asdict(done.tally)
    return done


def _done(resources: Resources, work: SendAll) -> Digested:
    try:
        mail = resources.mail()
    except SettingsError as error:
        return Digested(failures=(str(error),))
    parts = list(work(mail))
    tally = sum((part.tally for part in parts), Tally())
    if tally.uncertain:
        _LOG.warning(
            "%s may have been sent or not: `paperround digest status` names them",
            count(tally.uncertain, "letter"),
        )
    failures = tuple(part.failure for part in parts if part.failure)
    return Digested(tally, failures=failures, where=mail.where)


def _in_slices(
    resources: Resources,
    mail: Mail,
    found: Sequence[range],
    each_slice: EachSlice,
    everyone: range | None = None,
) -> Iterator[Part]:
    """Slice after slice until the mail server refuses us; at the end, of everyone, what is of no slice (any more)."""
    now = resources.now()
    planner = Planner(cache(lambda: news(resources, now)), mail.composer, mail.keys)
    for ids in found:
        part = each_slice(resources, Slice(ids, mail, planner))
        yield part
        if part.failure:
            return
    rest = _send(resources, mail, DIGESTS, everyone)
    yield rest
    if planner.broken and not rest.failure:
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


def _received(resources: Resources, mail: Mail) -> Iterator[Part]:
    """Reads what came back; a failure where that cannot be done."""
    if not mail.box:
        return
    try:
        received = receive_all(resources.engine, mail.box, mail.letterhead.return_address, resources.now())
    except (MailError, SettingsError) as error:
        yield Part(Tally(), str(error))
    else:
        _LOG.info("Read the box for bounces: %s", received)
