"""Ends what an `up` has started when that has gone without doing so itself.

Also a program of its own, from the standard library alone: it waits for the end of its input, which comes when the
`up` that holds the other side ends, killed or not. All that it looks for bears a mark in its environment, which
passes on to whatever a program starts, in whatever session: the runs of a Prefect worker have sessions of their own.
PR_SET_PDEATHSIG would reach the children alone, and a process group not even all of those.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

MARK = "_PAPERROUND_UP"
"""The variable that holds the mark: the token of an `up`, a slash, and the name of a program."""
RUN = "PREFECT__FLOW_RUN_ID"
"""The variable by which Prefect tells a process whose run it is."""
DONE = b"done"
"""What an `up` says that has ended all itself."""
_ENDS_WITHIN_SECONDS = 10.0
_LOOKS_EACH_SECONDS = 0.1
_MOST_LOOKS = 50
_PROCESSES = Path("/proc")


def marked(token: str, processes: Path = _PROCESSES) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The processes that bear the mark of a token, with their environments; none where the system shows none."""
    for folder in processes.glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is not ours
            lines = (folder / "environ").read_bytes().decode(errors="replace").split("\0")
            environment = dict(line.split("=", 1) for line in lines if "=" in line)
            if environment.get(MARK, "").split("/")[0] == token:
                yield int(folder.name), environment


def of_program(token: str, name: str) -> set[int]:
    """The processes of a program: itself, and what it has started."""
    return {pid for pid, environment in marked(token) if environment[MARK] == mark(token, name)}


def mark(token: str, name: str) -> str:
    """The mark of a program."""
    return f"{token}/{name}"


def end(find: Callable[[], Collection[int]], within_seconds: float) -> None:
    """Asks processes to end, and kills what is left after a time."""
    _send(find(), signal.SIGTERM)
    until = time.monotonic() + within_seconds
    while time.monotonic() < until:
        if not find():
            return
        time.sleep(_LOOKS_EACH_SECONDS)
    kill(find)


def kill(find: Callable[[], Collection[int]]) -> None:
    """Kills processes, and what they start meanwhile."""
    for _ in range(_MOST_LOOKS):
        found = find()
        if not found:
            return
        _send(found, signal.SIGKILL)
        time.sleep(_LOOKS_EACH_SECONDS)


def _send(pids: Collection[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def main() -> None:
    """Waits for the end of the input. Arguments: the token, then the programs in the order in which they end."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    token, *names = sys.argv[1:]
    if sys.stdin.buffer.read().strip() == DONE:
        return
    for name in names:
        end(partial(of_program, token, name), _ENDS_WITHIN_SECONDS)


if __name__ == "__main__":
    main()
