"""Backups: whole or not there at all, of one moment, for nobody else's eyes, and not for ever."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, update

from flows.settings import Settings, load_settings
from flows.steps import backing_up, sqlite_files
from flows.steps.backing_up import back_up, make_backup
from flows.steps.backups import kept, name, surplus
from models.contents import Contents, contents
from models.database import writing
from models.errors import DatabaseError, PaperRoundError, UsageError
from models.tables import PAPERS
from tests.databases import opened
from tests.models.every_table import NUMBER, all_rows, fill
from tests.models.stored import rows

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    """Those of a house whose database has rows in every table."""
    with opened(sqlite_url) as engine:
        fill(engine)
    return load_settings(_env_file=None, home=tmp_path / "var", database_url=sqlite_url)


@pytest.fixture
def database(settings: Settings) -> Iterator[Engine]:
    with opened(settings.database) as engine:
        yield engine


def files(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.backups.iterdir())


def test_an_empty_database_is_not_backed_up(tmp_path: Path) -> None:
    settings = load_settings(_env_file=None, home=tmp_path / "var")
    with pytest.raises(DatabaseError, match="is empty: there is nothing to back up"):
        back_up(settings, NOW)


def test_a_file_that_is_there_is_not_overwritten(settings: Settings, tmp_path: Path) -> None:
    there = tmp_path / "precious.db"
    there.write_text("precious")
    with pytest.raises(UsageError, match="is there already"):
        make_backup(settings, NOW, there)
    assert there.read_text() == "precious"


def test_a_folder_that_is_not_there_is_named(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"could not be made: .*No such file"):
        make_backup(settings, NOW, tmp_path / "nowhere" / "backup.db")


@pytest.mark.parametrize("at", [0, 100_000, 200_000])
def test_a_copy_that_is_damaged_is_no_backup(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    def damaged(engine: Engine, target: Path) -> Contents:
        found = copy_out(engine, target)
        with target.open("r+b") as file:
            file.seek(at)
            file.write(b"\xff" * 4096)
        return found

    copy_out = sqlite_files.copy_out
    monkeypatch.setattr(sqlite_files, "copy_out", damaged)
    with pytest.raises(DatabaseError):
        back_up(settings, NOW)
    assert files(settings) == []


def test_a_copy_that_lacks_rows_is_no_backup(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(path: Path) -> Contents:
        found = checked(path)
        return Contents(found.version, {**found.rows, "told": NUMBER - 1})

    checked = sqlite_files.checked
    monkeypatch.setattr(sqlite_files, "checked", lacking)
    with pytest.raises(DatabaseError, match="does not hold what the database held: look at told"):
        back_up(settings, NOW)
    assert files(settings) == []


def test_what_only_the_copy_holds_is_named_and_another_version_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def more(path: Path) -> Contents:
        return Contents("0001", {**checked(path).rows, "birds": 1})

    checked = sqlite_files.checked
    monkeypatch.setattr(sqlite_files, "checked", more)
    with pytest.raises(DatabaseError, match=r"look at alembic_version, birds$"):
        back_up(settings, NOW)


def test_what_is_written_meanwhile_waits_for_nothing_and_is_not_in_it(
    settings: Settings, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = all_rows(database)

    def contents_and_then(connection: Connection) -> Contents:
        found = contents(connection)
        with writing(database) as another:
            another.execute(update(PAPERS).values(title="Later"))
        return found

    monkeypatch.setattr(sqlite_files, "contents", contents_and_then)
    path = back_up(settings, NOW)
    assert {row["title"] for row in rows(database, PAPERS)} == {"Later"}
    with opened(f"sqlite:///{path}") as copy:
        assert all_rows(copy) == before


def test_it_holds_every_row_and_is_one_file_for_us_alone(settings: Settings, database: Engine) -> None:
    path = back_up(settings, NOW)
    assert path == settings.backups / "paperround-20261120T040000Z.db"
    assert files(settings) == [path.name]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with opened(f"sqlite:///{path}") as copy:
        assert all_rows(copy) == all_rows(database)


def test_the_newest_stay_and_what_has_another_name_is_left_alone(settings: Settings) -> None:
    settings.backups.mkdir(parents=True)
    others = ["paperround-of-mine.db", "notes.txt", "paperround-20250101T000000Z.db.gz"]
    for each in others:
        (settings.backups / each).write_text("mine")
    made = [make_backup(settings, NOW + timedelta(hours=hour), keep=2) for hour in range(4)]
    assert files(settings) == sorted([*others, *(each.path.name for each in made[2:])])
    assert [each.removed for each in made] == [0, 0, 1, 1]
    assert [each.path for each in kept(settings.backups)] == [made[3].path, made[2].path]


def test_a_file_of_ones_own_is_beside_the_counting(settings: Settings, tmp_path: Path) -> None:
    first = back_up(settings, NOW)
    made = make_backup(settings, NOW + timedelta(hours=1), tmp_path / "mine.db", keep=1)
    assert (made.path, made.removed, first.exists()) == (tmp_path / "mine.db", 0, True)


def test_what_a_kill_has_left_goes_after_a_day(tmp_path: Path) -> None:
    left = tmp_path / f".{name(NOW, 'db')}.77.part"
    left.write_text("a part")
    made = datetime.fromtimestamp(left.stat().st_mtime, UTC)
    assert surplus(tmp_path, 7, made + timedelta(hours=23)) == []
    assert [each.path for each in surplus(tmp_path, 7, made + timedelta(hours=25))] == [left]


def test_an_error_leaves_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> Contents:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backing_up, "_copied", full)
    with pytest.raises(PaperRoundError, match="No space left on device"):
        back_up(settings, NOW)
    assert files(settings) == []
