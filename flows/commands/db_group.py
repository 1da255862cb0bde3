"""The commands of `paperround db`. What each needs is imported inside it, as in flows/cli.py."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from flows.settings import load_settings

db = typer.Typer(
    help="The database: its version, backups, a move to another, and what may go.",
    add_completion=False,
    rich_markup_mode=None,
)

_MOST_KEPT = 10_000


@db.command("upgrade")
def upgrade_database() -> None:
    """Bring the database to this program's version. Where there is none, it is made."""
    from models.database import connect, shown, upgrade, version

    engine = connect(load_settings().database)
    done = upgrade(engine, dt.datetime.now(dt.UTC))
    typer.echo(f"{shown(engine)}: {'upgraded to' if done else 'already at'} version {version(engine)}")


@db.command("backup")
def back_up_database(
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A new file; without: one in HOME/backups.")
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(
            min=1, max=_MOST_KEPT, help="So many stay in HOME/backups; without: KEEP_BACKUPS of the settings."
        ),
    ] = None,
) -> None:
    """Back the database up, and check the backup. Everything else may go on meanwhile."""
    from flows.commands.copies import show_backup

    show_backup(load_settings(), dt.datetime.now(dt.UTC), to, keep)


@db.command("restore")
def restore_database(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `paperround db backup` made.")],
    into: Annotated[
        str | None, typer.Option(metavar="URL", help="This empty database; without: that of the settings.")
    ] = None,
) -> None:
    """Put a backup into a new or empty database. It is brought to this program's version."""
    from flows.commands.copies import show_restored

    show_restored(load_settings(), dt.datetime.now(dt.UTC), file, into)


@db.command("copy")
def copy_database(
    into: Annotated[
        str,
        typer.Option(metavar="URL", help="An empty database: sqlite:///FILE or postgresql+psycopg://..."),
    ],
) -> None:
    """Copy all into an empty database. It may be of the other kind: SQLite or PostgreSQL."""
    from flows.commands.copies import show_copied

    show_copied(load_settings(), dt.datetime.now(dt.UTC), into)


@db.command("prune")
def prune_database(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Remove what is old. Snapshots, backups, runs in Prefect, what mail need not remember."""
    from flows.commands.prunings import show_pruned

    show_pruned(load_settings(), dt.datetime.now(dt.UTC), dry_run=dry_run)
