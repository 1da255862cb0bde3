"""Chores: each is done, whatever becomes of the others."""

from __future__ import annotations

from flows.steps.housekeeping import has_backup, keep_house
from models.errors import DatabaseError


def test_a_chore_that_fails_keeps_no_other_from_being_done() -> None:
    def back_up() -> str:
        raise DatabaseError("pg_dump is not there: install postgresql-client")

    def stumble() -> str:
        raise OSError("no space left\non this device")

    done = keep_house({"back up": back_up, "stumble": stumble, "prune": lambda: "3 snapshots"})
    assert done.done == {"prune": "3 snapshots"}
    assert done.failures == (
        "back up: pg_dump is not there: install postgresql-client",
        "stumble: OSError: no space left",
    )


def test_a_backup_is_made_as_asked_and_else_of_sqlite_alone() -> None:
    assert (has_backup(None, "sqlite"), has_backup(None, "postgresql")) == (True, False)
    assert (has_backup(False, "sqlite"), has_backup(True, "postgresql")) == (False, True)


def test_chores_are_done_in_their_order() -> None:
    done: list[str] = []

    def chore(name: str) -> str:
        done.append(name)
        return name

    keep_house({name: lambda name=name: chore(name) for name in ("c", "a", "b")})  # type: ignore[misc]  # mypy sees no default
    assert done == ["c", "a", "b"]
