"""Opening databases of both kinds: refusals in words, transactions, what a reader sees."""

from __future__ import annotations

import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Connection, Engine, delete, event, func, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from models.database import (
    VERSION,
    among,
    connect,
    reading,
    require_current,
    shown,
    upgrade,
    version,
    writing,
)
from models.errors import DatabaseError
from models.snapshots import keep
from models.tables import APPEARANCES, INSTALLATION, PAPERS, READINGS
from tests.databases import MADE, opened
from tests.models.invented import EVENING, MORNING, daily, page, records
from tests.models.stored import read, rows


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def set_version(engine: Engine, to: str) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": to})


def refusal(engine: Engine) -> str:
    with pytest.raises(DatabaseError) as caught:
        require_current(engine)
    return str(caught.value)


@pytest.mark.parametrize("url", ["", "no url", "postgresql+psycopg://round:secret@localhost:port/papers"])
def test_a_url_that_is_none_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        connect(url)
    assert "secret" not in str(caught.value)


def test_an_unreachable_server_is_an_error_of_one_line_without_the_password() -> None:
    address = f"127.0.0.1:{free_port()}"
    with (
        opened(f"postgresql+psycopg://round:secret@{address}/papers?password=hidden") as engine,
        pytest.raises(DatabaseError) as caught,
    ):
        version(engine)
    message = str(caught.value)
    assert message.startswith(f"cannot open the database postgresql+psycopg://round:***@{address}/papers: ")
    assert not any(word in message for word in ("secret", "hidden", "\n"))


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "papers.db").write_bytes(b"lanterns " * 999)
    with (
        opened(f"sqlite:///{tmp_path}/papers.db") as engine,
        pytest.raises(DatabaseError, match="not a data"),
    ):
        version(engine)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseError, match="cannot make the database's folder"):
        connect(f"sqlite:///{tmp_path}/file/papers.db")


def test_a_file_of_sqlite_is_for_our_eyes_alone_and_one_that_is_there_is_left_as_it_is(
    tmp_path: Path,
) -> None:
    with opened(f"sqlite:///{tmp_path}/papers.db") as engine, engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE lanterns (id INTEGER)")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("papers.db", "papers.db-shm", "papers.db-wal"), 0o600)
    (tmp_path / "papers.db").chmod(0o640)
    with opened(f"sqlite:///{tmp_path}/papers.db") as engine, engine.connect():
        assert stat.S_IMODE((tmp_path / "papers.db").stat().st_mode) == 0o640


def test_a_database_in_memory_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for url in ("sqlite://", "sqlite:///:memory:", "sqlite:///file:papers?mode=memory&uri=true"):
        with opened(url) as engine, engine.connect():
            pass
    assert not list(tmp_path.iterdir())


def test_an_empty_database_is_told_from_one_of_this_version(empty_url: str) -> None:
    with opened(empty_url) as engine:
        assert version(engine) is None
        assert "is empty: `paperround run`" in refusal(engine)
        upgrade(engine, MADE)
        assert version(engine) == VERSION
        require_current(engine)


def test_an_older_database_is_refused_with_what_to_do(own_engine: Engine) -> None:
    set_version(own_engine, "0000")
    assert refusal(own_engine).endswith("`paperround db upgrade`")


def test_a_newer_database_is_refused_with_what_to_do(own_engine: Engine) -> None:
    set_version(own_engine, "9999")
    assert refusal(own_engine).endswith("install the newer program")
    with pytest.raises(DatabaseError, match="version 9999, this program"):
        upgrade(own_engine, MADE)
    assert version(own_engine) == "9999"


def test_the_url_of_a_database_is_shown_without_secrets() -> None:
    with opened(
        "postgresql+psycopg://round:secret@db.example/papers?password=hidden&sslmode=require"
    ) as engine:
        assert shown(engine) == "postgresql+psycopg://round:***@db.example/papers"
    with opened("sqlite://") as engine:
        assert shown(engine) == "sqlite://"


