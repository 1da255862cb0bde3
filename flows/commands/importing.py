"""`subscribers import`: many at once, from a file."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import typer
from sqlalchemy import Engine

from flows.commands.adding import door, slugs
from flows.commands.subscribers import store
from flows.commands.terminal import progress
from flows.mail.admitting import REFUSED, Admission, Door
from flows.mail.importing import Line, read_sheet
from flows.settings import Settings
from models.database import posting, reading
from models.errors import UsageError
from models.mail.subscriber import Origin

_AT_ONCE = 200
"""So many are imported in one transaction: for its time nobody else can subscribe or leave on SQLite."""


def import_file(
    settings: Settings, path: Path, confirmed: str | None, *, is_dry: bool, skips_bad: bool
) -> None:
    """Imports a file and says what came of it; a second time it finds everybody there.

    Every bad line is named; UsageError where there is one, unless they are skipped.
    """
    opened = door(settings, Origin.IMPORT, confirmed)
    sheet = read_sheet(path, slugs(settings))
    for mistake in sheet.mistakes:
        typer.echo(str(mistake))
    if sheet.mistakes and not skips_bad:
        raise UsageError(
            f"{path}: {len(sheet.mistakes)} bad lines, nothing was imported; --skip-bad imports the others"
        )
    with store(settings) as engine:
        found = _looked_up(engine, opened, sheet.lines) if is_dry else _imported(engine, opened, sheet.lines)
    for line, admission in zip(sheet.lines, found, strict=True):
        if admission in REFUSED:
            typer.echo(f"line {line.number}: {admission}, and can only come back by the form")
    _tell(Counter(found), len(sheet.mistakes), is_asked=confirmed is None, is_dry=is_dry)


def _looked_up(engine: Engine, opened: Door, lines: Sequence[Line]) -> list[Admission]:
    with reading(engine) as connection:
        return [opened.admission(connection, line.address) for line in lines]


def _imported(engine: Engine, opened: Door, lines: Sequence[Line]) -> list[Admission]:
    found: list[Admission] = []
    with progress("Importing") as advance:
        for batch in _batches(lines):
            with posting(engine) as connection:
                now = dt.datetime.now(dt.UTC)
                found += [opened.admit(connection, line.address, line.choices, now) for line in batch]
            advance(len(found), len(lines))
    return found


def _batches(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    rest = iter(lines)
    while batch := list(islice(rest, _AT_ONCE)):
        yield batch


def _tell(found: Counter[Admission], bad: int, *, is_asked: bool, is_dry: bool) -> None:
    counts = [f"{found[admission]} {_WORDS[admission]}" for admission in Admission]
    if bad:
        counts.append(f"{bad} bad lines skipped")
    typer.echo(", ".join(counts) + (": nothing was changed" if is_dry else ""))
    if found[Admission.NEW] and is_asked and not is_dry:
        typer.echo("The new ones are asked to confirm: `paperround digest send` sends the letters.")


_WORDS = {
    Admission.NEW: "new",
    Admission.THERE: "already there",
    Admission.HAS_LEFT: "refused as they have left",
    Admission.ERASED: "refused as they were erased",
}
