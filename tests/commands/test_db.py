"""`paperround db`: what a person is told of backups, moves and pruning, and what they may ask for."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest

from flows import engine
from flows.steps import pruning
from flows.steps.backups import Kept
from models.database import VERSION
from models.ledger import record
from tests.commands.command import DATABASE, Command
from tests.commands.members import members
from tests.mail.subscribed import asked, joined
from tests.models.invented import MORNING, daily, entry, page, records
from tests.models.stored import read_with

BACKUPS = Path("var/backups")


@pytest.fixture
def lived(paperround: Command) -> Command:
    """The command in a folder with papers, an archive, and a row of the ledger."""
    Path("var/archive").mkdir()
    with members() as connection:
        read_with(connection, page(*records(8)), daily(), MORNING)
        record(connection, entry(at=MORNING))
    return paperround


def the_backup() -> Path:
    (found,) = BACKUPS.glob("paperround-*.db")
    return found


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("db backup --to x.db --keep 3", 2, "--keep is for the backups in HOME/backups"),
        ("db backup --keep 0", 2, "--keep"),
        ("db backup --to nowhere/x.db", 1, "the backup nowhere/x.db could not be made"),
        ("db restore", 2, "Missing argument 'FILE'"),
        ("db restore lost.db", 2, "lost.db cannot be read: No such file or directory"),
        ("db copy", 2, "Missing option '--into'"),
        ("db copy --into papers.db", 2, "--into must begin with sqlite:///"),
        ("db copy --into sqlite:///nowhere.db", 0, ""),
        ("db prune --nonsense", 2, "No such option: --nonsense"),
    ],
)
def test_what_makes_no_sense_is_one_line(paperround: Command, line: str, code: int, words: str) -> None:
    result = paperround(*line.split())
    assert (result.code, words in result.err) == (code, True)
    assert result.err.count("\n") == 1 or code == 0


@pytest.mark.parametrize("line", ["db backup", "db copy --into sqlite:///new.db", "db prune"])
def test_without_a_database_there_is_nothing_to_do(paperround: Command, line: str) -> None:
    DATABASE.unlink()
    result = paperround(*line.split())
    assert (result.code, "is empty" in result.err) == (1, True)


def test_a_backup_says_where_it_is_what_it_holds_and_what_is_not_in_it(lived: Command) -> None:
    result = lived("db", "backup")
    assert (result.code, result.err) == (0, "")
    first, second = result.out.splitlines()
    assert first.startswith(f"{the_backup()}: ")
    assert first.endswith(f" kB, 8 papers, version {VERSION}, read to the end")
    assert second.startswith("Not in it, and worth keeping with it: ")
    assert "var/archive" in second


def test_older_backups_that_make_room_are_counted(lived: Command) -> None:
    BACKUPS.mkdir()
    for day in range(3):
        (BACKUPS / f"paperround-2025010{day + 1}T000000Z.db").touch()
    assert "\n2 older backups removed\n" in lived("db", "backup", "--keep", "2").out


def test_backups_of_the_future_are_told_and_the_new_one_is_there(lived: Command) -> None:
    BACKUPS.mkdir()
    ahead = BACKUPS / "paperround-29990101T000000Z.db"
    ahead.touch()
    out = lived("db", "backup", "--keep", "1").out
    assert Path(out.split(": ")[0]).exists()
    assert f"\n1 backup dated later than now, {ahead}: " in out
    told = lived("db", "prune").out
    assert told.startswith("Nothing is old enough to go.\n")
    assert f"\n1 backup dated later than now, {ahead}: " in told
    assert ahead.exists()


def test_a_restored_backup_tells_of_letters_and_is_what_was_there(lived: Command) -> None:
    with members() as connection:
        joined(connection)
    lived("db", "backup")
    export = lived("export").out
    assert "is not empty (8 papers)" in lived("db", "restore", str(the_backup())).err
    DATABASE.rename("old.db")
    for log in DATABASE.parent.glob("*.db-*"):
        log.unlink()
    result = lived("db", "restore", str(the_backup()))
    assert result.code == 0
    assert f"8 papers, 1 subscriber, version {VERSION}\n" in result.out
    assert f"The newest reading is of {MORNING:%Y-%m-%d %H:%M} UTC; the next round catches up." in result.out
    assert "use `paperround run --no-mail`, or they come twice" in result.out
    assert (
        "Who left, was erased or was suspended since then is active again, and would get mail" in result.out
    )
    assert "`paperround subscribers list --standing left`" in result.out
    assert "`paperround subscribers erase`" in result.out
    assert "Links in letters need the secret of then: put its secret.key into var" in result.out
    assert lived("export").out == export


def test_a_restore_into_another_database_says_how_it_is_used(lived: Command) -> None:
    lived("db", "backup")
    out = lived("db", "restore", str(the_backup()), "--into", "sqlite:///new.db").out
    assert out.splitlines()[-1] == "It is used once PAPERROUND_DATABASE_URL names it."
    assert "--no-mail" not in out


def test_a_copy_shows_both_sides_and_what_comes_next(lived: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    export = lived("export").out
    result = lived("db", "copy", "--into", "sqlite:///new.db")
    assert result.code == 0
    assert result.err.splitlines()[-1] == "Copying, in hundredths: 100 of 100"
    assert "papers           8  " in result.out
    assert "hold the same " in result.out
    assert "PAPERROUND_DATABASE_URL" in result.out.splitlines()[-1]
    monkeypatch.setenv("PAPERROUND_DATABASE_URL", "sqlite:///new.db")
    assert lived("export").out == export


def test_what_a_copy_has_not_is_told(paperround: Command) -> None:
    with members() as connection:
        connection.exec_driver_sql("CREATE TABLE birds (name TEXT)")
    assert (
        "Not of this program, and not copied: birds\n"
        in paperround("db", "copy", "--into", "sqlite:///x.db").out
    )


def test_where_nothing_is_old_nothing_goes(paperround: Command) -> None:
    result = paperround("db", "prune")
    assert (result.code, result.out, result.err) == (0, "Nothing is old enough to go.\n", "")


def test_a_rehearsal_says_what_would_go_and_then_it_goes(paperround: Command) -> None:
    with members() as connection:
        asked(connection, at=datetime.fromisoformat("2020-01-01T00:00Z"))
    rehearsed = paperround("db", "prune", "--dry-run").out
    assert rehearsed.startswith("These would go:\n  1 subscriber who did not confirm\n")
    assert "All snapshots stay: PAPERROUND_KEEP_SNAPSHOTS_DAYS is not set.\n" in rehearsed
    assert paperround("db", "prune").out == rehearsed.replace("These would go:", "These are gone:")
    assert paperround("db", "prune").out == "Nothing is old enough to go.\n"


def test_what_went_is_told_before_what_could_not_be_removed(
    paperround: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unremovable(*_: object) -> list[Kept]:
        raise PermissionError(13, "Permission denied", "var/backups")

    with members() as connection:
        asked(connection, at=datetime.fromisoformat("2020-01-01T00:00Z"))
    monkeypatch.setattr(pruning, "surplus", unremovable)
    result = paperround("db", "prune")
    assert result.out.startswith("These are gone:\n  1 subscriber who did not confirm\n")
    assert (result.code, result.err.count("\n"), "Permission denied" in result.err) == (1, 1, True)


@dataclass
class PretendedRuns:
    runs: int

    def in_words(self) -> str:
        return f"{self.runs} runs in Prefect"


@pytest.mark.parametrize(("runs", "words"), [(3, "  3 runs in Prefect\n"), (0, "Nothing is old enough")])
def test_runs_in_a_prefect_that_answers_go_too(
    paperround: Command, monkeypatch: pytest.MonkeyPatch, runs: int, words: str
) -> None:
    pretended = ModuleType("flows.deployment.pruning")
    pretended.prune_prefect = lambda _, dry_run: PretendedRuns(runs)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "flows.deployment.pruning", pretended)
    monkeypatch.setattr(engine, "answers", lambda _: True)
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    assert words in paperround("db", "prune").out


def test_a_prefect_that_does_not_answer_is_told_and_stops_nothing(
    paperround: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    result = paperround("db", "prune")
    assert (result.code, result.out) == (0, "Nothing is old enough to go.\n")
    assert result.err == (
        "paperround: the Prefect API http://127.0.0.1:9/api does not answer: its runs stay as they are\n"
    )
