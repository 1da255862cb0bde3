"""What a person sees: tables, progress, and log lines on standard error."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import typer

from models.verdicts import Entry

_COLOURS = {
    "fresh": "green",
    "quiet": "bright_black",
    "waiting": "cyan",
    "partial": "yellow",
    "stalled": "red",
    "failed": "red",
}
_ESTIMATED_BY = 3600.0
"""The time left is estimated by the pace of so many seconds."""
_WIDEST = 72
"""A cell of a table is cut at so many characters."""


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], numbers: frozenset[str]) -> None:
    """A table of plain lines; columns named in `numbers` stand to the right, verdicts have colours.

    Done by hand: rich would cost `status` a third of its time.
    """
    cells = [[_cell(value) for value in row] for row in (columns, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        aligned = [
            cell.rjust(width) if name in numbers else cell.ljust(width)
            for cell, width, name in zip(row, widths, columns, strict=True)
        ]
        typer.echo("  ".join(map(_coloured, aligned)).rstrip())


def _cell(value: object) -> str:
    text = "".join(character for character in str(value) if character.isprintable())
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _coloured(cell: str) -> str:
    colour = _COLOURS.get(cell.strip())
    return typer.style(cell, fg=colour) if colour else cell


_LEDGER_COLUMNS = (
    "date",
    "source",
    "section",
    "verdict",
    "declared",
    "parsed",
    "new",
    "revised",
    "removed",
    "via",
)
_NUMBERS = frozenset({"declared", "parsed", "new", "revised", "removed"})


def print_ledger(ledger: Sequence[Entry]) -> None:
    """Rows of the ledger as a table, then what was wrong with them, a line each."""
    columns = (*_LEDGER_COLUMNS, "read at (UTC)")
    rows = [
        (*(getattr(entry, name) for name in _LEDGER_COLUMNS), f"{entry.read_at:%Y-%m-%d %H:%M}")
        for entry in ledger
    ]
    print_table(columns, rows, _NUMBERS)
    for entry in ledger:
        if entry.error:
            typer.echo(f"{entry.listing}: {entry.error}")


def print_json(value: object) -> None:
    """A value as JSON on standard output, and nothing else."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def log_to_terminal() -> None:
    """Sends what the program says about its work to standard error, a plain line each."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    for name in ("flows", "models", "feeds"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.INFO)


@contextmanager
def progress(label: str, *, is_told: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, with an estimate of the time left; call what it gives with (done, whole).

    Elsewhere a line for each tenth, or none for work whose course `is_told` in its own log.
    """
    if not sys.stderr.isatty():
        yield _nothing if is_told else _lines(label)
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress

    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    console = Console(stderr=True)
    # Steps that take minutes would leave the estimate of the usual half minute without a step to go by.
    with Progress(*columns, console=console, transient=True, speed_estimate_period=_ESTIMATED_BY) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, whole: bar.update(task, completed=done, total=whole)


def _nothing(_done: int, _whole: int) -> None:
    pass


def _lines(label: str) -> Callable[[int, int], None]:
    def advance(done: int, whole: int) -> None:
        if done * 10 // whole != (done - 1) * 10 // whole:
            sys.stderr.write(f"{label}: {done} of {whole}\n")

    return advance
