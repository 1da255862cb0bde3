"""The command `paperround up`. What it needs is imported inside it, as in flows/cli.py."""

from __future__ import annotations

import typer

up = typer.Typer(add_completion=False, rich_markup_mode=None)


@up.command()
def _up() -> None:
    """To be filled in."""
