"""Sends notices as soon as they are planned: who has filled in the form waits for their letter."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from flows.mail.means import Mail
from flows.mail.sending import send
from flows.steps.following import followed
from models.errors import PaperRoundError
from models.mail.delivery import NOTICES

AGAIN_AFTER_SECONDS = 300.0
"""So often it is looked for notices that nobody has told of: those that were to be tried again."""

_ENDED_WITHIN_SECONDS = 10.0
"""A letter that is under way may take longer; it is then uncertain, and named as such."""
_TO_WRITE = "PRAGMA cache_size = -2048;"  # kB

_LOG = logging.getLogger(__name__)


@contextmanager
def notifying(url: str, mail: Mail, now: Callable[[], datetime]) -> Iterator[Callable[[], None]]:
    """A thread that sends the notices of a database, for as long as the context lasts; gives what to call when one
    is planned.

    What it cannot send now it tries again later, and so does each round: nothing depends on it. Raises
    DatabaseError for a database that is not there.
    """
    awake, is_over = Event(), Event()
    with followed(url, _TO_WRITE) as engine:

        def work() -> None:
            while not is_over.is_set():
                _send(engine, mail, now)
                awake.wait(AGAIN_AFTER_SECONDS)
                awake.clear()

        thread = Thread(target=work, name="notices", daemon=True)
        thread.start()
        try:
            yield awake.set
        finally:
            is_over.set()
            awake.set()
            thread.join(_ENDED_WITHIN_SECONDS)


def _send(engine: Engine, mail: Mail, now: Callable[[], datetime]) -> None:
    try:
        send(
            engine,
            mail.post,
            mail.build,
            now,
            kinds=NOTICES,
            worker=mail.worker,
            connections=1,
            per_minute=mail.per_minute,
        )
    except (PaperRoundError, SQLAlchemyError) as error:
        _LOG.warning("Notices have to wait: %s", error)
    except Exception:  # noqa: BLE001 - else the thread ends, and nobody gets a notice until the app starts anew
        _LOG.exception("Notices have to wait")
