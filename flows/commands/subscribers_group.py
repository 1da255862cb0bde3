"""The commands of `paperround subscribers`. What each needs is imported inside it, as in flows/cli.py."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import AsJson
from flows.settings import load_settings
from models.mail.subscriber import DEFAULT_HOUR, DEFAULT_ZONE, Standing

subscribers = typer.Typer(
    help="Who gets digests by mail.",
    add_completion=False,
    rich_markup_mode=None,
)

Known = Annotated[str, typer.Argument(metavar="ADDRESS", help="The mail address of a subscriber.")]
Confirmed = Annotated[
    str | None,
    typer.Option(
        metavar="TEXT",
        help="How they agreed, which is kept; without: they are asked by a letter, and get nothing before.",
    ),
]


@subscribers.command("list")
def list_subscribers(
    standing: Annotated[Standing | None, typer.Option(help="Only those who stand so.")] = None,
    as_json: AsJson = False,
) -> None:
    """The subscribers, and how many there are in each standing."""
    from flows.commands.subscribers import show_subscribers

    show_subscribers(load_settings(), standing, as_json=as_json)


@subscribers.command()
def add(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="A mail address.")],
    topic: Annotated[
        list[str] | None,
        typer.Option(
            "--topic",
            metavar="SLUG",
            help="A topic, `all` or `trending`; may be given again. Without: trending.",
        ),
    ] = None,
    weekly: Annotated[bool, typer.Option("--weekly", help="On Mondays; without: every day.")] = False,
    hour: Annotated[int, typer.Option(min=0, max=23, help="From this hour on.")] = DEFAULT_HOUR,
    zone: Annotated[str, typer.Option(metavar="NAME", help="The hour's time zone.")] = DEFAULT_ZONE,
    confirmed: Confirmed = None,
) -> None:
    """Add one subscriber. Who has left or was erased can only come back themselves."""
    from flows.commands.adding import add_subscriber
    from flows.mail.wanted import Wanted

    wanted = Wanted(tuple(topic or ()), "weekly" if weekly else "daily", str(hour), zone)
    add_subscriber(load_settings(), address, wanted, confirmed)


@subscribers.command("import")
def import_subscribers(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="CSV with a header: address, topics (blanks between), cadence, hour, zone."
        ),
    ],
    confirmed: Confirmed = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would come of it; change nothing.")
    ] = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Import the good lines where some are bad.")
    ] = False,
) -> None:
    """Add the subscribers of a file, or none of them where a line is bad; every bad line is named."""
    from flows.commands.importing import import_file

    import_file(load_settings(), file, confirmed, is_dry=dry_run, skips_bad=skip_bad)


@subscribers.command()
def export(
    address: Annotated[
        str | None, typer.Argument(metavar="ADDRESS", help="Only this one; without: all, a line each.")
    ] = None,
) -> None:
    """All that is kept of subscribers, as JSON: their choices and consent, the letters to them, what came back."""
    from flows.commands.dossiers import export_dossiers

    export_dossiers(load_settings(), address)


@subscribers.command()
def erase(address: Known) -> None:
    """Forget all of one subscriber but what keeps the links in their letters working."""
    from flows.commands.dossiers import erase_subscriber

    erase_subscriber(load_settings(), address)