def test_upgrading_again_does_nothing(engine: Engine) -> None:
    before = rows(engine, INSTALLATION)
    assert not upgrade(engine, EVENING)
    assert rows(engine, INSTALLATION) == before


def test_an_upgrade_that_fails_half_way_leaves_nothing(empty_url: str) -> None:
    def fail(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("CREATE INDEX ix_snapshots_url"):
            raise OSError("no space left")

    with opened(empty_url) as engine:
        event.listen(engine, "before_cursor_execute", fail)
        with pytest.raises(OSError, match="no space left"):
            upgrade(engine, MADE)
        assert inspect(engine).get_table_names() == []
        event.remove(engine, "before_cursor_execute", fail)
        assert upgrade(engine, MADE)


def test_two_upgrades_at_once_make_one_database(empty_url: str) -> None:
    together = Barrier(2, timeout=30)

    def once(_number: int) -> None:
        with opened(empty_url) as engine:
            assert version(engine) is None
            together.wait()
            upgrade(engine, MADE)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(once, range(2)))
    with opened(empty_url) as engine:
        assert len(rows(engine, INSTALLATION)) == 1


def write_half(engine: Engine) -> None:
    with writing(engine) as connection:
        keep(connection, daily(), MORNING, ())
        raise OSError("no space left")


def test_what_fails_in_a_transaction_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(OSError, match="no space left"):
        write_half(engine)
    assert rows(engine, READINGS) == []


def test_an_appearance_needs_its_paper(engine: Engine) -> None:
    row = {"source": "huggingface", "section": "daily", "date": daily().date, "paper_id": "nobody", "nth": 0}
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(insert(APPEARANCES).values(row | {"rank": 1, "first_seen_at": MORNING}))


def test_a_reader_sees_one_moment_s_state_while_a_writer_goes_on(engine: Engine) -> None:
    count = select(func.count()).select_from(PAPERS)
    with reading(engine) as connection:
        assert connection.execute(count).scalar() == 0
        read(engine, page(*records(3)))
        assert connection.execute(count).scalar() == 0
    with reading(engine) as connection:
        assert connection.execute(count).scalar() == 3


def test_after_a_reader_a_connection_can_write_again(engine: Engine) -> None:
    for at in (MORNING, EVENING):
        assert read(engine, page(*records(2)), at=at).removed == 0
        assert len(rows(engine, PAPERS)) == 2


def test_a_reader_of_postgresql_cannot_write(postgresql_url: str) -> None:
    with opened(postgresql_url) as engine, reading(engine) as connection, pytest.raises(DBAPIError):
        connection.execute(text("DELETE FROM papers"))


def test_any_number_of_ids_is_one_parameter(engine: Engine) -> None:
    read(engine, page(*records(3)))
    ids = ["2510.00001", "it's", 'a "b" \\', "", *map(str, range(70_000))]
    sent: list[object] = []
    event.listen(engine, "before_cursor_execute", lambda *given: sent.append(given[3]))
    with reading(engine) as connection:
        found = (
            connection.execute(select(PAPERS.c.id).where(among(connection, PAPERS.c.id, ids))).scalars().all()
        )
        none = (
            connection.execute(select(PAPERS.c.id).where(among(connection, PAPERS.c.id, []))).scalars().all()
        )
    assert (found, none) == (["2510.00001"], [])
    assert all(
        len(parameters) == 1 for parameters in sent if isinstance(parameters, (tuple, dict)) and parameters
    )


def test_a_database_that_alembics_own_command_has_made_learns_whose_it_is(own_engine: Engine) -> None:
    with writing(own_engine) as connection:
        connection.execute(delete(INSTALLATION))
    assert upgrade(own_engine, MORNING)
    assert not upgrade(own_engine, EVENING)
    with reading(own_engine) as connection:
        assert connection.execute(select(INSTALLATION.c.created_at)).scalar_one() == MORNING
