"""Runs the migrations: for `paperround db upgrade` on its connection, for alembic on the settings' database."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from models.database import connect
from models.tables import METADATA


def migrate(connection: Connection) -> None:
    """Brings the database behind a connection to the version asked for, all of it or nothing."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        compare_type=True,
        compare_server_default=True,
        render_as_batch=connection.dialect.name == "sqlite",
        user_module_prefix="sqlmodel.sql.sqltypes.",
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    """Takes the connection that the program hands over, else opens the database of the settings."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    from flows.settings import load_settings

    with connect(load_settings().database).connect().execution_options(writes=True) as connection:
        migrate(connection)
        connection.commit()


main()
