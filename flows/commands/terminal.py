"""What a person sees: tables, progress, and log lines on standard error."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import typer

from flows.log_lines import PLAIN, PLAIN_TIME, JsonLines, as_json
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
_OURS = ("flows", "models", "feeds")
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


def log_to_terminal(form: str = "text") -> None:
    """Sends what the program says about its work to standard error, a plain line each.

    With the form `json` an object each, what other libraries warn of included.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(form))
    for name in _OURS:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.INFO)
    if form == "json":
        logging.getLogger().handlers = [handler]


def _formatter(form: str) -> logging.Formatter:
    return JsonLines() if form == "json" else logging.Formatter(PLAIN, PLAIN_TIME)


def warn(sentence: str, form: str) -> None:
    """Tells on standard error what is not as it should be, and ends nothing."""
    if form == "json":
        sentence = as_json(datetime.now(UTC), "WARNING", __name__, sentence)
    else:
        sentence = f"paperround: {sentence}"
    typer.echo(sentence, err=True)


@contextmanager
def progress(
    label: str, form: str = "text", *, is_told: bool = False
) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, with an estimate of the time left; call what it gives with (done, whole).

    Elsewhere, and in the form `json`, a line for each tenth, or none for work whose course `is_told` in its own log.
    """
    if form == "json" or not sys.stderr.isatty():
        yield _nothing if is_told else _lines(label, form)
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


def _lines(label: str, form: str) -> Callable[[int, int], None]:
    def advance(done: int, whole: int) -> None:
        if done * 10 // whole != (done - 1) * 10 // whole:
            line = f"{label}: {done} of {whole}"
            told = as_json(datetime.now(UTC), "INFO", __name__, line) if form == "json" else line
            sys.stderr.write(f"{told}\n")

    return advance
