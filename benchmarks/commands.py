"""What commands cost as fresh processes, beside their imports: a part of `python -m benchmarks.round`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.invented import FIRST_DAY, entries
from benchmarks.measuring import Contender, Work, ended_children, medians, print_table
from flows.demo.markup import listing_page

ROUNDS = 5
DAYS = (FIRST_DAY, FIRST_DAY + timedelta(days=1))

COMPARED = (
    ("run, into no database", "its imports", "1.5 s more"),
    ("run, the next day", "the same imports", "1.5 s more"),
    ("run, the next day, recorded in Prefect", "run, the next day", ""),
    ("status", "import sqlmodel", "1.3 x"),
)
"""What is measured, what stands beside it, and what is allowed."""

HEAVY = ("prefect", "alembic", "httpx", "selectolax", "lxml", "feedgen", "jinja2", "pylatexenc")
"""What takes long to import, and only `run` has a use for; of Prefect not even that, where no API is set."""

_PAPERROUND = str(Path(sys.executable).with_name("paperround"))
_IMPORT = """
import contextlib, importlib, sys
for name in sys.argv[1:]:
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
"""
_RUN_AND_TELL_IMPORTS = """
import json, sys
from flows.cli import main
try:
    main()
except SystemExit as end:
    if end.code:
        raise
print(json.dumps([name for name in sys.modules if name != "__main__"]), file=sys.stderr)
"""


def report(papers: int, api: str | None) -> None:
    """Measures and prints: with so many papers a day, and recorded in the Prefect API of a URL where given."""
    with TemporaryDirectory() as folder, _site(papers) as url:
        machine = _Machine(Path(folder), url)
        begun = machine.home()
        imported = {"run": machine.imports(begun, *_run(DAYS[0]))}
        for command in ("status", "topics list", "export"):
            imported[command] = machine.imports(begun, *command.split())
        seconds = medians(_contenders(machine, begun, imported["run"], api), ROUNDS, ended_children)
    print(f"CPU of a fresh process, median of {ROUNDS}; a day of {papers} papers\n")
    print_table(("paperround", "CPU s", "beside", "CPU s", "more s", "x", "allowed"), _rows(seconds))
    print("\nWhat takes long to import, and which command does so without a Prefect API:")
    for heavy in HEAVY:
        print(f"  {heavy}: {', '.join(name for name, found in imported.items() if heavy in found) or 'none'}")


def _contenders(machine: _Machine, begun: Path, imported: list[str], api: str | None) -> dict[str, Contender]:
    """`begun` is a HOME in which the first day has been read."""
    first, second = _run(DAYS[0]), _run(DAYS[1])
    later = machine.imports(machine.home(begun), *second)

    def importing(*names: str) -> Contender:
        return lambda: machine.work(begun, sys.executable, "-c", _IMPORT, *names)

    found: dict[str, Contender] = {
        "run, into no database": lambda: machine.work(machine.home(), _PAPERROUND, *first),
        "its imports": importing(*imported),
        "run, the next day": lambda: machine.work(machine.home(begun), _PAPERROUND, *second),
        "the same imports": importing(*later),
        "status": lambda: machine.work(begun, _PAPERROUND, "status"),
        "import sqlmodel": importing("sqlmodel"),
    }
    if api:
        recorded = "run, the next day, recorded in Prefect"
        found[recorded] = lambda: machine.work(machine.home(begun), _PAPERROUND, *second, api=api)
    return found


def _rows(seconds: Mapping[str, float]) -> list[list[str]]:
    return [
        [what, f"{mine:.2f}", beside, f"{other:.2f}", f"{mine - other:.2f}", f"{mine / other:.2f}", allowed]
        for what, beside, allowed in COMPARED
        if (mine := seconds.get(what)) and (other := seconds[beside])
    ]


def _run(day: date) -> tuple[str, ...]:
    return "run", "--date", day.isoformat(), "--as-of", f"{day}T20:00:00Z"


@contextmanager
def _site(papers: int) -> Iterator[str]:
    """The URL of a site on loopback that has so many papers on each of the days."""
    pages = {
        f"/papers/date/{day}": listing_page(
            entries(papers, day, place * papers), date_string=f"{day}"
        ).encode()
        for place, day in enumerate(DAYS)
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, b"")
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@dataclass(frozen=True, slots=True)
class _Machine:
    """Runs commands in fresh processes that know only this site."""

    folder: Path
    site: str
    numbers: Iterator[int] = field(default_factory=count)

    def home(self, like: Path | None = None) -> Path:
        """A new HOME, empty or with the content of another."""
        home = self.folder / str(next(self.numbers))
        if like:
            shutil.copytree(like, home)
        return home

    def work(self, home: Path, *command: str, api: str | None = None) -> Work:
        """A command that is yet to be run."""
        return partial(self._done, home, *command, api=api)

    def imports(self, home: Path, *arguments: str) -> list[str]:
        """The modules that a command of `paperround` has imported when it ends."""
        done = self._done(home, sys.executable, "-c", _RUN_AND_TELL_IMPORTS, *arguments)
        names: list[str] = json.loads(done.stderr.splitlines()[-1])
        return names

    def _done(self, home: Path, *command: str, api: str | None = None) -> subprocess.CompletedProcess[str]:
        # Without PYTHONDONTWRITEBYTECODE, so that the first run compiles what the measured ones load.
        others = ("PAPERROUND_", "PREFECT_", "PYTHONDONTWRITEBYTECODE")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(others)}
        environment |= {"PAPERROUND_HOME": str(home), "PAPERROUND_HUGGINGFACE_URL": self.site}
        environment |= {"PAPERROUND_SOURCES": "huggingface", "PAPERROUND_MIN_INTERVAL": "0"}
        environment |= {"PREFECT_HOME": str(self.folder / "prefect")}
        environment |= {"PREFECT_API_URL": api} if api else {}
        return subprocess.run(
            command, env=environment, cwd=self.folder, check=True, capture_output=True, text=True
        )
