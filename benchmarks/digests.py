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
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, insert

from benchmarks.feeds import invented_papers
from benchmarks.measuring import print_table
from feeds.digests.choosing import News, Subject
from feeds.digests.composing import Composer
from feeds.digests.letterhead import make_letterhead
from feeds.digests.message import Reader, build
from feeds.entries import Item
from feeds.site.frame import Site
from flows.cli import COLLECTED_AFTER
from flows.mail.digesting import SLICE
from flows.mail.planning import Planner
from models.database import connect, posting, reading, upgrade
from models.mail.claims import claim
from models.mail.delivery import DIGESTS, Delivery
from models.mail.letters import Fragment
from models.mail.outbox import fragments_of
from models.mail.subscribers import slices
from models.mail.tables import SUBSCRIBERS
from models.mail.tokens import Keys, new_token
from models.papers import Paper

_SITE = "https://round.example"
_KEYS = Keys(b"a secret of sixteen bytes or more")
_CHOSEN = 5
"""Topics that each subscriber has."""
_INSERTED = 5_000


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
    print(f"{_CHOSEN} of {asked.topics} topics each, {asked.papers:,} papers in them; SQLite, CPU\n")
    columns = ("subscribers", "letters", "planned, ms each", "built, ms each", "MB at most", "x the first")
    print_table(columns, rows)


def _measured(subscribers: int, topics: int, papers: int) -> tuple[float, float, int, float]:
    """CPU seconds of planning and of building all messages, how many, and the memory (MB) at most."""
    gc.set_threshold(COLLECTED_AFTER)  # as the command does
    with TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{Path(folder) / 'paperround.db'}")
        found = _news(invented_papers(papers), topics)
        upgrade(engine, found.at)
        _subscribe(engine, subscribers, topics, found.at)
        letterhead = make_letterhead("Paper Round <digest@round.example>", None, _SITE, "")
        planner = Planner(lambda: found, Composer(Site(_SITE), letterhead), _KEYS)
        begun = time.process_time()
        with reading(engine) as connection:
            parts = slices(connection, SLICE)
        letters = sum(planner.plan(engine, ids, found.at) for ids in parts)
        planned = time.process_time() - begun
        for deliveries, fragments in _claimed(engine, found.at):
            for each in deliveries:
                manage = _KEYS.manage(each.subscriber_id, each.generation)
                build(each, fragments, Reader(each.address, each.token, manage, ""), letterhead, None)
        built = time.process_time() - begun - planned
        engine.dispose()
    return planned, built, letters, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _news(papers: Sequence[Paper], topics: int) -> News:
    """The papers as if all had come yesterday, forty of a thousand in each topic."""
    chance = Random(0)
    at = datetime(2026, 1, 20, 8, tzinfo=UTC)
    came = [Item(_announced(paper, at), "lantern") for paper in papers]
    subjects = (
        Subject(f"topic-{number}", f"Topic {number}", f"topics/topic-{number}/", tuple(_some(came, chance)))
        for number in range(topics)
    )
    return News(at, {each.slug: each for each in subjects}, (), at.date(), "Hugging Face up to 20 January.")


def _announced(paper: Paper, at: datetime) -> Paper:
    return replace(paper, announced_at=at - timedelta(hours=9), updated_at=at - timedelta(hours=9))


def _some(items: Sequence[Item], chance: Random) -> list[Item]:
    return chance.sample(items, max(1, len(items) // 25))


def _subscribe(engine: Engine, count: int, topics: int, at: datetime) -> None:
    chance = Random(1)
    rows = (_row(number, chance.sample(range(topics), _CHOSEN), at) for number in range(count))
    while batch := list(islice(rows, _INSERTED)):
        with posting(engine) as connection:
            connection.execute(insert(SUBSCRIBERS), batch)


def _row(number: int, topics: Sequence[int], at: datetime) -> dict[str, object]:
    address = f"reader{number}@reader.example"
    return {
        "address": address, "folded": address, "state": "active", "token": new_token(), "generation": 0,
        "topics": [f"topic-{topic}" for topic in topics], "cadence": "daily", "hour": 7, "zone": "UTC",
        "hears_of_nothing": False, "origin": "import", "consent": "", "network": "", "left_by": "",
        "requested_at": at - timedelta(days=9), "confirmed_at": at - timedelta(days=9),
    }  # fmt: skip


def _claimed(engine: Engine, at: datetime) -> Iterator[tuple[list[Delivery], dict[str, Fragment]]]:
    """All letters, a hundred at a time, with the fragments of each hundred."""
    while True:
        with posting(engine) as connection:
            found = claim(connection, "benchmark", at, timedelta(hours=1), 100, DIGESTS)
            if not found:
                return
            yield (
                found,
                fragments_of(connection, sorted({key for each in found for key in each.letter.pieces})),
            )


if __name__ == "__main__":
    main()
