"""Dumps of PostgreSQL: made at one moment, looked through to the last row, and put back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine

from flows.steps.postgresql_tools import conninfo, find, output, run, server_major
from models.contents import VERSION_TABLE, Contents, contents
from models.database import reading
from models.tables import is_declared

_TABLE = re.compile(rb"COPY (?:\S+\.)?(\S+) \(.*\) FROM stdin;")
_END = b"\\."


def dump(engine: Engine, target: Path) -> Contents:
    """Dumps a database as it stands at one moment into a file; gives what it holds. Nobody waits for it."""
    with reading(engine) as connection:
        program = find("pg_dump", server_major(connection))
        moment = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        found = contents(connection)
        run(
            program,
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={moment}",
            f"--file={target}",
            f"--dbname={conninfo(engine)}",
            engine=engine,
        )
    return found


def checked(path: Path, engine: Engine) -> Contents:
    """What a dump holds, read to its last row by the program for the server of a database; DatabaseError where it is
    damaged.
    """
    rows: dict[str, int] = {}
    version = None
    for name, row in _rows(path, _program("pg_restore", engine)):
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
            name = begins[1].decode()
            yield name, None


def put_back(path: Path, engine: Engine) -> None:
    """Puts a dump in the place of the empty tables that a database may have, in one transaction."""
    run(
        _program("pg_restore", engine),
        "--single-transaction",
        "--exit-on-error",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        f"--dbname={conninfo(engine)}",
        str(path),
        engine=engine,
    )


def _program(name: str, engine: Engine) -> Path:
    with reading(engine) as connection:
        return find(name, server_major(connection))
