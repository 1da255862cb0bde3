"""The commands of `paperround digest`. What each needs is imported inside it, as in flows/cli.py."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import AsJson, AsOf
from flows.settings import load_settings

digest = typer.Typer(
    help="Digests by mail: how they look, sending them, and what became of them.",
    add_completion=False,
    rich_markup_mode=None,
)


@digest.command()
def preview(
    address: Annotated[
        str | None, typer.Argument(help="A subscriber; without: someone new, with the topics given.")
    ] = None,
    topic: Annotated[
        list[str] | None, typer.Option("--topic", metavar="SLUG", help="Only this topic; may be given again.")
    ] = None,
    weekly: Annotated[bool, typer.Option("--weekly", help="The digest of a week.")] = False,
    text: Annotated[bool, typer.Option("--text", help="The text part, on standard output.")] = False,
    as_of: AsOf = None,
) -> None:
    """The digest that would be sent now, in a browser or as text; nothing is sent."""
    from flows.commands.digest_preview import show_preview

    show_preview(load_settings(), address, topic or (), as_of, is_weekly=weekly, as_text=text)


@digest.command()
def send(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say who would get what; send nothing.")] = False,
    as_of: AsOf = None,
) -> None:
    """Send the digests whose hour has come, and what is left of earlier ones; read what came back.

    Exit code 1 when the mail server cannot be reached or refuses us.
    """
    from flows.commands.digests import send_digests

    raise typer.Exit(send_digests(load_settings(), as_of, is_dry=dry_run))


@digest.command()
def status(
    resend_uncertain: Annotated[
        bool, typer.Option("--resend-uncertain", help="Plan those again that may have been sent.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What became of all letters; those that may have been sent or not, by name."""
    from flows.commands.digest_status import show_status

    now = dt.datetime.now(dt.UTC)
    show_status(load_settings(), now, as_json=as_json, is_resent=resend_uncertain)


@digest.command()
def receive(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            readable=True,
            help="A received mail; without: from standard input.",
        ),
    ] = None,
) -> None:
    """Act on one received mail: a bounce, a complaint, a request to leave. For a pipe of the mail server.

    Exit code 75 when it has to be handed over again later.
    """
    from flows.commands.receiving import receive as receive_mail

    now = dt.datetime.now(dt.UTC)
    if file is None:
        raise typer.Exit(receive_mail(load_settings, sys.stdin.buffer, now))
    with file.open("rb") as stream:
        raise typer.Exit(receive_mail(load_settings, stream, now))
