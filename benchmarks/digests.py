"""Digests for many subscribers with overlapping choices, planned and composed: CPU for each, and memory.

`python -m benchmarks.digests [--subscribers N]... [--topics N] [--papers N]`
"""

from __future__ import annotations

import argparse
import gc
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from benchmarks.measuring import print_table
from benchmarks.readership import MORNING, TOPICS_EACH, built, news, plan, subscribe
from flows.cli import COLLECTED_AFTER
from models.database import connect, posting, upgrade
from models.mail.claims import claim
from models.mail.delivery import DIGESTS, Delivery
from models.mail.letters import Fragment
from models.mail.outbox import fragments_of


def main() -> None:
    """Measures each number of subscribers in a process of its own, and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, action="append")
    parser.add_argument("--topics", type=int, default=50)
    parser.add_argument("--papers", type=int, default=1_000)
    parser.add_argument("--here", action="store_true", help="measure in this process; prints numbers alone")
    asked = parser.parse_args()
    sizes: Sequence[int] = asked.subscribers or (1_000, 10_000, 100_000)
    if asked.here:
        print(*_measured(sizes[0], asked.topics, asked.papers))
        return
    rows: list[list[str]] = []
    first = 0.0
    for size in sizes:
        given = ["--subscribers", str(size), "--topics", str(asked.topics), "--papers", str(asked.papers)]
        command = [sys.executable, "-m", "benchmarks.digests", "--here", *given]
        out = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        planned, composed, letters, megabytes = map(float, out.split())
        first = first or megabytes
        each = (f"{1000 * seconds / letters:.2f}" for seconds in (planned, composed))
        rows.append([f"{size:,}", f"{letters:,.0f}", *each, f"{megabytes:.0f}", f"{megabytes / first:.2f}"])
    print(f"{TOPICS_EACH} of {asked.topics} topics each, {asked.papers:,} papers in them; SQLite, CPU\n")
    columns = ("subscribers", "letters", "planned, ms each", "built, ms each", "MB at most", "x the first")
    print_table(columns, rows)


def _measured(subscribers: int, topics: int, papers: int) -> tuple[float, float, int, float]:
    """CPU seconds of planning and of building all messages, how many, and the memory (MB) at most."""
    gc.set_threshold(COLLECTED_AFTER)  # as the command does
    with TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{Path(folder) / 'paperround.db'}")
        found = news(papers, topics)
        upgrade(engine, MORNING)
        subscribe(engine, subscribers, topics)
        begun = time.process_time()
        letters = plan(engine, found)
        planned = time.process_time() - begun
        for deliveries, fragments in _claimed(engine):
            for each in deliveries:
                built(None, each, fragments)
        composed = time.process_time() - begun - planned
        engine.dispose()
    return planned, composed, letters, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _claimed(engine: Engine) -> Iterator[tuple[list[Delivery], dict[str, Fragment]]]:
    """All letters, a hundred at a time, with the fragments of each hundred."""
    while True:
        with posting(engine) as connection:
            found = claim(connection, "benchmark", MORNING, timedelta(hours=1), 100, DIGESTS)
            if not found:
                return
            yield (
                found,
                fragments_of(connection, sorted({key for each in found for key in each.letter.pieces})),
            )


if __name__ == "__main__":
    main()
