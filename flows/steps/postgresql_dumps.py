"""Dumps of PostgreSQL: made at one moment, looked through to the last row, and put back."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from functools import partial
from pathlib import Path
from typing import IO

from sqlalchemy import Engine

from flows.steps.postgresql_tools import beside, conninfo, feed, find, major, output, run, server_major
from models.contents import VERSION_TABLE, Contents, contents, home
from models.database import reading
from models.tables import is_declared

_NAME = rb'("(?:[^"]|"")+"|[^\s".]+)'
_TABLE = re.compile(rb"COPY (?:%b\.)?%b \(.*\) FROM stdin;" % (_NAME, _NAME))
_END = b"\\."
_FORMATS = ((b"PGDMP\x01\x10", 17), (b"PGDMP\x01\x0f", 16))
"""How dumps begin that no older program can read."""
_SETTING_SINCE = 17
_SETTING = b"SET transaction_timeout = 0;\n"
"""What programs tell every server since this version, and older servers refuse."""
_HEAD = (b"--", b"SET ", b"SELECT pg_catalog.set_config(", b"\\", b"\n")
"""How lines begin that stand before all that is of the database."""
_PIECE_BYTES = 2**16
_AS_OURS = ("--clean", "--if-exists", "--no-owner", "--no-privileges")
"""In the place of the empty tables that a database may have, and for whoever puts them there."""


def dump(engine: Engine, target: Path) -> Contents:
    """Dumps a database as it stands at one moment into a file; gives what it holds. Nobody waits for it.

    Schemas of someone else stay out. That of ours is not in it itself: to put it back would drop it first, `public`
    as well, with what others have in it or may do with it.
    """
    with reading(engine) as connection:
        program = find("pg_dump", server_major(connection))
        moment = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        found = contents(connection)
        run(
            program,
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--table={_quoted(home(connection))}.*",
            f"--snapshot={moment}",
            f"--file={target}",
            f"--dbname={conninfo(engine)}",
            engine=engine,
        )
    return found


def _quoted(name: str) -> str:
    """A name as a pattern that nothing else matches."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def checked(path: Path, engine: Engine) -> Contents:
    """What a dump holds, read to its last row by the program for the server of a database; DatabaseError where it is
    damaged.
    """
    rows: dict[str, int] = {}
    version = None
    for name, row in _rows(path, _reader(path, engine)[0]):
        rows[name] = rows.get(name, 0) + (row is not None)
        if name == VERSION_TABLE and row is not None:
            version = row.decode()
    ours = {name: number for name, number in rows.items() if is_declared(name, "table", {})}
    ours.pop(VERSION_TABLE, None)
    return Contents(version, ours)


def _rows(path: Path, program: Path) -> Iterator[tuple[str, bytes | None]]:
    """Each row with the name of its table; of each table None first, so that one without rows is told, too."""
    name = ""
    for line in output(program, "--data-only", "--file=-", str(path)):
        if name and line.rstrip() == _END:
            name = ""
        elif name:
            yield name, line.rstrip(b"\n")
        elif begins := _TABLE.match(line):
            name = _plain(begins[2].decode())
            yield name, None


def _plain(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def put_back(path: Path, engine: Engine) -> None:
    """Puts a dump in the place of the empty tables that a database may have, in one transaction."""
    program, server = _reader(path, engine)
    if server < _SETTING_SINCE <= major(program):
        _put_back_as_script(path, program, engine)
        return
    run(
        program,
        "--single-transaction",
        "--exit-on-error",
        *_AS_OURS,
        f"--dbname={conninfo(engine)}",
        str(path),
        engine=engine,
    )


def _put_back_as_script(path: Path, program: Path, engine: Engine) -> None:
    """The same for a server that does not know a setting that the program would tell it."""
    feed(
        beside(program, "psql"),
        "--no-psqlrc",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        "--file=-",
        f"--dbname={conninfo(engine)}",
        script=_script(path, program),
        engine=engine,
    )


def _script(path: Path, program: Path) -> Generator[bytes]:
    """What the dump says, in a transaction. psql's own `--single-transaction` would commit at whatever end it sees,
    even where the dump is damaged or this process is killed.
    """
    yield b"BEGIN;\n"
    yield from output(program, "--file=-", *_AS_OURS, str(path), cut=without_setting)
    yield b"COMMIT;\n"


def without_setting(script: IO[bytes]) -> Iterator[bytes]:
    """A script in pieces, without the setting in its head that older servers refuse."""
    for line in script:
        if line == _SETTING:
            break
        yield line
        if not line.startswith(_HEAD):  # from here on the same words may be a row
            break
    yield from iter(partial(script.read, _PIECE_BYTES), b"")


def _reader(path: Path, engine: Engine) -> tuple[Path, int]:
    """The program that reads a dump for the server of a database, and the major version of that server."""
    with reading(engine) as connection:
        server = server_major(connection)
    return find("pg_restore", max(server, least_reader(path))), server


def least_reader(path: Path) -> int:
    """The major version of the oldest program that knows the format of a dump; 0 for a format that all know."""
    with path.open("rb") as file:
        begins = file.read(len(_FORMATS[0][0]))
    return next((least for mark, least in _FORMATS if begins >= mark), 0)
