"""Sends the letters that are due: each one once, whatever crashes, on as many connections as are wanted.

A letter is claimed; when the server has accepted its recipient it is noted as `sending`, and only when that is on
disk its text is handed over; then the server's answer is noted. So what a kill leaves as `sending` may have been
sent, and nothing else may.
"""

from __future__ import annotations

import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from feeds.digests.post import Post
from flows.mail.carrying import Carrier
from flows.mail.claiming import BATCH, Claims, Wanted
from flows.mail.mail_run import Build, MailRun
from flows.mail.pacing import Pace
from flows.mail.scribe import PATIENCE_SECONDS, Scribe
from models.errors import MailError
from models.mail.claims import released
from models.mail.delivery import Kind, State
from models.mail.settling import Settled, settle

_TERMINATED = 128 + signal.SIGTERM
"""What a shell says of a process that SIGTERM has ended."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a run of mail has done.

    `settled` is what earlier runs had left; the counts are of the letters of this one. `skipped` were claimed, and
    then were not ours to send any more: called off, stale, their subscriber gone. `bounced` are the numbers of
    subscribers whose mailbox is not there.
    """

    settled: Settled
    sent: int
    deferred: int
    failed: int
    uncertain: int
    skipped: int
    bounced: tuple[int, ...]


@dataclass(eq=False)
class StoppedError(MailError):
    """The run ended before all was sent; `done` is what it did until then."""

    reason: str
    done: Done

    def __str__(self) -> str:
        return self.reason


def send(
    engine: Engine,
    post: Post,
    build: Build,
    now: Callable[[], datetime],
    *,
    kinds: Collection[Kind],
    worker: str,
    connections: int,
    per_minute: int | None,
    subscribers: range | None = None,
    most: int | None = None,
    wait_seconds: Callable[[float], object] | None = None,
    seconds: Callable[[], float] = time.monotonic,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Done:
    """Sends the letters of some kinds that are due, on so many connections, never more than `per_minute` a minute.

    `now` gives the moment (aware UTC) that the run takes for now; `worker` says who it is, for people. `subscribers`
    are the numbers of those whose letters it keeps to, `most` how many letters it sends at most. For a pace it
    waits by `wait_seconds`, which is told how long, until `seconds` has come so far.

    Whatever ends it early, all that it has not begun is given back. Raises StoppedError where the server cannot be
    reached or refuses us; at SIGTERM and Ctrl-C SystemExit and KeyboardInterrupt, when each connection has ended
    the letter that it has under way; DatabaseError where what became of letters cannot be written for
    `patience_seconds`: what was on its way then is uncertain, and not sent again on its own.
    """
    started_at, stop = now(), threading.Event()
    name = f"{worker}/{secrets.token_hex(4)}"  # another run of the same process has claims of its own
    with Scribe(engine, patience_seconds) as scribe:
        settled = scribe.write(lambda connection: settle(connection, started_at))
        run = MailRun(
            worker=name,
            post=post,
            build=build,
            now=now,
            scribe=scribe,
            claims=Claims(
                scribe, name, Wanted(kinds, subscribers, most), min(BATCH, per_minute or BATCH), now
            ),
            pace=Pace(per_minute, seconds),
            wait=wait_seconds or stop.wait,
            stop=stop,
        )
        try:
            with _terminable():
                _carry(run, connections)
        finally:
            scribe.write(lambda connection: released(connection, name))
    if run.error:
        raise run.error
    done = _done(settled, run)
    if run.stopped:
        raise StoppedError(str(run.stopped), done) from run.stopped
    return done


def _carry(run: MailRun, connections: int) -> None:
    with ThreadPoolExecutor(connections, thread_name_prefix="mail") as pool:
        threads = [pool.submit(Carrier(run).work) for _ in range(connections)]
        try:
            wait(threads)
        except BaseException:  # Ctrl-C, SIGTERM: what is under way is ended first
            run.stop.set()
            raise


@contextmanager
def _terminable() -> Iterator[None]:
    """Lets SIGTERM end a run in order, where nobody else cares for it and we may: in the main thread."""
    is_ours = threading.current_thread() is threading.main_thread()
    if not is_ours or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(_TERMINATED))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _done(settled: Settled, run: MailRun) -> Done:
    return Done(
        settled=settled,
        sent=run.ended[State.SENT],
        deferred=run.ended[State.DEFERRED],
        failed=run.ended[State.FAILED],
        uncertain=run.ended[State.UNCERTAIN],
        skipped=run.skipped,
        bounced=tuple(sorted(run.gone)),
    )
