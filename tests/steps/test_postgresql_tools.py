"""PostgreSQL's own programs: the right one is found, and nobody sees the password. The programs here are pretended."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.steps.postgresql_tools import beside, conninfo, environment, feed, find, major, output, run
from models.database import connect
from models.errors import DatabaseError

URL = (
    "postgresql+psycopg://ada:s3%40cret@db.example:5433/papers"
    "?sslmode=require&keepalives_idle=30&options=-csearch_path%3Dround"
)


def program(folder: Path, of: int, then: str = "") -> Path:
    """A program that says which version it is of, and otherwise does something."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "pg_dump"
    said = f"pg_dump (PostgreSQL) {of}.4 (Debian {of}.4-1)"
    path.write_text(f'#!/bin/sh\nif [ "$1" = --version ]; then echo "{said}"; exit 0; fi\n{then}\n')
    path.chmod(0o755)
    return path


PIECE = 100_000


def script(pieces: int) -> Generator[bytes]:
    """More than a pipe holds."""
    for _ in range(pieces):
        yield b"x" * PIECE


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
    with pytest.raises(DatabaseError, match="pg_dump is of PostgreSQL 15, 16 or newer is needed: install"):
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


def test_a_program_that_is_not_beside_another_is_named_with_what_to_install(tmp_path: Path) -> None:
    dumping = program(tmp_path, 17)
    with pytest.raises(DatabaseError, match=r"psql is not beside .*/pg_dump: install .*postgresql-client-17"):
        beside(dumping, "psql")
    (tmp_path / "psql").write_text("no program")
    with pytest.raises(DatabaseError, match="psql is not beside"):
        beside(dumping, "psql")
    (tmp_path / "psql").chmod(0o755)
    assert beside(dumping, "psql") == tmp_path / "psql"


@pytest.mark.parametrize("on_path", [18, 17])
def test_the_nearest_that_is_new_enough_is_taken_wherever_it_is(tmp_path: Path, on_path: int) -> None:
    program(tmp_path / "on_path", on_path)
    for each in (14, 17, 18):
        program(tmp_path / "installed" / str(each) / "bin", each)
    wanted = program(tmp_path / "installed" / "16" / "bin", 16)
    assert find("pg_dump", 16, (f"{tmp_path}/installed/*/bin",)) == wanted


def test_the_nearest_is_looked_for_in_every_folder_of_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "first", 18)
    wanted = program(tmp_path / "second", 17)
    monkeypatch.setenv("PATH", f"{tmp_path / 'first'}:{tmp_path / 'second'}")
    assert find("pg_dump", 16, ()) == wanted


def test_of_equal_versions_the_one_on_the_path_comes_first(tmp_path: Path) -> None:
    program(tmp_path / "installed" / "16" / "bin", 16)
    on_path = program(tmp_path / "on_path", 16)
    assert find("pg_dump", 16, (f"{tmp_path}/installed/*/bin",)) == on_path


def test_one_that_cannot_be_started_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "installed" / "16" / "bin", 16).write_text("of another machine")
    program(tmp_path / "installed" / "17" / "bin", 17).chmod(0o600)
    wanted = program(tmp_path / "on_path", 18)
    assert find("pg_dump", 16, (f"{tmp_path}/installed/*/bin",)) == wanted
    assert major(wanted) == 18


def test_one_that_is_fed_and_fails_is_told_by_its_last_error(tmp_path: Path, engine: Engine) -> None:
    words = "for word in 'psql:<stdin>:3: ERROR:  no such bird' 'HINT: look up'; do echo \"$word\" >&2; done; exit 3"
    with pytest.raises(DatabaseError, match=r"^psql:<stdin>:3: ERROR:  no such bird$"):
        feed(program(tmp_path, 16, words), script=script(1000), engine=engine)


def test_one_that_is_fed_less_than_all_never_sees_the_rest(tmp_path: Path, engine: Engine) -> None:
    def failing() -> Generator[bytes]:
        yield b"a piece"
        raise DatabaseError("the dump is damaged")

    seen = tmp_path / "seen"
    with pytest.raises(DatabaseError, match="the dump is damaged"):
        feed(program(tmp_path, 16, f"/bin/cat > {seen}"), script=failing(), engine=engine)
    assert seen.read_text() == "a piece"


def test_one_that_is_fed_may_say_much_before_it_reads(tmp_path: Path, engine: Engine) -> None:
    seen = tmp_path / "seen"
    much = "/usr/bin/head -c 1000000 /dev/zero"
    feed(
        program(tmp_path, 16, f'{much} >&2; {much}; /bin/cat > {seen}; echo "$PGPASSWORD $@" >> {seen}'),
        "--quiet",
        script=script(3),
        engine=engine,
    )
    assert seen.read_bytes() == b"x" * 3 * PIECE + b"s3@cret --no-password --quiet\n"


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
