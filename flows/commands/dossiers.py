"""`subscribers export` and `subscribers erase`: what is kept of someone, and that it is no more."""

from __future__ import annotations

import datetime as dt
import json
import sys

import typer
from sqlalchemy import Connection

from feeds.dossier import dossier_as_object
from flows.commands.reports import database
from flows.commands.subscribers import everyone, store
from flows.commands.terminal import print_json
from flows.secret import keys
from flows.settings import Settings
from models.database import posting
from models.errors import PaperRoundError
from models.mail.addresses import normalised
from models.mail.disclosing import dossier
from models.mail.forgetting import erase, was_erased
from models.mail.subscriber import Subscriber
from models.mail.subscribers import by_folded

_ERASED = """{address} is erased, and no letter to it is begun any more. What is kept: subscriber {id} without a name, so
that the links in old letters work; when they asked, confirmed and left, and how each letter ended; and a hash of the
address, so that no import brings it back."""


def export_dossiers(settings: Settings, address: str | None) -> None:
    """Writes all that is kept of one subscriber, or of each one a line; PaperRoundError where there is none."""
    with database(settings) as connection:
        if address is not None:
            print_json(dossier_as_object(dossier(connection, _known(connection, address))))
            return
        for each in everyone(connection):
            found = dossier_as_object(dossier(connection, each))
            sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def erase_subscriber(settings: Settings, address: str) -> None:
    """Erases one subscriber and says so; PaperRoundError where there is none."""
    given, secret = normalised(address), keys(settings)
    with store(settings) as engine, posting(engine) as connection:
        if by_folded(connection, given.folded) is None and was_erased(connection, given.folded, secret):
            typer.echo(f"{given.address} was erased before; nothing is left to be erased.")
            return
        found = _known(connection, given.address)
        erase(connection, found.id, secret, dt.datetime.now(dt.UTC))
    typer.echo(_ERASED.format(address=found.address, id=found.id))


def _known(connection: Connection, address: str) -> Subscriber:
    found = by_folded(connection, normalised(address).folded)
    if found is None:
        raise PaperRoundError("no subscriber has this address: `paperround subscribers list` names all")
    return found
