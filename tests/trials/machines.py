"""The programs of a trial: a Prefect server, workers, commands; each knows only the environment that it is given."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import make_url

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
STARTS_WITHIN_SECONDS = 180.0
STOPS_WITHIN_SECONDS = 60.0
_LINES_TOLD = 60


def wait_until(what: Callable[[], T | None], seconds: float, said: str) -> T:
    """What a function gives as soon as it gives something true; AssertionError with `said` after so long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:.0f} s: {said}")


def basic_environment(home: Path) -> dict[str, str]:
    """What every program needs, with `home` for what it keeps of its own: no setting of whoever starts the trials."""
    return {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "PYTHONUNBUFFERED": "1",
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }


def run(
    *command: str, environment: Mapping[str, str], cwd: Path = ROOT, code: int | None = 0
) -> subprocess.CompletedProcess[str]:
    """Runs a program of `.venv/bin` to its end, ten minutes at most; AssertionError, with what it said, for another exit code.

    Whatever the code is with `code=None`.
    """
    done = subprocess.run(
        _resolved(command),
        env=dict(environment),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if code is not None and done.returncode != code:
        raise AssertionError(f"{' '.join(command)} ends with {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def _resolved(command: Sequence[str]) -> list[str]:
    """The command with the whole path of a program that stands in `.venv/bin`."""
    program = BIN / command[0]
    return [str(program) if program.exists() else command[0], *command[1:]]


class Process:
    """A program that runs beside the trial, in a process group of its own, its output kept in a file.

    As a context manager it ends with its block, at the latest; an error that leaves the block tells the end of the
    output.
    """

    def __init__(self, *command: str, environment: Mapping[str, str], output: Path, cwd: Path = ROOT) -> None:
        self.output = output
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("ab") as file:
            self._process = subprocess.Popen(
                _resolved(command), env=dict(environment), cwd=cwd, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """Its process id, and that of its group."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def said(self) -> str:
        """All that it has said so far."""
        return self.output.read_text(errors="replace")

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Asks it to end, and gives its exit code; what is left of it after a minute is killed."""
        if self.is_running:
            self._process.send_signal(by)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOPS_WITHIN_SECONDS)
        self.kill()
        return self._process.returncode

    def kill(self) -> None:
        """Ends it at once (SIGKILL), and all that it has started, whatever group that is in."""
        if self.is_running:
            self._process.send_signal(signal.SIGSTOP)  # else it would start more meanwhile
        for pid in _family(self.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait(STOPS_WITHIN_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            lines = self.said().splitlines()[-_LINES_TOLD:]
            error.add_note("\n".join([f"{self.output.name} said last:", *lines]))
        if self.is_running:
            self.stop()


def _family(pid: int) -> set[int]:
    """A process with all that stem from it or are in its group."""
    table = list(_processes())
    family = {pid} | {each for each, _, group in table if group == pid}
    while more := {each for each, parent, _ in table if parent in family} - family:
        family |= more
    return family


def _processes() -> Iterator[tuple[int, int, int]]:
    """Of each process its id, that of its parent and that of its group; see proc(5)."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            _, parent, group = path.read_text().rpartition(")")[2].split()[:3]
            yield int(path.parent.name), int(parent), int(group)


@dataclass(frozen=True)
class PrefectServer:
    """A Prefect server that answers at `api`; its pages are at `url`. `environment` leads a program to it."""

    url: str
    environment: dict[str, str]
    process: Process

    @property
    def api(self) -> str:
        """The URL of its API."""
        return f"{self.url}/api"


@contextmanager
def prefect_server(folder: Path, database: str = "", **environment: str) -> Iterator[PrefectServer]:
    """A server on a free port, ended at the end, with its log in a folder.

    `database` is the URL of one of PostgreSQL, by whatever driver; without it is a file of SQLite in the folder, for
    whose lock a server that has much to do may wait for a minute. `environment` is for the server alone.
    """
    url = f"http://127.0.0.1:{free_port()}"
    own = {
        **basic_environment(folder),
        "PREFECT_API_URL": f"{url}/api",
        "PREFECT_UI_API_URL": f"{url}/api",
        **({"PREFECT_API_DATABASE_CONNECTION_URL": by_driver("asyncpg", database)} if database else {}),
        **environment,
    }
    port = url.rpartition(":")[2]
    command = ("prefect", "server", "start", "--host", "127.0.0.1", "--port", port)
    with Process(*command, environment=own, output=folder / "server.log") as process:

        def answers() -> bool:
            assert process.is_running, "the Prefect server has ended"
            return answers_at(f"{url}/api/health")

        wait_until(answers, STARTS_WITHIN_SECONDS, "the Prefect server answers")
        given = {**basic_environment(folder), "PREFECT_API_URL": f"{url}/api"}
        yield PrefectServer(url, given, process)


def worker(
    environment: Mapping[str, str], pool: str = "paperround", name: str = "worker", cwd: Path = ROOT
) -> Process:
    """A worker that takes the runs of a pool, and asks for them each second; its log stands in its PREFECT_HOME."""
    output = Path(environment["PREFECT_HOME"]) / f"{name}.log"
    own = {"PREFECT_WORKER_QUERY_SECONDS": "1", **environment}
    command = ("prefect", "worker", "start", "--pool", pool, "--name", name, "--type", "process")
    return Process(*command, environment=own, output=output, cwd=cwd)


def by_driver(driver: str, url: str) -> str:
    """The URL of a PostgreSQL database for those who speak to it by another driver."""
    return make_url(url).set(drivername=f"postgresql+{driver}").render_as_string(hide_password=False)


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def answers_at(url: str) -> bool:
    """Whether a URL answers, and with no error."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except OSError:
        return False
    return True
