"""PostgreSQL's own programs: found, of a version that the server understands, and given the way to the database.

What they are given of it stands in their environment, never on a command line, where every user of the machine
could read the password.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo
from sqlalchemy import Connection, Engine

from models.errors import DatabaseError

INSTALLED = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
"""Where distributions put them beside the folders of PATH, a folder for each version."""
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_SECRET = (b"*", b"D")
"""How libpq marks parameters that nobody shall see, or that are for itself."""


def server_major(connection: Connection) -> int:
    """The major version of the server that a connection leads to."""
    number: int = connection.exec_driver_sql("SELECT current_setting('server_version_num')::int").scalar_one()
    return number // 10_000


def find(name: str, least: int, installed: Sequence[str] = INSTALLED) -> Path:
    """The program of a name of this major version or the nearest newer one, of equals the one on PATH; DatabaseError,
    with what to do, without one.
    """
    majors = [(major(path), path) for path in _candidates(name, installed)]
    enough = [each for each in majors if each[0] >= least]
    if enough:
        return min(enough, key=lambda each: each[0])[1]
    newest = max((of for of, _ in majors), default=None)
    said = "is not there" if newest is None else f"is of PostgreSQL {newest}, {least} or newer is needed"
    raise DatabaseError(
        f"{name} {said}: {_install(least)}; `paperround db copy --into sqlite:///FILE` keeps a copy without them"
    )


def beside(program: Path, name: str) -> Path:
    """The program of another name in the same folder; DatabaseError, with what to install, without one."""
    found = shutil.which(program.with_name(name))
    if found is None:
        raise DatabaseError(f"{name} is not beside {program}: {_install(major(program))}")
    return Path(found)


def _install(least: int) -> str:
    return f"install the client programs of PostgreSQL {least} (Debian: postgresql-client-{least})"


def _candidates(name: str, installed: Sequence[str]) -> Iterator[Path]:
    for folder in os.get_exec_path():
        if on_path := shutil.which(name, path=folder):
            yield Path(on_path)
    for pattern in installed:
        yield from sorted(Path("/").glob(f"{pattern.removeprefix('/')}/{name}"))


def major(program: Path) -> int:
    """The major version that a program is of; 0 for one that does not say, or cannot be started."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - found by name
    except OSError:
        return 0
    said = _VERSION.search(done.stdout)
    return int(said[1]) if said else 0


def environment(engine: Engine) -> dict[str, str]:
    """The variables of this process with those by which libpq finds the database."""
    given = _parameters(engine)
    known = ((option.keyword.decode(), option.envvar) for option in Conninfo.get_defaults())
    return {**os.environ, **{name.decode(): given[word] for word, name in known if name and word in given}}


def conninfo(engine: Engine) -> str:
    """What libpq takes no variable for, with the name of the database: nothing of it is secret."""
    given = _parameters(engine)
    without = [
        o.keyword.decode() for o in Conninfo.get_defaults() if not o.envvar and o.dispchar not in _SECRET
    ]
    return make_conninfo(**{word: given[word] for word in ("dbname", *without) if word in given})


def _parameters(engine: Engine) -> Mapping[str, str]:
    _, given = engine.dialect.create_connect_args(engine.url)
    return {word: str(value) for word, value in given.items() if isinstance(value, str | int)}


def run(program: Path, *arguments: str, engine: Engine) -> None:
    """Runs a program on a database; DatabaseError with the last error that it tells where it fails."""
    command = [str(program), "--no-password", *arguments]
    done = subprocess.run(  # noqa: S603 - found by name
        command, env=environment(engine), stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    _require_success(program, done.returncode, done.stderr)


def output(
    program: Path, *arguments: str, cut: Callable[[IO[bytes]], Iterable[bytes]] = iter
) -> Generator[bytes]:
    """The lines that a program writes, or other pieces, while it writes them; the same errors, behind the last one."""
    with (
        TemporaryFile() as said,
        subprocess.Popen([program, *arguments], stdout=subprocess.PIPE, stderr=said) as process,  # noqa: S603
    ):
        if process.stdout:
            yield from cut(process.stdout)
        code = process.wait()
        said.seek(0)
        _require_success(program, code, said.read())


def feed(program: Path, *arguments: str, script: Generator[bytes], engine: Engine) -> None:
    """Runs a program on a database that reads a script; the same errors.

    An error of the script reaches the caller once the program has come to the end of what there was of it.
    """
    command = [str(program), "--no-password", *arguments]
    with (
        TemporaryFile() as said,  # no pipe: nobody reads it while the script is written
        closing(script),
        subprocess.Popen(  # noqa: S603 - found by name
            command,
            env=environment(engine),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
        ) as process,
    ):
        with suppress(BrokenPipeError):  # it ended early: what it said tells why
            _write(script, process.stdin)
        code = process.wait()
        said.seek(0)
        _require_success(program, code, said.read())


def _write(script: Iterable[bytes], target: IO[bytes] | None) -> None:
    if target:
        with target:
            target.writelines(script)


def _require_success(program: Path, code: int, said: bytes) -> None:
    if code:
        lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
        errors = [line for line in lines if "error:" in line.lower()]  # what follows one is its details
        raise DatabaseError((errors or lines or [f"{program.name} ended with {code}"])[-1])
