"""How values of options are read, the same for all commands."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer


def moment(text: str) -> dt.datetime:
    """An ISO 8601 moment; UTC where it names no zone."""
    try:
        found = dt.datetime.fromisoformat(text)
        return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(f"{text} is not a moment such as 2025-10-01T12:00:00Z") from error


def day(text: str) -> dt.date:
    """An ISO 8601 date."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is not a date such as 2025-10-01") from error


AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
AsOf = Annotated[
    dt.datetime | None,
    typer.Option(parser=moment, metavar="TIME", help="The moment that the run takes for now (UTC)."),
]
