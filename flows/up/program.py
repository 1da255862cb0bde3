"""A program that `up` keeps, as a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROUND = "round"
"""The program that is a run itself, and gets the time to end of one."""
READY_WITHIN_SECONDS = 300.0
STOPS_WITHIN_SECONDS = 20.0


def _never(_exit_code: int) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Program:
    """What is started, and what is expected of it.

    `environment` is all that it gets. It stands when `answers_at` answers with 200, or at once where that is empty.
    It is started again when it ends, unless its exit code `is_done`; by default none is.
    """

    name: str
    says: str
    """What it is to a person: `the Prefect server`."""
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    answers_at: str = ""
    hint: str = ""
    """What a person should know who waits for it."""
    tells_output: bool = True
    """Whether its standard output is told too; else its standard error alone: its log."""
    is_quiet_at_first: bool = False
    """Whether what it says before it stands is told only when it ends then: a banner."""
    is_done: Callable[[int], bool] = _never
    hopeless_exit_code: int | None = None
    """With this one it would end the same way again: something is set that cannot be."""
    ready_within_seconds: float = READY_WITHIN_SECONDS
    stops_within_seconds: float = STOPS_WITHIN_SECONDS
