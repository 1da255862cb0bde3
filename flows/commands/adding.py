"""`subscribers add`, and who lets people in by a command."""

from __future__ import annotations

import datetime as dt

import typer

from flows.commands.subscribers import store
from flows.mail.admitting import REFUSED, Admission, Door
from flows.mail.inviting import Inviting
from flows.mail.means import letterhead_of
from flows.mail.wanted import Wanted
from flows.secret import keys
from flows.settings import Settings
from models.database import posting
from models.errors import PaperRoundError, UsageError
from models.mail.addresses import normalised
from models.mail.subscriber import Cadence, Choices, Origin
from models.text import clean
from models.topics.catalogue import load

LONGEST_CONSENT = 500


def door(settings: Settings, origin: Origin, confirmed: str | None) -> Door:
    """Who lets people in by a command, on this word of the operator; UsageError for a word that says nothing."""
    return Door(
        keys(settings), Inviting(letterhead_of(settings), keys(settings)), origin, _consent(confirmed)
    )


def _consent(confirmed: str | None) -> str:
    if confirmed is None:
        return ""
    consent = clean(confirmed)
    if not consent or len(consent) > LONGEST_CONSENT:
        raise UsageError(f"--confirmed: say how they agreed, in at most {LONGEST_CONSENT} characters")
    return consent


def slugs(settings: Settings) -> list[str]:
    """The topics that can be chosen, by their slugs."""
    return [topic.slug for topic in load(settings.topics_path)]


def add_subscriber(settings: Settings, address: str, wanted: Wanted, confirmed: str | None) -> None:
    """Lets one in and says what comes next; PaperRoundError for who can only come themselves."""
    given, choices = normalised(address), wanted.choices(slugs(settings))
    opened = door(settings, Origin.COMMAND, confirmed)
    with store(settings) as engine, posting(engine) as connection:
        found = opened.admit(connection, given, choices, dt.datetime.now(dt.UTC))
    if found in REFUSED:
        raise PaperRoundError(f"{given.address} {found}: only they themselves can come back, by the form")
    if found is Admission.THERE:
        typer.echo(f"{given.address} is there already; nothing was changed.")
    elif confirmed is None:
        typer.echo(f"{given.address} is asked to confirm: `paperround digest send` sends the letter.")
    else:
        typer.echo(f"{given.address} gets digests: {_in_words(choices)}.")


def _in_words(choices: Choices) -> str:
    often = "on Mondays" if choices.cadence is Cadence.WEEKLY else "every day"
    return f"{often} from {choices.hour:02}:00 {choices.zone}, on {', '.join(choices.topics)}"
