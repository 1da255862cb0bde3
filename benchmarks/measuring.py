"""CPU seconds, their medians, and tables. Only ratios within one run mean anything: machines differ, and hours."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median

Work = Callable[[], object]
Contender = Callable[[], Work]
"""Makes ready what is not measured, and gives the work that is."""


def medians(
    contenders: Mapping[str, Contender], rounds: int, clock: Callable[[], float] = time.process_time
) -> dict[str, float]:
    """The median CPU seconds of each contender over an odd number of rounds; garbage is collected before each.

    They take turns, so that a bad minute of the machine meets them all.
    """
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            work = contender()
            gc.collect()
            begun = clock()
            work()
            times[name].append(clock() - begun)
    return {name: median(found) for name, found in times.items()}


def ended_children() -> float:
    """The CPU seconds of all child processes that have ended: the clock for work in a process of its own."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table; the first column stands to the left, the others to the right."""
    widths = [max(map(len, cells)) for cells in zip(columns, *rows, strict=True)]
    for row in (columns, ["-" * width for width in widths], *rows):
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        print("  ".join([row[0].ljust(widths[0]), *cells[1:]]))
