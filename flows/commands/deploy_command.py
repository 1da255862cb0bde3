"""The command `paperround deploy`. What it needs is imported inside it, as in flows/cli.py."""

from __future__ import annotations

from typing import Annotated

import typer

deploy = typer.Typer(add_completion=False, rich_markup_mode=None)


@deploy.command()
def _deploy(
    notify_block: Annotated[
        str | None,
        typer.Option(
            "--notify-block",
            metavar="TYPE/NAME",
            help="Tell of trouble by this notification block of the Prefect server, in place of NOTIFY_URL.",
        ),
    ] = None,
) -> None:
    """Make the work pool, the deployments and the automations on the Prefect server, or bring them up to date."""
    from flows.commands.deploying import deploy_to_server
    from flows.settings import load_settings

    deploy_to_server(load_settings(), notify_block)
