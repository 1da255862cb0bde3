"""One `up` at a time for a HOME; and where the one that is at work can be found."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from models.errors import PaperRoundError

NAME = "up.lock"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an `up` that is at work can be found: its process, its site, and the Prefect API for runs of this HOME."""

    pid: int
    site: str
    api: str | None


@contextmanager
def held(home: Path) -> Iterator[TextIO]:
    """Keeps any other `up` off this HOME; raises PaperRoundError where one is at work.

    The file that it gives holds the lock: whoever inherits it holds it on.
    """
    with _opened(home) as file:
        if not _is_free(file, fcntl.LOCK_EX):
            raise PaperRoundError(_refusal(home, _read(file)))
        file.truncate(0)
        yield file


def _opened(home: Path) -> TextIO:
    try:
        home.mkdir(parents=True, exist_ok=True)
        return (home / NAME).open("a+")
    except OSError as error:
        raise PaperRoundError(
            f"{home} cannot be made or written: {error.strerror}; PAPERROUND_HOME names another"
        ) from error


def note(file: TextIO, standing: Standing) -> None:
    """Tells in the file that holds the lock where we can be found."""
    file.write(json.dumps(asdict(standing)))
    file.flush()


def standing(home: Path) -> Standing | None:
    """The `up` that is at work on a HOME; None without one."""
    try:
        with (home / NAME).open() as file:
            return None if _is_free(file, fcntl.LOCK_SH) else _read(file)
    except OSError:
        return None


def _is_free(file: TextIO, operation: int) -> bool:
    try:
        fcntl.flock(file, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(file: TextIO) -> Standing | None:
    file.seek(0)
    try:
        return Standing(**json.load(file))
    except (TypeError, ValueError):  # it is being written just now
        return None


def _refusal(home: Path, other: Standing | None) -> str:
    where = f", process {other.pid}, its site at {other.site}" if other else ""
    return f"another `paperround up` is at work on {home}, or being stopped{where}: stop it, or name another PAPERROUND_HOME"
