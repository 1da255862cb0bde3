"""Letters that are planned, handed to a local mail server: built, noted, sent; beside a plain loop of smtplib.

`python -m benchmarks.sending [--letters N] [--slow-letters N] [--rounds N] [--postgresql]`
"""

from __future__ import annotations

import argparse
import smtplib
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count, cycle, islice
from random import Random

from sqlalchemy import Engine, insert

from benchmarks.databases import Fresh, postgresql, sqlite
from benchmarks.measuring import Contender, Work, medians, print_table
from benchmarks.sink import sink
from feeds.digests.letterhead import make_letterhead
from feeds.digests.mailer import smtp_post
from feeds.digests.message import build
from feeds.digests.post import Message
from feeds.digests.reader import Reader
from feeds.digests.server import parse_server
from feeds.digests.signing import Sign, make_signer
from flows.mail.sending import send
from models.database import connect, posting, reading, upgrade
from models.mail.claims import LEASE, claim
from models.mail.delivery import DIGESTS, Delivery, Kind, Planned
from models.mail.letters import LEAVE, Fragment, Letter
from models.mail.outbox import fragments_of, plan
from models.mail.tables import SUBSCRIBERS
from models.mail.tokens import Keys

CONNECTIONS = (1, 4, 16)
THINKING_SECONDS = 0.05

_NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)
_KEYS = Keys(b"a secret of the benchmark")
_LETTERHEAD = make_letterhead(
    "Paper Round <digest@round.example>", None, "https://round.example", "1 Mill Lane"
)
_FRAGMENTS = 300
_PIECES = 30
_READY = 200
"""Messages that the plain loop sends again and again."""
_PLANNED_AT_ONCE = 500


def main() -> None:
    """Measures and prints."""
    asked = _arguments()
    database: Callable[[], AbstractContextManager[Fresh]] = postgresql if asked.postgresql else sqlite
    fragments = _fragments()
    with database() as fresh, sink() as quick, sink(THINKING_SECONDS) as slow:
        case = partial(_Case, fresh, fragments, asked.letters)
        size = len(case(quick).ready(1)[0].content)
        fast = medians(case(quick).contenders(), asked.rounds, time.perf_counter)
        few = partial(_Case, fresh, fragments, asked.slow_letters)
        thinking = medians(few(slow).contenders(), asked.rounds, time.perf_counter)
    print(
        f"Wall clock, median of {asked.rounds}; letters of {size / 1e3:.0f} kB in {_PIECES} fragments,"
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
    fragments: list[Fragment]
    letters: int
    port: int
    names: count[int] = field(default_factory=count)

    def contenders(self) -> dict[str, Contender]:
        """The plain loop, and ours over more and more connections."""
        ours: dict[str, Contender] = {
            f"{number} connection{'s' if number > 1 else ''}": partial(self._sending, number, None)
            for number in CONNECTIONS
        }
        signed = partial(self._sending, CONNECTIONS[-1], _signer())
        return {
            "smtplib, bytes ready": self._plain, **ours, f"{CONNECTIONS[-1]} connections, DKIM": signed,
        }  # fmt: skip

    def ready(self, most: int) -> list[Message]:
        """The first messages of a day."""
        engine = self._planned(most)
        with reading(engine) as connection:
            found = fragments_of(connection, [each.key for each in self.fragments])
        with posting(engine) as connection:
            claimed = claim(connection, "w", _NOW, LEASE, most, DIGESTS)
        engine.dispose()
        return [_built(None, delivery, found) for delivery in claimed]

    def _plain(self) -> Work:
        messages = list(islice(cycle(self.ready(min(self.letters, _READY))), self.letters))
        return partial(_loop, self.port, messages)

    def _sending(self, connections: int, sign: Sign | None) -> Work:
        return partial(_send, self._planned(self.letters), self.port, connections, sign, self.letters)

    def _planned(self, letters: int) -> Engine:
        engine = connect(self.fresh("sending"))
        upgrade(engine, _NOW)
        chance = Random(0)
        with posting(engine) as connection:
            connection.execute(insert(SUBSCRIBERS), [_row(number) for number in range(1, letters + 1)])
        for first in range(1, letters + 1, _PLANNED_AT_ONCE):
            with posting(engine) as connection:
                numbers = range(first, min(first + _PLANNED_AT_ONCE, letters + 1))
                plan(connection, [_letter(each, self.fragments, chance) for each in numbers], self.fragments)
        return engine


def _loop(port: int, messages: list[Message]) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="round.example") as server:
        for message in messages:
            server.sendmail(message.sender, [message.recipient], message.content)


def _send(engine: Engine, port: int, connections: int, sign: Sign | None, letters: int) -> None:
    post = smtp_post(parse_server(f"smtp://127.0.0.1:{port}?tls=off"), "round.example", per_connection=1_000)
    done = send(
        engine, post, partial(_built, sign), lambda: _NOW,
        kinds=DIGESTS, worker="benchmark", connections=connections, per_minute=None,
    )  # fmt: skip
    assert done.sent == letters
    engine.dispose()


def _built(sign: Sign | None, delivery: Delivery, fragments: Mapping[str, Fragment]) -> Message:
    manage = _KEYS.manage(delivery.subscriber_id, delivery.generation)
    reader = Reader(delivery.address, delivery.token, manage, "")
    return build(delivery, fragments, reader, _LETTERHEAD, sign)


def _signer() -> Sign:
    made = subprocess.run(["openssl", "genrsa", "2048"], capture_output=True, check=True)
    return make_signer(made.stdout, "digest", "round.example")


def _fragments() -> list[Fragment]:
    """Papers as a digest has them: some 300 bytes of text, 1,000 of HTML, and a foot with the link for leaving."""
    lines = [f"Paper {number}: lanterns that light themselves in the fog\n" for number in range(_FRAGMENTS)]
    foot = Fragment(f"Leave: {LEAVE}\n", f'<p><a href="{LEAVE}">Leave</a></p>\n')
    style = "margin: 0 0 8px; color: #222; font: 16px/1.5 sans-serif"
    return [
        foot, *(Fragment(line * 5, f'<p style="{style}">{line.strip()}</p>\n' * 8) for line in lines)
    ]  # fmt: skip


def _letter(number: int, fragments: list[Fragment], chance: Random) -> Planned:
    pieces = (*chance.sample(fragments[1:], _PIECES - 1), fragments[0])
    return Planned(
        id=_KEYS.delivery_id(number, Kind.DAILY, "2026-11-20"),
        subscriber_id=number,
        kind=Kind.DAILY,
        period="2026-11-20",
        letter=Letter("Lanterns, and 28 more papers", tuple(each.key for each in pieces)),
        planned_at=_NOW,
        due_at=_NOW,
        stale_at=_NOW + timedelta(hours=20),
        told=tuple(f"2611.{paper:05}" for paper in range(20)),
    )


def _row(number: int) -> dict[str, object]:
    address = f"reader{number}@reader.example"
    return {
        "id": number, "address": address, "folded": address, "state": "active", "cadence": "daily", "hour": 7,
        "token": _KEYS.delivery_id(number, "token", ""), "generation": 0, "topics": [], "zone": "UTC",
        "hears_of_nothing": False, "origin": "import", "consent": "", "network": "", "left_by": "",
        "requested_at": _NOW - timedelta(days=9),
    }  # fmt: skip


if __name__ == "__main__":
    main()
