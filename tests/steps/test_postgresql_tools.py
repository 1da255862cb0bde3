"""PostgreSQL's own programs: the right one is found, and nobody sees the password. The programs here are pretended."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.steps.postgresql_tools import conninfo, environment, find, output, run
from models.database import connect
from models.errors import DatabaseError

URL = (
    "postgresql+psycopg://ada:s3%40cret@db.example:5433/papers"
    "?sslmode=require&keepalives_idle=30&options=-csearch_path%3Dround"
)


def program(folder: Path, major: int, then: str = "") -> Path:
    """A program that says which version it is of, and otherwise does something."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "pg_dump"
    said = f"pg_dump (PostgreSQL) {major}.4 (Debian {major}.4-1)"
    path.write_text(f'#!/bin/sh\nif [ "$1" = --version ]; then echo "{said}"; exit 0; fi\n{then}\n')
    path.chmod(0o755)
    return path


@pytest.fixture
def engine() -> Engine:
    """Of a database that nobody connects to."""
    return connect(URL)


@pytest.fixture(autouse=True)
def _path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "on_path"))


def test_a_program_that_is_not_there_is_named_with_what_to_do_and_what_does_without() -> None:
    with pytest.raises(DatabaseError) as told:
        find("pg_dump", 16, ())
    assert str(told.value) == (
        "pg_dump is not there: install the client programs of PostgreSQL 16 (Debian: postgresql-client-16); "
        "`paperround db copy --into sqlite:///FILE` keeps a copy without them"
    )


def test_a_program_that_is_older_than_the_server_is_refused(tmp_path: Path) -> None:
    program(tmp_path / "on_path", 15)
    with pytest.raises(DatabaseError, match="pg_dump is of PostgreSQL 15, the server of 16: install"):
        find("pg_dump", 16, ())


def test_a_program_that_fails_is_told_by_its_last_error(tmp_path: Path, engine: Engine) -> None:
    failing = program(
        tmp_path,
        16,
        "for word in warning 'pg_dump: error: it is late' 'HINT: sleep'; do echo \"$word\" >&2; done; exit 3",
    )
    with pytest.raises(DatabaseError, match=r"^pg_dump: error: it is late$"):
        run(failing, engine=engine)
    with pytest.raises(DatabaseError, match=r"^pg_dump: error: it is late$"):
        list(output(failing))


def test_a_program_that_fails_without_a_word_is_told_by_its_code(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="pg_dump ended with 3"):
        list(output(program(tmp_path, 16, "exit 3")))


def test_the_one_on_the_path_comes_first_where_it_is_new_enough(tmp_path: Path) -> None:
    program(tmp_path / "installed" / "17" / "bin", 17)
    on_path = program(tmp_path / "on_path", 16)
    assert find("pg_dump", 16, (f"{tmp_path}/installed/*/bin",)) == on_path


def test_one_beside_the_path_is_taken_where_that_on_the_path_is_too_old(tmp_path: Path) -> None:
    program(tmp_path / "on_path", 15)
    program(tmp_path / "installed" / "14" / "bin", 14)
    wanted = program(tmp_path / "installed" / "16" / "bin", 16)
    assert find("pg_dump", 16, (f"{tmp_path}/installed/*/bin",)) == wanted


def test_the_password_stands_in_the_environment_and_on_no_command_line(
    tmp_path: Path, engine: Engine
) -> None:
    seen = tmp_path / "seen"
    noting = program(
        tmp_path, 16, f'echo "$@" > {seen}; echo "$PGUSER $PGPASSWORD $PGHOST $PGPORT" >> {seen}'
    )
    run(noting, f"--dbname={conninfo(engine)}", engine=engine)
    arguments, variables = seen.read_text().splitlines()
    assert arguments == "--no-password --dbname=dbname=papers keepalives_idle=30"
    assert variables == "ada s3@cret db.example 5433"


def test_all_that_the_url_says_reaches_the_program(engine: Engine) -> None:
    found = environment(engine)
    assert (found["PGSSLMODE"], found["PGOPTIONS"]) == ("require", "-csearch_path=round")
    assert found["PATH"].endswith("on_path")
