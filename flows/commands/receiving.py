"""`digest receive`: a mail server hands over a mail that came to our return address."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

import typer
from sqlalchemy.exc import SQLAlchemyError

from feeds.digests.received import Bounced, Nothing
from flows.mail import receiving
from flows.mail.means import letterhead_of
from flows.settings import Settings
from models.database import connect, require_current
from models.errors import PaperRoundError

_CHUNK = 64 * 1024
TRY_AGAIN = os.EX_TEMPFAIL
"""The exit code that lets a mail server keep the mail and come again (sysexits.h): of all others it would return the
mail, and one that itself came back is lost then."""


def receive(load: Callable[[], Settings], stream: BinaryIO, now: datetime) -> int:
    """Reads one mail to its end, acts on it, and says in a line what came of it; `now` is aware UTC.

    The exit code: 0, also where nothing follows from the mail; TRY_AGAIN where it could not be acted on, which
    standard error tells.
    """
    content = stream.read(receiving.MOST_BYTES)
    while stream.read(_CHUNK):  # a mail server that cannot hand over all of a mail takes that for a failure
        pass
    try:
        done = _receive(load(), content, now)
    except (PaperRoundError, SQLAlchemyError, OSError) as error:
        first_line = next(iter(str(error).splitlines()), type(error).__name__)
        typer.echo(f"paperround: {first_line}", err=True)
        return TRY_AGAIN
    typer.echo(done)
    return 0


def _receive(settings: Settings, content: bytes, now: datetime) -> str:
    engine = connect(settings.database)
    try:
        require_current(engine)
        done = receiving.receive(engine, content, letterhead_of(settings).return_address, now)
    finally:
        engine.dispose()
    return _told(done)


def _told(done: receiving.Handled) -> str:
    match done.received:
        case Nothing(reason):
            return f"{done.effect}: {reason}"
        case Bounced(kind=kind, status=status):
            return f"{done.effect}: {kind} {status}".rstrip()
    return str(done.effect)
