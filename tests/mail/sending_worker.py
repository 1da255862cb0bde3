"""Workers that end themselves: `python -m tests.mail.sending_worker`.

Each line on standard input is a JSON list of orders. For each a process is forked that sends what is due, and kills
itself at the `kill`-th point on the way, if it comes so far; the answer is a line with what became of them: true
for each that was killed. What takes long is done once; no connection is open, and no thread runs, when they are
forked.
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import cache
from threading import Lock
from typing import Any, ParamSpec, TypedDict, TypeVar

from sqlalchemy import Connection, Engine

from feeds.digests.mailer import smtp_post
from feeds.digests.post import Answer, Mailer, Message, Post
from feeds.digests.server import parse_server
from flows.mail import carrying, claiming, scribe, sending
from models.database import connect, posting
from tests.mail.mailers import run

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
P = ParamSpec("P")
T = TypeVar("T")
CALLED: dict[Any, Sequence[str]] = {
    carrying: ("begin", "sent", "deferred", "failed", "uncertain"),
    claiming: ("claim", "fragments_of"),
    sending: ("settle", "released"),
    smtplib.SMTP: ("send", "getreply"),
}
"""Functions before and after which there is a point, by where they are looked up."""


class Order(TypedDict):
    """What a worker shall do: `at` which moment, over how many connections, and at which point it is killed."""

    database: str
    server: str
    at: str
    connections: int
    kill: int


class Points:
    """Counts the points that a worker comes to, in all its threads, and kills it at one of them."""

    def __init__(self, last: int) -> None:
        self._left = last
        self._lock = Lock()

    def reach(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, function: Callable[P, T]) -> Callable[P, T]:
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
            self.reach()
            result = function(*args, **kwargs)
            self.reach()
            return result

        return wrapped

    def transaction(
        self, posting: Callable[[Engine], AbstractContextManager[Connection]]
    ) -> Callable[[Engine], AbstractContextManager[Connection]]:
        """A point before a transaction begins, and one when it is committed."""

        @contextmanager
        def wrapped(engine: Engine) -> Iterator[Connection]:
            self.reach()
            with posting(engine) as connection:
                yield connection
            self.reach()

        return wrapped

    def post(self, post: Post) -> Post:
        """Points around each delivery, and around its question whether it may begin."""

        class Wrapped:
            def __init__(self, mailer: Mailer, points: Points) -> None:
                self._mailer, self._points = mailer, points

            def deliver(self, message: Message, about_to: Callable[[], None]) -> Answer:
                deliver = self._points.around(self._mailer.deliver)
                return deliver(message, self._points.around(about_to))

        @contextmanager
        def opened() -> Iterator[Mailer]:
            self.reach()
            with post() as mailer:
                yield Wrapped(mailer, self)
            self.reach()

        return opened


@cache
def prepared(database: str, server: str) -> tuple[Engine, Post]:
    """What workers work with: an engine that has seen its statements, and the way to the server."""
    engine, post = connect(database), smtp_post(parse_server(server), "papers.example")
    run(engine, post, at=LONG_AGO)
    engine.dispose()
    return engine, post


def work(order: Order, engine: Engine, post: Post) -> None:
    """Sends what is due, as far as it comes."""
    points = Points(order["kill"])
    for place, names in CALLED.items():
        for name in names:
            setattr(place, name, points.around(getattr(place, name)))
    vars(scribe)["posting"] = points.transaction(posting)
    vars(sending)["BATCH"] = 1  # so that nobody claims all at once
    at = datetime.fromisoformat(order["at"])
    run(engine, points.post(post), at=at, connections=order["connections"])


def forked(order: Order) -> int:
    """The process of a worker."""
    engine, post = prepared(order["database"], order["server"])
    pid = os.fork()
    if pid:
        return pid
    try:
        work(order, engine, post)
    except BaseException:  # noqa: BLE001 - a fork of ours must not go on as its parent would
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main() -> None:
    """Serves until standard input ends."""
    for line in sys.stdin:
        workers = [forked(order) for order in json.loads(line)]
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in workers]
        assert set(codes) <= {0, -signal.SIGKILL}, codes
        print(json.dumps([code != 0 for code in codes]), flush=True)  # noqa: T201 - the test reads it


if __name__ == "__main__":
    main()
