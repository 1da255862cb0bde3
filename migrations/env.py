"""Runs the migrations: for the program on its connection, for alembic's own command on the settings' database."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

import models.mail.tables  # noqa: F401  # its tables belong to METADATA
from models.database import connect, migrating
from models.tables import METADATA, is_declared


def migrate(connection: Connection) -> None:
    """Brings the database to the version asked for; its caller's transaction makes it all or nothing."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        include_name=is_declared,
        compare_type=True,
        compare_server_default=True,
        render_as_batch=connection.dialect.name == "sqlite",
        user_module_prefix="",  # the types stand in the template's imports
    )
    context.run_migrations()


def main() -> None:
    """Takes the connection that the program hands over, else opens the database of the settings."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    from flows.settings import load_settings

    with migrating(connect(load_settings().database)) as connection:
        migrate(connection)


main()
