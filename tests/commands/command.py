"""The command line, run in this process."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows import cli

ROOT = Path(__file__).parents[2]
DATABASE = Path("var/paperround.db")
MONDAY = ("run", "--as-of", "2026-11-09T20:15:00Z")
TUESDAY = ("run", "--as-of", "2026-11-10T20:15:00Z")
WEDNESDAY = ("run", "--as-of", "2026-11-11T20:15:00Z")
WHOLE_WEEK = ("backfill", "--from", "2026-11-09", "--to", "2026-11-13")


@dataclass(frozen=True)
class Result:
    """What a command gave."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Command:
    """Runs command lines in a folder and an environment that set nothing else."""

    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *arguments: str) -> Result:
        self.monkeypatch.setattr("sys.argv", ["paperround", *arguments])
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended, loggers_restored():
            cli.main()
        out, err = self.capsys.readouterr()
        assert ended.value.code is None or isinstance(ended.value.code, int)
        return Result(ended.value.code or 0, out, err)


def use_folder(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Works in a folder, as if nothing were set."""
    for name in os.environ:
        if name.startswith(("PAPERROUND_", "PREFECT_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PREFECT_HOME", str(folder / "prefect"))
    monkeypatch.chdir(folder)


@contextmanager
def loggers_restored() -> Iterator[None]:
    """A command sends log lines to its own standard error, which ends with the test."""
    loggers = [logging.getLogger(name) for name in ("", "flows", "models", "feeds")]
    before = [(logger.handlers, logger.level, logger.propagate) for logger in loggers]
    try:
        yield
    finally:
        for logger, state in zip(loggers, before, strict=True):
            logger.handlers, level, logger.propagate = state
            logger.setLevel(level)
