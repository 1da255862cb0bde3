"""Chores one after another: each is done, whatever becomes of the others, and tells in words what it did."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models.errors import PaperRoundError

Chore = Callable[[], str]
"""Does something and says what, as a part of a sentence."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the chores did, by their names, and which failed, a sentence each."""

    done: Mapping[str, str]
    failures: tuple[str, ...] = ()


def has_backup(asked: bool | None, dialect: str) -> bool:
    """Whether a backup is one of the chores: as asked; where nothing was said, of SQLite, which needs no other tool."""
    return dialect == "sqlite" if asked is None else asked


def keep_house(chores: Mapping[str, Chore]) -> Kept:
    """Does all chores in their order; one that fails keeps no other from being done."""
    done: dict[str, str] = {}
    failures: list[str] = []
    for name, chore in chores.items():
        try:
            done[name] = chore()
            _LOG.info("%s: %s", name, done[name])
        except Exception as error:  # noqa: BLE001 - whatever one chore stumbles over, the others are to be done
            failures.append(f"{name}: {_told(error)}")
            _LOG.error("%s", failures[-1], exc_info=not isinstance(error, PaperRoundError))
    return Kept(done, tuple(failures))


def _told(error: Exception) -> str:
    first_line = next(iter(str(error).splitlines()), "")
    return first_line if isinstance(error, PaperRoundError) else f"{type(error).__name__}: {first_line}"
