"""The command `paperround deploy`. What it needs is imported inside it, as in flows/cli.py."""

from __future__ import annotations

import typer

deploy = typer.Typer(add_completion=False, rich_markup_mode=None)


@deploy.command()
def _deploy() -> None:
    """To be filled in."""
