"""`subscribers list`: who gets digests; and what the other commands on them share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from sqlalchemy import Connection, Engine

from feeds.dossier import subscriber_as_object
from flows.commands.reports import database
from flows.commands.terminal import print_json, print_table
from flows.settings import Settings
from models.database import connect, require_current
from models.mail.subscriber import Standing, Subscriber
from models.mail.subscribers import count_by_standing, subscribers

_COLUMNS = ("id", "address", "standing", "cadence", "from", "topics", "since")


@contextmanager
def store(settings: Settings) -> Iterator[Engine]:
    """The database to write to; DatabaseError where it is not at this program's version."""
    engine = connect(settings.database)
    try:
        require_current(engine)
        yield engine
    finally:
        engine.dispose()


def everyone(connection: Connection, standing: Standing | None = None) -> Iterator[Subscriber]:
    """All subscribers, or those of one standing, in the order of their numbers; read a page at a time."""
    page = subscribers(connection, standing=standing)
    while page:
        yield from page
        page = subscribers(connection, page[-1].id, standing=standing)


def show_subscribers(settings: Settings, standing: Standing | None, *, as_json: bool) -> None:
    """The subscribers as a table with counts, or as JSON."""
    with database(settings) as connection:
        found = list(everyone(connection, standing))
        counts = count_by_standing(connection)
    if as_json:
        print_json([subscriber_as_object(each) for each in found])
        return
    if found:
        print_table(_COLUMNS, [_row(each) for each in found], frozenset({"id"}))
        typer.echo()
    parts = ", ".join(f"{count} {standing}" for standing, count in counts.items())
    typer.echo(f"{sum(counts.values())} subscribers: {parts}")


def _row(of: Subscriber) -> tuple[object, ...]:
    choices = of.choices
    since = of.confirmed_at or of.requested_at
    start = f"{choices.hour:02}:00 {choices.zone}"
    topics = " ".join(choices.topics)
    return of.id, of.address, of.standing, choices.cadence, start, topics, f"{since:%Y-%m-%d}"
