"""The command `paperround up`. What it needs is imported inside it, as in flows/cli.py."""

from __future__ import annotations

from typing import Annotated

import typer

up = typer.Typer(add_completion=False, rich_markup_mode=None)


@up.command()
def _up(
    demo: Annotated[
        bool, typer.Option("--demo", help="The demo's week, recorded and served; no schedules, no network.")
    ] = False,
    host: Annotated[
        str, typer.Option(metavar="HOST", help="The address that the site listens on.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port of the site; 0: one that is free.")
    ] = 8000,
    prefect_port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port of the Prefect server; 0: one that is free.")
    ] = 4200,
) -> None:
    """All of it on this machine: Prefect's server with its UI, the schedules, the site; until Ctrl-C.

    Exit code 1 when one of its programs ends again and again.
    """
    from flows.commands.upkeep import Wishes, keep_up
    from flows.settings import load_settings

    raise typer.Exit(keep_up(load_settings(), Wishes(demo, host, port, prefect_port)))
