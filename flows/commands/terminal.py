"""What a person sees: tables, progress, and log lines on standard error."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.ledger import Entry

VERDICT_STYLES = {
    "fresh": "green",
    "quiet": "dim",
    "waiting": "cyan",
    "partial": "yellow",
    "stalled": "bold red",
    "failed": "bold red",
}


def console() -> Console:
    """Standard output; lines stay whole where it is no terminal."""
    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, width=200)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], numbers: frozenset[str]) -> None:
    """A table of plain lines; columns named in `numbers` stand to the right, verdicts have colours."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(name, justify="right" if name in numbers else "left")
    for row in rows:
        table.add_row(*(Text(str(value), VERDICT_STYLES.get(str(value), "")) for value in row))
    console().print(table)


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
            console().print(Text(f"{entry.listing}: {entry.error}"))


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
        logger.handlers, logger.level, logger.propagate = [handler], logging.INFO, False


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, else a line for each tenth; call what it gives with (done, whole)."""
    if not sys.stderr.isatty():
        yield _lines(label)
        return
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, whole: bar.update(task, completed=done, total=whole)


def _lines(label: str) -> Callable[[int, int], None]:
    def advance(done: int, whole: int) -> None:
        if done * 10 // whole != (done - 1) * 10 // whole:
            sys.stderr.write(f"{label}: {done} of {whole}\n")

    return advance
