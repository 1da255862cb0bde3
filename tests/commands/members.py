"""Looks at the subscribers of the command's database, and has some there already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, Table

from flows.secret import keys
from flows.settings import load_settings
from models.database import connect, posting
from models.mail.delivery import State
from models.mail.forgetting import erase
from models.mail.subscriber import Standing, Subscriber
from models.mail.subscribers import subscribers
from tests.commands.command import DATABASE
from tests.mail.subscribed import ASKED, bounce, deliver, joined, standing_as
from tests.models.stored import Rows, rows_with


@contextmanager
def members() -> Iterator[Connection]:
    """A transaction on the database in the folder that the command works in."""
    engine: Engine = connect(f"sqlite:///{DATABASE}")
    try:
        with posting(engine) as connection:
            yield connection
    finally:
        engine.dispose()


def everyone() -> list[Subscriber]:
    """All subscribers, in the order of their numbers."""
    with members() as connection:
        return subscribers(connection)


def kept(table: Table) -> Rows:
    """All rows of a table."""
    with members() as connection:
        return rows_with(connection, table)


def there(standing: Standing, address: str) -> Subscriber:
    """Someone who stands so; who was erased with the secret of the command's own."""
    with members() as connection:
        if standing is not Standing.ERASED:
            return standing_as(connection, standing, address)
        found = joined(connection, address)
        erase(connection, found.id, keys(load_settings()), ASKED)
        return found


def with_history(address: str) -> Subscriber:
    """Someone who got a letter, waits for another, and from whom one came back."""
    with members() as connection:
        found = joined(connection, address)
        deliver(connection, found, State.SENT)
        deliver(connection, found, State.PLANNED)
        bounce(connection, found)
        return found
