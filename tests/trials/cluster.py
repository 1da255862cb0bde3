"""Many machines on one: PostgreSQL and Redis behind a Prefect server, and as many workers as are wanted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from flows.deployment.ours import POOL
from tests.databases import Server, upgraded
from tests.trials.asking import hurry, pause
from tests.trials.machines import Process, free_port, prefect_server, run, wait_until

UNHEARD_SECONDS = 45
"""In place of the minutes after which `paperround deploy` takes a run for lost: a trial has no time."""

RESCUE = "a run that is not heard from is lost"
_SECRET = "an invented secret of a trial"


@dataclass
class Cluster:
    """A Prefect server with all that is deployed, and the environment of those who work for it.

    `database` is the URL of what Paper Round stores.
    """

    api: str
    database: str
    environment: Mapping[str, str]
    folder: Path
    workers: dict[str, Process] = field(default_factory=dict)

    def worker(self, name: str, **environment: str) -> Process:
        """A worker that has one run at a time, and asks for one each second."""
        command = ("prefect", "worker", "start", "--pool", POOL, "--name", name, "--limit", "1")
        own = {**self.environment, "PREFECT_WORKER_QUERY_SECONDS": "1", **environment}
        self.workers[name] = Process(*command, environment=own, output=self.folder / f"{name}.log")
        return self.workers[name]

    def stop(self) -> None:
        """Ends all workers."""
        for process in self.workers.values():
            process.stop()
        self.workers.clear()


@contextmanager
def cluster(folder: Path, server: Server, environment: Mapping[str, str]) -> Iterator[Cluster]:
    """A cluster with a database of its own, ended at the end; `environment` are settings for all who work in it."""
    database = upgraded(server.new())
    with (
        _redis(folder) as redis,
        prefect_server(folder, server.new(), **_beside_others(redis)) as prefect,
    ):
        own = {
            **prefect.environment,
            "PAPERROUND_HOME": str(folder / "house"),
            "PAPERROUND_DATABASE_URL": database,
            "PAPERROUND_SECRET_KEY": _SECRET,
            **environment,
        }
        run("paperround", "deploy", environment=own)
        pause(prefect.api)
        hurry(prefect.api, RESCUE, UNHEARD_SECONDS)
        made = Cluster(prefect.api, database, own, folder)
        try:
            yield made
        finally:
            made.stop()


def _beside_others(redis: str) -> dict[str, str]:
    """The settings of a Prefect server that is one of several: what they share beside the database is in Redis."""
    return {
        "PREFECT_MESSAGING_BROKER": "prefect_redis.messaging",
        "PREFECT_MESSAGING_CACHE": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
        "PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_QUEUE_STORAGE": "prefect_redis.cleanup_queue",
        "PREFECT_REDIS_MESSAGING_URL": f"{redis}/0",
        "PREFECT_REDIS_WORKER_CLEANUP_QUEUE_URL": f"{redis}/0",
        "PREFECT_SERVER_DOCKET_URL": f"{redis}/1",
    }


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    """The URL of a Redis server that keeps nothing."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    port = free_port()
    command = ("redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder))
    with Process(*command, environment={"PATH": "/usr/bin:/bin"}, output=folder / "redis.log") as process:
        wait_until(lambda: "Ready to accept" in process.said(), 20, "Redis is ready")
        yield f"redis://127.0.0.1:{port}"
