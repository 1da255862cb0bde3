"""What one thread of a run of mail does: it hands letter after letter over, and notes what became of each."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from datetime import datetime

from sqlalchemy import Connection

from feeds.digests.post import Answer, Mailer, Message, Outcome
from flows.mail.claiming import Claimed
from flows.mail.endings import Ending, ending
from flows.mail.mail_run import MailRun
from models.errors import MailError, PaperRoundError
from models.mail.bounce import Kind
from models.mail.bouncing import note_bounce
from models.mail.claims import begin, deferred, failed, sent, uncertain
from models.mail.delivery import Delivery, State

_LOG = logging.getLogger(__name__)


class _NotOursError(Exception):
    """The letter was called off, is stale, or another worker has it."""


class Carrier:
    """Carries letters on a connection of its own, which it opens when there is a letter."""

    def __init__(self, run: MailRun) -> None:
        self._run = run
        self._open = ExitStack()
        self._mailer: Mailer | None = None

    def work(self) -> None:
        """Carries letters until there are none, or the run stops; an error stops it for all."""
        try:
            with self._open:
                self._carry_all()
        except MailError as error:
            self._run.refused(error)
        except BaseException as error:  # noqa: BLE001 - the one who waits for the threads raises it
            self._run.broke(error)

    def _carry_all(self) -> None:
        run = self._run
        while not run.stop.is_set() and (claimed := run.claims.next()) and run.awaits_turn():
            self._carry(claimed)

    def _carry(self, claimed: Claimed) -> None:
        attempt = _Attempt(self._run, claimed.delivery)
        message = self._built(claimed, attempt)
        if message is None:
            return
        mailer = self._opened()
        try:
            answer = mailer.deliver(message, attempt.begin)
        except _NotOursError:
            self._run.skip(claimed.delivery)
        except MailError as error:
            attempt.undo(error)
            raise
        except PaperRoundError:  # the database: nothing can be noted
            raise
        except Exception as error:  # noqa: BLE001 - one letter that breaks a mailer shall not stop the others
            _LOG.exception("%s letter %s broke the mailer", claimed.delivery.kind, claimed.delivery.id)
            self._close()
            attempt.broke(error)
        else:
            attempt.ended(answer)

    def _built(self, claimed: Claimed, attempt: _Attempt) -> Message | None:
        try:
            return self._run.build(claimed.delivery, claimed.fragments)
        except Exception as error:  # noqa: BLE001 - one broken letter shall not keep the others back
            _LOG.exception("%s letter %s cannot be built", claimed.delivery.kind, claimed.delivery.id)
            attempt.broke(error)
            return None

    def _opened(self) -> Mailer:
        if self._mailer is None:
            self._mailer = self._open.enter_context(self._run.post())
        return self._mailer

    def _close(self) -> None:
        self._mailer = None
        self._open.close()


class _Attempt:
    """One letter on its way: notes that it is begun, and how it ends."""

    def __init__(self, run: MailRun, delivery: Delivery) -> None:
        self._run = run
        self._delivery = delivery
        self._has_begun = False

    def begin(self) -> None:
        """Returns when it is on disk that the letter may be handed over; raises where it must not be."""
        at, run = self._run.now(), self._run
        if not run.scribe.write(lambda connection: begin(connection, self._delivery.id, run.worker, at)):
            raise _NotOursError
        self._has_begun = True

    def ended(self, answer: Answer) -> None:
        """The server has answered."""
        self._run.judge(answer.outcome, answer)
        self._note(answer, ending(answer, self._delivery, self._run.now()))

    def broke(self, error: Exception) -> None:
        """Something of ours broke: the letter failed, unless it was begun. A row of such letters stops the run."""
        reason = f"{type(error).__name__}: {error}"
        outcome = Outcome.UNCERTAIN if self._has_begun else Outcome.REFUSED
        answer = Answer(outcome, said=reason)
        self._run.judge(Outcome.OURS, answer)
        self._note(answer, ending(answer, self._delivery, self._run.now()))

    def undo(self, error: MailError) -> None:
        """Nothing was handed over: a letter that was begun is due again at once. Others are given back at the end."""
        if self._has_begun:
            at = self._run.now()
            self._note(Answer(Outcome.RETRY), Ending(State.DEFERRED, str(error), at))

    def _note(self, answer: Answer, come: Ending) -> None:
        at, delivery = self._run.now(), self._delivery
        written = self._run.scribe.hand(lambda connection: self._write(connection, answer, come, at))
        is_gone = answer.is_hard and come.state is State.FAILED
        written.add_done_callback(
            lambda future: self._run.count(delivery, come.state, future, is_gone=is_gone)
        )

    def _write(self, connection: Connection, answer: Answer, come: Ending, at: datetime) -> bool:
        delivery_id, worker = self._delivery.id, self._run.worker
        match come:
            case Ending(State.SENT, said, _):
                return sent(connection, delivery_id, worker, at, said)
            case Ending(State.UNCERTAIN, said, _):
                return uncertain(connection, delivery_id, worker, at, said)
            case Ending(_, said, datetime() as due_at):
                return deferred(connection, delivery_id, worker, at, max(due_at, at), said)
        if not failed(connection, delivery_id, worker, at, come.said):
            return False
        if answer.is_hard:
            subscriber_id = self._delivery.subscriber_id
            note_bounce(connection, subscriber_id, delivery_id, at, Kind.HARD, answer.status, come.said)
        return True
