"""The commands of `paperround db`. What each needs is imported inside it, as in flows/cli.py."""

from __future__ import annotations

import datetime as dt

import typer

from flows.settings import load_settings

db = typer.Typer(
    help="The database: its version, backups, a move to another, and what may go.",
    add_completion=False,
    rich_markup_mode=None,
)


@db.command("upgrade")
def upgrade_database() -> None:
    """Bring the database to the version of this program; make it where there is none."""
    from models.database import connect, shown, upgrade, version

    engine = connect(load_settings().database)
    done = upgrade(engine, dt.datetime.now(dt.UTC))
    typer.echo(f"{shown(engine)}: {'upgraded to' if done else 'already at'} version {version(engine)}")
