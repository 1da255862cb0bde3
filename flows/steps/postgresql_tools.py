"""PostgreSQL's own programs: found, of a version that the server understands, and given the way to the database.

What they are given of it stands in their environment, never on a command line, where every user of the machine
could read the password.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile

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
    """The program of a name of this major version or a newer one; DatabaseError, with what to do, without one."""
    majors = []
    for path in _candidates(name, installed):
        major = _major(path)
        if major >= least:
            return path
        majors.append(major)
    said = (
        f"{name} is of PostgreSQL {max(majors)}, the server of {least}" if majors else f"{name} is not there"
    )
    raise DatabaseError(
        f"{said}: install the client programs of PostgreSQL {least} (Debian: postgresql-client-{least}); "
        "`paperround db copy --into sqlite:///FILE` keeps a copy without them"
    )


def _candidates(name: str, installed: Sequence[str]) -> Iterator[Path]:
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    for pattern in installed:
        yield from sorted(Path("/").glob(f"{pattern.removeprefix('/')}/{name}"), reverse=True)


def _major(program: Path) -> int:
    """0 for one that does not say."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - found by name
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


def output(program: Path, *arguments: str) -> Iterator[bytes]:
    """The lines that a program writes, while it writes them; the same errors, behind the last of them."""
    with (
        TemporaryFile() as said,
        subprocess.Popen([program, *arguments], stdout=subprocess.PIPE, stderr=said) as process,  # noqa: S603
    ):
        yield from process.stdout or ()
        code = process.wait()
        said.seek(0)
        _require_success(program, code, said.read())


def _require_success(program: Path, code: int, said: bytes) -> None:
    if code:
        lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
        errors = [line for line in lines if "error:" in line]  # what follows one is its details
        raise DatabaseError((errors or lines or [f"{program.name} ended with {code}"])[-1])
