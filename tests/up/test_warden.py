"""The warden: nothing is left when an `up` has gone, however it went."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.up import warden
from flows.up.warden import MARK, RUN, mark, marked, of_program
from tests.up.fakes import POLITE, RUNS, STUBBORN

TOKEN = f"warden-{os.getpid()}"


@contextmanager
def started(code: str, name: str, token: str = TOKEN) -> Iterator[subprocess.Popen[str]]:
    """A program with a mark, in a session of its own, that has said its first line."""
    with subprocess.Popen(
        [sys.executable, "-S", "-c", code],
        env={MARK: mark(token, name)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def watched(*names: str) -> Iterator[subprocess.Popen[bytes]]:
    """A warden for these programs; what is left of its end is the test's."""
    command = [sys.executable, "-I", "-S", warden.__file__, TOKEN, *names]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        yield process


def test_when_up_is_killed_what_it_has_started_ends() -> None:
    with started(POLITE, "app") as app, started(RUNS, "prefect") as prefect:
        with watched("app", "prefect"):
            pass  # the other end of its input is closed, and nothing was said
        assert app.wait() == 0
        assert prefect.wait() < 0


def test_what_a_program_has_started_ends_too_whatever_its_session() -> None:
    parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-S', '-c', {RUNS!r}], start_new_session=True)\n{RUNS}"
    with started(parent, "worker"):
        assert len(of_program(TOKEN, "worker")) == 2
        with watched("worker"):
            pass
        assert not of_program(TOKEN, "worker")


def test_what_hears_nothing_is_killed() -> None:
    with started(STUBBORN, "app") as app:
        warden.end(lambda: of_program(TOKEN, "app"), within_seconds=0.01)
        assert app.wait() == -9


def test_the_programs_end_one_after_another(tmp_path: Path) -> None:
    noting = (
        "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: (open({path!r}, 'a').write({name!r}), sys.exit()));"
        "print('runs', flush=True); signal.pause()"
    )
    ends = tmp_path / "ends"
    codes = {name: noting.format(path=str(ends), name=f"{name} ") for name in ("prefect", "worker", "app")}
    with (
        started(codes["prefect"], "prefect"),
        started(codes["worker"], "worker"),
        started(codes["app"], "app"),
        watched("worker", "app", "prefect"),
    ):
        pass
    assert ends.read_text() == "worker app prefect "


def test_an_up_that_has_ended_all_itself_leaves_nothing_to_do() -> None:
    with started(POLITE, "app") as app:
        with watched("app") as process:
            process.communicate(warden.DONE)
        assert process.returncode == 0
        assert app.poll() is None


def test_what_ends_all_that_belongs_to_a_terminal_does_not_end_the_warden() -> None:
    ignored = sum(1 << (number - 1) for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM))
    with started(POLITE, "app") as app:
        with watched("app") as process:
            status = Path(f"/proc/{process.pid}/status")
            until = time.monotonic() + 10
            while not (is_ready := _mask(status) & ignored == ignored) and time.monotonic() < until:
                pass
            assert is_ready
            process.terminate()
        assert process.returncode == 0
        assert app.wait() == 0


def _mask(status: Path) -> int:
    """The signals that a process ignores; see proc(5)."""
    (line,) = [line for line in status.read_text().splitlines() if line.startswith("SigIgn:")]
    return int(line.split()[1], 16)


def test_the_programs_of_another_up_are_left_alone() -> None:
    with started(POLITE, "app", token="another") as app:
        with watched("app"):
            pass
        assert app.poll() is None


def test_a_system_that_shows_no_processes_shows_none(tmp_path: Path) -> None:
    assert list(marked(TOKEN, tmp_path / "nothing")) == []


def test_a_process_that_ends_meanwhile_or_is_not_ours_is_passed_over(tmp_path: Path) -> None:
    for number, environ in enumerate(
        [b"", b"A=1\0", f"{MARK}={mark(TOKEN, 'app')}\0{RUN}=a1\0\xff".encode("latin1")]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "environ").write_bytes(environ)
    (tmp_path / "77").mkdir()
    (tmp_path / "self").mkdir()
    assert [(pid, found[RUN]) for pid, found in marked(TOKEN, tmp_path)] == [(2, "a1")]
