"""What the threads of a run of mail share: their letters, their pace, and whether they go on."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock

from feeds.digests.post import Answer, Message, Outcome, Post
from flows.mail.breaker import Breaker
from flows.mail.claiming import Claims
from flows.mail.endings import said
from flows.mail.pacing import Pace
from flows.mail.scribe import Scribe
from models.errors import MailError
from models.mail.delivery import Delivery, State
from models.mail.letters import Fragment

Build = Callable[[Delivery, Mapping[str, Fragment]], Message]
"""Makes a letter's bytes: the same for the same delivery, at any time."""

_LOG = logging.getLogger(__name__)


@dataclass
class MailRun:
    """One run of mail, of one worker. Its methods may be called by any thread."""

    worker: str
    post: Post
    build: Build
    now: Callable[[], datetime]
    scribe: Scribe
    claims: Claims
    pace: Pace
    wait: Callable[[float], object]
    stop: Event
    """When it is set, each thread ends after the letter that it has under way."""
    ended: Counter[State] = field(default_factory=Counter)
    skipped: int = 0
    gone: list[int] = field(default_factory=list)
    stopped: MailError | None = None
    error: BaseException | None = None
    _breaker: Breaker = field(default_factory=Breaker)
    _lock: Lock = field(default_factory=Lock)

    def awaits_turn(self) -> bool:
        """Waits until the next letter may go; False where none may any more."""
        seconds = self.pace.take()
        if seconds > 0:
            self.wait(seconds)
        return not self.stop.is_set()

    def judge(self, outcome: Outcome, answer: Answer) -> None:
        """Takes an answer into account, and stops the run where it is one too many."""
        with self._lock:
            self._breaker = self._breaker.after(outcome)
            trouble = self._breaker.trouble
        if trouble:
            self.refused(
                MailError(
                    f"{trouble}, the last one for `{said(answer)}`: mend that, and the next "
                    "`paperround digest send` goes on"
                )
            )

    def refused(self, error: MailError) -> None:
        """Stops the run, because the server cannot be reached or refuses us; of several errors the first counts."""
        with self._lock:
            self.stopped = self.stopped or error
        self.stop.set()

    def broke(self, error: BaseException) -> None:
        """Stops the run, because something went wrong on our side; of several errors the first counts."""
        with self._lock:
            self.error = self.error or error
        self.stop.set()

    def skip(self, delivery: Delivery) -> None:
        """Counts a letter that is not ours to send any more."""
        _LOG.info(
            "%s letter %s: not sent, it was called off, or is another worker's", delivery.kind, delivery.id
        )
        with self._lock:
            self.skipped += 1

    def count(self, delivery: Delivery, state: State, written: Future[bool], *, is_gone: bool) -> None:
        """Counts a letter when it is written what became of it."""
        error = written.exception()
        if error:
            self.broke(error)
        elif not written.result():
            _LOG.error("%s letter %s is %s, but was not ours to say so", delivery.kind, delivery.id, state)
        else:
            with self._lock:
                self.ended[state] += 1
                if is_gone:
                    self.gone.append(delivery.subscriber_id)
