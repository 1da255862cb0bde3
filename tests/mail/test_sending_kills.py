"""Workers are killed at every step of a send: nobody gets two, nobody is lost, what is ambiguous is listed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from feeds.digests.mailer import smtp_post
from feeds.digests.post import Post
from feeds.digests.server import parse_server
from models.database import posting, reading
from models.mail.delivery import OPEN, State
from models.mail.outbox import plan, uncertain_ones
from models.mail.tables import DELIVERIES
from tests.digests.smtp_script import PATIENCE
from tests.digests.smtp_server import SmtpServer, smtp_server
from tests.mail.mailers import run
from tests.mail.planned import FOOT, HEAD, LATER, NOW, digest, subscribe
from tests.mail.sending_worker import Order

ROOT = Path(__file__).parents[2]
ROUNDS, WORKERS = 20, 3
MOST_POINTS = 1_000


class Workers:
    """The process that forks workers."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, orders: Sequence[Order]) -> list[bool]:
        """Runs some at once; of each whether it was killed."""
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(orders), file=self._process.stdin, flush=True)
        found: list[bool] = json.loads(self._process.stdout.readline())
        return found


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.mail.sending_worker"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        yield Workers(process)
        assert process.stdin
        process.stdin.close()


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def post(smtp: SmtpServer) -> Post:
    """The way of a worker that is not killed."""
    return smtp_post(parse_server(smtp.url), "papers.example")


def order(url: str, server: SmtpServer, kill: int, connections: int = 1) -> Order:
    return Order(database=url, server=server.url, at=NOW.isoformat(), connections=connections, kill=kill)


def plan_for(engine: Engine, readers: int, period: str) -> set[str]:
    """A letter to each reader; their ids."""
    letters = [digest(number, period=period) for number in range(1, readers + 1)]
    with posting(engine) as connection:
        return plan(connection, letters, (HEAD, FOOT))


def finish(engine: Engine, server: SmtpServer, post: Post) -> None:
    """Lets another worker end what is left, when all leases are over.

    More than once: PostgreSQL may find later than we that a client is gone, and hold its locks so long.
    """
    for _, talk in server._talks:
        talk.join(PATIENCE)
    for _ in range(500):
        run(engine, post, at=LATER)
        with reading(engine) as connection:
            left = select(DELIVERIES.c.id).where(DELIVERIES.c.state.in_(OPEN)).limit(1)
            if connection.execute(left).first() is None:
                return
    raise AssertionError("somebody's letter is never sent")


def doubtful(engine: Engine, server: SmtpServer, letters: Collection[str], since: int) -> Mapping[str, int]:
    """How often each letter came that is listed as uncertain, at most once; each other one was sent once."""
    with reading(engine) as connection:
        states = dict(connection.execute(select(DELIVERIES.c.id, DELIVERIES.c.state)).tuples().all())
        listed = {each.id for each in uncertain_ones(connection, MOST_POINTS)} & set(letters)
    sent = Counter(_letter(message.content) for message in server.messages[since:])
    assert sent.keys() <= set(letters)
    for letter in letters:
        if letter in listed:
            assert sent[letter] <= 1
        else:
            assert (states[letter], sent[letter]) == (State.SENT, 1)
    return {letter: sent[letter] for letter in listed}


def _letter(content: bytes) -> str:
    return content.partition(b"<")[2].partition(b"@")[0].decode()


def test_a_worker_that_is_killed_at_any_step(
    engine: Engine, database_url: str, workers: Workers, smtp: SmtpServer, post: Post
) -> None:
    with posting(engine) as connection:
        subscribe(connection, 2)
    in_doubt: list[Mapping[str, int]] = []
    for kill in count(1):
        since = len(smtp.messages)
        letters = plan_for(engine, 2, f"{kill}")
        (is_killed,) = workers.run([order(database_url, smtp, kill)])
        finish(engine, smtp, post)
        in_doubt.append(doubtful(engine, smtp, letters, since))
        if not is_killed:
            break
    assert 60 < len(in_doubt) < MOST_POINTS
    assert not in_doubt[-1]
    # Of the one letter that was on its way nobody knows; before and after that everything is clear.
    assert {len(found) for found in in_doubt} == {0, 1}
    assert sum(map(len, in_doubt)) < len(in_doubt) * 0.6
    assert {came for found in in_doubt for came in found.values()} == {0, 1}


def test_three_workers_at_once_that_are_killed_anywhere(
    engine: Engine, database_url: str, workers: Workers, smtp: SmtpServer, post: Post
) -> None:
    chance = random.Random(20261120)
    readers, connections = 12, 2
    with posting(engine) as connection:
        subscribe(connection, readers)
    killed = doubts = 0
    for number in range(ROUNDS):
        since = len(smtp.messages)
        letters = plan_for(engine, readers, f"{number}")
        orders = [order(database_url, smtp, chance.randint(1, 200), connections) for _ in range(WORKERS)]
        deaths = sum(workers.run(orders))
        finish(engine, smtp, post)
        found = len(doubtful(engine, smtp, letters, since))
        assert found <= deaths * connections
        killed, doubts = killed + deaths, doubts + found
    assert killed > ROUNDS
    assert doubts > 0
