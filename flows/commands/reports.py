"""The commands that show what the database knows."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import typer
from sqlalchemy import Connection

from flows.commands.run_words import told
from flows.commands.terminal import print_json, print_ledger
from flows.settings import Settings
from models.database import connect, reading, require_current
from models.errors import UsageError
from models.ledger import entries, newest_date
from models.runs import latest

_DAYS_SHOWN = 14


@contextmanager
def database(settings: Settings) -> Iterator[Connection]:
    """A connection to read by; DatabaseError where the database is not at this program's version."""
    engine = connect(settings.database)
    try:
        require_current(engine)
        with reading(engine) as connection:
            yield connection
    finally:
        engine.dispose()


def show_status(settings: Settings, days: int | None, as_json: bool, now: datetime) -> None:
    """The ledger of the last days up to the newest, as a table with what became of the last runs, or as JSON.

    What is overdue is told by the app, which knows the sites' calendars: here they would cost too much.
    """
    with database(settings) as connection:
        newest = newest_date(connection)
        shown = days if days or as_json else _DAYS_SHOWN
        since = newest - timedelta(days=shown - 1) if newest and shown else None
        ledger = entries(connection, since)
        runs = {} if as_json else latest(connection)
    if as_json:
        from feeds.exchange import ledger_row

        print_json([ledger_row(entry) for entry in ledger])
        return
    if ledger:
        print_ledger(ledger)
    else:
        typer.echo("Nothing was read yet: `paperround run` reads today's listings.")
    typer.echo("\n".join(("", *told(runs, now))))


def write_export(settings: Settings, file_format: str, since: int) -> None:
    """Writes every paper that changed after a `seq` to standard output, one at a time."""
    from feeds.bibtex import bibtex
    from feeds.exchange import as_object
    from models.selection import changed_since

    writers = {
        "jsonl": lambda paper: json.dumps(as_object(paper), ensure_ascii=False) + "\n",
        "bibtex": bibtex,
    }
    if file_format not in writers:
        raise UsageError(f"unknown format {file_format}; known: {', '.join(writers)}")
    with database(settings) as connection:
        for paper in changed_since(connection, since):
            sys.stdout.write(writers[file_format](paper))
    sys.stdout.flush()
