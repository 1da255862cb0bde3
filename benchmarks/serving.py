"""A feed as `paperround serve` gives it beside nginx, each with one worker, over the same folder.

nginx runs as docs/nginx.conf has it, and bare: files alone, without header fields and checks of links.
`python -m benchmarks.serving [--seconds N]`; needs nginx and wrk on the machine.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.measuring import print_table
from models.database import connect, upgrade
from tests.web.nginx import NGINX, free_port, running, sample

ROUNDS = 3
CONNECTIONS = 32
FEED_BYTES = 92_000
PATH = "feeds/all.atom"
GOAL = 0.15
"""So many of nginx's answers a second, at least, where the feed has not changed."""
_BARE = """
server {{
    listen 127.0.0.1:{port};
    root {public};
    default_type application/atom+xml;
    sendfile on;
    tcp_nopush on;
    gzip on;
    gzip_types application/atom+xml;
}}
"""
_WRK = shutil.which("wrk")


@dataclass(frozen=True, slots=True)
class Contender:
    """A server, and the tag under which it has the feed, plain and in gzip."""

    name: str
    url: str

    def etag(self, *fields: str) -> str:
        """The tag of what these header fields ask for."""
        asked = [part for field in fields for part in ("-H", field)]
        head = subprocess.run(["curl", "-sI", *asked, self.url], capture_output=True, text=True, check=True)
        (tag,) = re.findall(r"^etag: (.*?)\r?$", head.stdout, re.MULTILINE | re.IGNORECASE)
        return str(tag)

    def per_second(self, seconds: float, *fields: str) -> float:
        """Answers a second, asked by wrk with these header fields."""
        asked = [part for field in fields for part in ("-H", field)]
        load = [str(_WRK), "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", *asked, self.url]
        told = subprocess.run(load, capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in told or "Socket errors" in told:
            raise AssertionError(f"{self.name}: {told}")
        return float(re.findall(r"Requests/sec:\s+([\d.]+)", told)[0])


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3, metavar="N", help="so long for each measurement")
    asked = parser.parse_args()
    missing = [
        name for name, path in (("nginx", NGINX), ("wrk", _WRK), ("curl", shutil.which("curl"))) if not path
    ]
    if missing:
        sys.exit(f"not measured: {' and '.join(missing)} not installed")
    with TemporaryDirectory() as folder, _servers(Path(folder)) as contenders:
        rows = [
            _row("200", contenders, asked.seconds, ()),
            _row("200 in gzip", contenders, asked.seconds, ("Accept-Encoding: gzip",)),
            _row("304", contenders, asked.seconds, (), is_known=True),
            _row("304 in gzip", contenders, asked.seconds, ("Accept-Encoding: gzip",), is_known=True),
        ]
    print(f"A feed of {FEED_BYTES // 1000} kB, answers a second; one worker each, median of {ROUNDS} turns\n")
    print_table(("", *(contender.name for contender in contenders), "x bare", "goal"), rows)


def _row(
    what: str, contenders: list[Contender], seconds: float, fields: tuple[str, ...], *, is_known: bool = False
) -> list[str]:
    """What each gives, in turns, so that a bad minute of the machine meets both."""
    found: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for _ in range(ROUNDS):
        for contender in contenders:
            known = (f"If-None-Match: {contender.etag(*fields)}",) if is_known else ()
            found[contender.name].append(contender.per_second(seconds, *fields, *known))
    ours, *others = (median(found[contender.name]) for contender in contenders)
    goal = f"{GOAL}" if is_known and not fields else ""
    return [what, *(f"{each:,.0f}" for each in (ours, *others)), f"{ours / others[-1]:.2f}", goal]


@contextmanager
def _servers(folder: Path) -> Iterator[list[Contender]]:
    public = folder / "var" / "public"
    (public / "feeds").mkdir(parents=True)
    (public / ".published").touch()
    entry = "<entry><title>Lanterns for small models</title><summary>{}</summary></entry>\n"
    entries = "".join(
        entry.format(f"Lamp {number * 7919 % 10_007} of {number}") for number in range(FEED_BYTES)
    )
    (public / PATH).write_text(f"<feed>{entries[: FEED_BYTES - 13]}</feed>")
    database = f"sqlite:///{folder}/var/paperround.db"
    engine = connect(database)
    upgrade(engine, datetime.now(UTC))
    engine.dispose()
    port, bare_port = free_port(), free_port()
    with (
        _paperround(folder / "var") as ours,
        running(folder / "nginx", sample(public, port, free_port()), port),
        running(folder / "bare", _BARE.format(port=bare_port, public=public), bare_port),
    ):
        yield [
            Contender("paperround", ours + PATH),
            Contender("docs/nginx.conf", f"http://127.0.0.1:{port}/{PATH}"),
            Contender("bare nginx", f"http://127.0.0.1:{bare_port}/{PATH}"),
        ]


@contextmanager
def _paperround(home: Path) -> Iterator[str]:
    """The address of `paperround serve`."""
    command = [sys.executable, "-c", "from flows.cli import main; main()", "serve", "--port", "0"]
    environment = {"PAPERROUND_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(command, cwd=home, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        line = process.stdout.readline()
        try:
            yield line.partition(" at ")[2].partition(" ")[0]
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
