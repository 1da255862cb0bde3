"""The database: opening it, bringing it to the version of this program, its transactions."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Engine,
    String,
    any_,
    create_engine,
    event,
    func,
    insert,
    inspect,
    literal,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from models.errors import DatabaseError
from models.tables import INSTALLATION

VERSION = "0007"
"""The migration that this program is written for."""

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
_WRITER_LOCK = 0x50617065  # one writer at a time on PostgreSQL, as on SQLite; the letters are "Pape"
_FOR_US_ALONE = 0o600
_BUSY_SECONDS = 60
_NOTED_WITHIN_SECONDS = 5
_PRAGMAS = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA foreign_keys = ON;
PRAGMA cache_size = -65536;
"""


def connect(url: str, *, makes_file: bool = True) -> Engine:
    """An engine for `sqlite:///...` or `postgresql+psycopg://...`; makes the folder of a SQLite file.

    The file is made at the first connection, for our eyes alone: there are people's addresses in it. Without
    `makes_file` that is left to SQLite. Raises DatabaseError for a URL that is none, and where the folder cannot be made.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # the error's own text may hold the password
        raise DatabaseError("the URL of the database cannot be understood") from error
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, json_serializer=_as_json)
    engine = create_engine(parsed, connect_args={"timeout": _BUSY_SECONDS}, json_serializer=_as_json)
    if parsed.database and parsed.database != ":memory:" and "uri" not in parsed.query:
        _make_folder(Path(parsed.database).parent)
        if makes_file:
            event.listen(engine, "do_connect", _make_file)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _as_json(value: object) -> str:
    """Half of what is kept as JSON is empty: not worth an encoder."""
    if value == []:
        return "[]"
    return "{}" if value == {} else json.dumps(value)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(f"cannot make the database's folder {folder}: {error.strerror}") from error


def _make_file(_dialect: object, _record: object, given: Sequence[Any], _options: object) -> None:
    """SQLite would make it for the eyes of all; its companions get the mode of the file."""
    with suppress(OSError):  # it is there, or is none: else SQLite itself says what is wrong
        os.close(os.open(given[0], os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FOR_US_ALONE))


def _prepare_sqlite(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is ours to say: the driver's own comes too late for a lock
    connection.executescript(_PRAGMAS)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction of the one writer: committed as a whole, or nothing of it."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        _lock(connection)
        yield connection


@contextmanager
def posting(engine: Engine) -> Iterator[Connection]:
    """A transaction for subscribers and mail: committed as a whole, or nothing of it; mail never waits for papers.

    On PostgreSQL beside the one writer. On SQLite, which has one lock for all, it waits for a minute; and its
    commit survives a power cut, which other transactions need not: a letter whose sending is forgotten goes twice.
    """
    with (
        engine.connect().execution_options(writes=True) as connection,
        _lasting(connection),
        connection.begin(),
    ):
        yield connection


@contextmanager
def noting(engine: Engine) -> Iterator[Connection]:
    """A transaction for what a run says of itself: committed as a whole, or nothing of it; it holds nobody up.

    On PostgreSQL beside the one writer. On SQLite it waits for five seconds at most: OperationalError after it.
    """
    with (
        engine.connect().execution_options(writes=True) as connection,
        _impatient(connection),
        connection.begin(),
    ):
        yield connection


@contextmanager
def _impatient(connection: Connection) -> Iterator[None]:
    """Lets SQLite wait for a lock no longer than a note is worth. On PostgreSQL a note meets no lock."""
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_NOTED_WITHIN_SECONDS * 1000}")
    try:
        yield
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")


@contextmanager
def _lasting(connection: Connection) -> Iterator[None]:
    """Lets SQLite wait at each commit until the disk has it. PostgreSQL does so unless it was told otherwise."""
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA synchronous = FULL")  # cannot be said within a transaction
    cursor.execute("PRAGMA secure_delete = ON")  # else an erased address may stay in the file
    try:
        yield
    finally:
        cursor.execute("PRAGMA synchronous = NORMAL")


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """The same for a migration: SQLite rebuilds a table that others refer to, and shall not miss it meanwhile."""
    with engine.connect().execution_options(writes=True) as connection:
        driver = connection.connection
        if connection.dialect.name == "sqlite":
            driver.cursor().execute("PRAGMA foreign_keys = OFF")  # cannot be said within a transaction
        try:
            with connection.begin():
                _lock(connection)
                yield connection
        finally:
            if connection.dialect.name == "sqlite":
                driver.cursor().execute("PRAGMA foreign_keys = ON")


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITER_LOCK})


def reading(engine: Engine) -> Connection:
    """A connection to read by; what it sees is one moment's state, that of its first query."""
    if engine.dialect.name == "postgresql":
        return engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine.connect()


def among(connection: Connection, column: Column[Any], ids: Sequence[str]) -> ColumnElement[bool]:
    """The condition that a column is one of many ids, sent as a single parameter."""
    if connection.dialect.name == "sqlite":
        given = func.json_each(json.dumps(ids)).table_valued("value")
        return column.in_(select(given.c.value))
    return column == any_(literal(list(ids), ARRAY(String)))


def version(engine: Engine) -> str | None:
    """The migration that the database is at; None for an empty database."""
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError as error:
        reason = " ".join(str(error.__cause__ or error).split())
        raise DatabaseError(f"cannot open the database {shown(engine)}: {reason}") from error


def shown(engine: Engine) -> str:
    """The URL of a database as people may see it: without its password and its parameters."""
    return engine.url.set(query={}).render_as_string(hide_password=True)


def upgrade(engine: Engine, now: datetime) -> bool:
    """Brings the database to this program's version, all of it or nothing; whether there was anything to do.

    Raises DatabaseError for a database that a newer program has written.
    """
    at = version(engine)
    _refuse_newer(at)
    if at == VERSION and _is_installed(engine):
        return False
    with migrating(engine) as connection:
        _migrate(connection)
        if connection.execute(select(INSTALLATION.c.id)).first() is None:
            row = {"id": 1, "uuid": str(uuid.uuid4()), "created_at": now}
            connection.execute(insert(INSTALLATION).values(row))
    return True


def _is_installed(engine: Engine) -> bool:
    """Whether the database knows whose it is; one that alembic's own command has made does not."""
    with reading(engine) as connection:
        return connection.execute(select(INSTALLATION.c.id)).first() is not None


def _refuse_newer(at: str | None) -> None:
    if at is not None and at > VERSION:
        raise DatabaseError(
            f"the database is at version {at}, this program at {VERSION}: install the newer program"
        )


def _migrate(connection: Connection) -> None:
    from alembic import command  # half a second of CPU that only an upgrade needs
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def require_current(engine: Engine) -> None:
    """Raises DatabaseError, with what to do, for a database that is not at this program's version."""
    at = version(engine)
    if at is None:
        raise DatabaseError(
            f"the database {shown(engine)} is empty: `paperround run` or `paperround db upgrade` makes it"
        )
    _refuse_newer(at)
    if at != VERSION:
        raise DatabaseError(
            f"the database is at version {at}, this program at {VERSION}: `paperround db upgrade`"
        )
