"""Digests of many subscribers with overlapping choices, composed and handed to a local mail server: planned, built,
noted, sent; beside a plain loop of smtplib.

`python -m benchmarks.sending [--letters N] [--slow-letters N] [--topics N] [--papers N] [--rounds N] [--postgresql]`
"""

from __future__ import annotations

import argparse
import smtplib
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice

from sqlalchemy import Engine

from benchmarks.databases import Fresh, postgresql, sqlite
from benchmarks.measuring import Contender, Work, medians, print_table
from benchmarks.readership import MORNING, TOPICS_EACH, built, news, plan, subscribe
from benchmarks.sink import sink
from feeds.digests.choosing import News
from feeds.digests.mailer import smtp_post
from feeds.digests.post import Message
from feeds.digests.server import parse_server
from feeds.digests.signing import Sign, make_signer
from flows.mail.sending import send
from models.database import connect, posting, upgrade
from models.mail.claims import LEASE, claim
from models.mail.delivery import DIGESTS
from models.mail.outbox import fragments_of

CONNECTIONS = (1, 4, 16)
THINKING_SECONDS = 0.05

_READY = 200
"""Messages that the plain loop sends again and again."""


def main() -> None:
    """Measures and prints."""
    asked = _arguments()
    database: Callable[[], AbstractContextManager[Fresh]] = postgresql if asked.postgresql else sqlite
    known = news(asked.papers, asked.topics)
    with database() as fresh, sink() as quick, sink(THINKING_SECONDS) as slow:
        case = partial(_Case, fresh, known, asked.topics, asked.letters)
        size = len(case(quick).ready(1)[0].content)
        fast = medians(case(quick).contenders(), asked.rounds, time.perf_counter)
        few = partial(_Case, fresh, known, asked.topics, asked.slow_letters)
        thinking = medians(few(slow).contenders(), asked.rounds, time.perf_counter)
    print(
        f"Wall clock, median of {asked.rounds}; letters of about {size / 1e3:.0f} kB,"
        f" {TOPICS_EACH} of {asked.topics} topics each, {asked.papers:,} papers in them,"
        f" {'PostgreSQL' if asked.postgresql else 'SQLite'}; server and all on this machine.\n"
        f"at once    the server takes each of {asked.letters:,} letters as it comes\n"
        f"thinking   it thinks {THINKING_SECONDS * 1e3:.0f} ms about each of {asked.slow_letters:,}\n"
    )
    rows = [
        [name, *_cells(fast, name, asked.letters), *_cells(thinking, name, asked.slow_letters)]
        for name in fast
    ]
    print_table(("", "at once, a second", "x smtplib", "thinking, a second", "x smtplib"), rows)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=10_000, metavar="N")
    parser.add_argument("--slow-letters", type=int, default=500, metavar="N")
    parser.add_argument("--topics", type=int, default=50, metavar="N")
    parser.add_argument("--papers", type=int, default=1_000, metavar="N")
    parser.add_argument("--rounds", type=int, default=1, metavar="N")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL in place of SQLite")
    return parser.parse_args()


def _cells(seconds: Mapping[str, float], name: str, letters: int) -> tuple[str, str]:
    plain = seconds["smtplib, bytes ready"]
    return f"{letters / seconds[name]:,.0f}", f"{plain / seconds[name]:.2f}"


@dataclass(slots=True)
class _Case:
    """So many letters, and the server that takes them; each work has a database of its own."""

    fresh: Fresh
    news: News
    topics: int
    letters: int
    port: int

    def contenders(self) -> dict[str, Contender]:
        """The plain loop; ours over more and more connections; and with planning and composing before it."""
        ours: dict[str, Contender] = {
            f"{number} connection{'s' if number > 1 else ''}": partial(self._sending, number, None)
            for number in CONNECTIONS
        }
        most = CONNECTIONS[-1]
        ours[f"composed, {most} connections"] = partial(self._sending, most, None, is_planned=False)
        signed = partial(self._sending, CONNECTIONS[-1], _signer())
        return {
            "smtplib, bytes ready": self._plain, **ours, f"{CONNECTIONS[-1]} connections, DKIM": signed,
        }  # fmt: skip

    def ready(self, most: int) -> list[Message]:
        """The first messages of a day."""
        engine = self._subscribed(most)
        plan(engine, self.news)
        with posting(engine) as connection:
            claimed = claim(connection, "w", MORNING, LEASE, most, DIGESTS)
            pieces = sorted({key for each in claimed for key in each.letter.pieces})
            found = fragments_of(connection, pieces)
        engine.dispose()
        return [built(None, delivery, found) for delivery in claimed]

    def _plain(self) -> Work:
        messages = list(islice(cycle(self.ready(min(self.letters, _READY))), self.letters))
        return partial(_loop, self.port, messages)

    def _sending(self, connections: int, sign: Sign | None, *, is_planned: bool = True) -> Work:
        engine = self._subscribed(self.letters)
        sending = partial(_send, engine, self.port, connections, sign, self.letters)
        if is_planned:
            plan(engine, self.news)
            return sending

        def both() -> None:
            plan(engine, self.news)
            sending()

        return both

    def _subscribed(self, letters: int) -> Engine:
        engine = connect(self.fresh("sending"))
        upgrade(engine, MORNING)
        subscribe(engine, letters, self.topics)
        return engine


def _loop(port: int, messages: list[Message]) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="round.example") as server:
        for message in messages:
            server.sendmail(message.sender, [message.recipient], message.content)


def _send(engine: Engine, port: int, connections: int, sign: Sign | None, letters: int) -> None:
    post = smtp_post(parse_server(f"smtp://127.0.0.1:{port}?tls=off"), "round.example", per_connection=1_000)
    done = send(
        engine, post, partial(built, sign), lambda: MORNING,
        kinds=DIGESTS, worker="benchmark", connections=connections, per_minute=None,
    )  # fmt: skip
    assert done.sent == letters
    engine.dispose()


def _signer() -> Sign:
    made = subprocess.run(["openssl", "genrsa", "2048"], capture_output=True, check=True)
    return make_signer(made.stdout, "digest", "round.example")


if __name__ == "__main__":
    main()
