"""Which programs an `up` starts, and what is expected of each."""

from __future__ import annotations

import sysconfig
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from flows.deployment.ours import OVER_ITS_END, POOL
from flows.settings import Settings
from flows.steps.demonstrating import demo_settings
from flows.up.environment import Around
from flows.up.ports import url
from flows.up.program import ROUND, Program

PREFECT_HOST = "127.0.0.1"
"""Whoever reaches Prefect's UI may start runs and delete them: it asks for no password."""
_USAGE = 2
"""The exit code of our own programs where an option or a setting is wrong."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an `up` was asked for: a site at `host` and `port`, and runs that are seen at the Prefect API `api`.

    Its server is one of our own at `prefect_port`, or, where that is None, one that is there already.
    """

    host: str
    port: int
    api: str
    prefect_port: int | None
    machine: str
    is_demo: bool = False

    @property
    def site(self) -> str:
        """Where this machine finds the site."""
        return url(self.host, self.port)


@dataclass(frozen=True, slots=True)
class Plan:
    """The programs of an `up`.

    `upgrade` brings the database to this version. `first` has to be done before there is a site to serve, None where
    there is one. `deploy` is done before the `worker` starts, which takes the runs whose time has come. A demo has its
    `first` alone.
    """

    app: Program
    server: Program | None = None
    upgrade: Program | None = None
    first: Program | None = None
    deploy: Program | None = None
    worker: Program | None = None

    @property
    def in_order_of_end(self) -> tuple[Program, ...]:
        """All programs, in the order in which they end."""
        found = (self.worker, self.first, self.upgrade, self.deploy, self.app, self.server)
        return tuple(program for program in found if program)


def plan(settings: Settings, asked: Asked, around: Around) -> Plan:
    """The programs for what was asked."""
    server = _server(asked, around) if asked.prefect_port else None
    if asked.is_demo:
        return Plan(_demo_app(settings, asked, around), server, first=_demo(around))
    is_published = _has_feeds(settings.public.absolute())
    return Plan(
        _ours(around, "app", "the site", _serve(asked), f"{asked.site}/healthz"),
        server,
        _ours(around, "upgrade", "the upgrade of the database", ("db", "upgrade"), is_done=_is_well),
        None if is_published() else _first_round(around, is_published),
        replace(_ours(around, "deploy", "the deployment", ("deploy",), is_done=_is_well), tells_output=True),
        _worker(asked, around),
    )


def _server(asked: Asked, around: Around) -> Program:
    return Program(
        "prefect",
        "the Prefect server",
        (_path("prefect"), "server", "start", "--host", PREFECT_HOST, "--port", str(asked.prefect_port)),
        {**OVER_ITS_END, **around.given_to("prefect")},
        around.folder,
        answers_at=f"{asked.api}/health",
        hint="it makes its database, which takes up to a minute" if _is_new(around) else "",
        is_quiet_at_first=True,
    )


def _worker(asked: Asked, around: Around) -> Program:
    options = ("--pool", POOL, "--name", f"up on {asked.machine}")
    command = (_path("prefect"), "worker", "start", *options)
    return Program("worker", "the worker", command, around.given_to("worker"), around.folder)


def _first_round(around: Around, is_published: Callable[[], bool]) -> Program:
    """A round that could not read anything has published that."""
    return _ours(around, ROUND, "a first round", ("run", "--no-mail"), is_done=lambda _: is_published())


def _demo(around: Around) -> Program:
    return _ours(around, "demo", "the demo's week", ("demo",), is_done=_is_well)


def _demo_app(settings: Settings, asked: Asked, around: Around) -> Program:
    """Serves what the demo has made; no setting of the real site reaches it, no `.env` either."""
    own = demo_settings(settings)
    home = own.home.absolute()
    given = {
        "HOME": str(home),
        "TOPICS": str(own.topics_path.absolute()),
        "PUBLIC_URL": own.public_url,
        "LOG": own.log,
    }
    return Program(
        "app",
        "the site",
        (_path("paperround"), *_serve(asked)),
        around.only("app", given),
        home,
        answers_at=f"{asked.site}/healthz",
        tells_output=False,
    )


def _serve(asked: Asked) -> tuple[str, ...]:
    return ("serve", "--host", asked.host, "--port", str(asked.port))


def _ours(
    around: Around,
    name: str,
    says: str,
    arguments: tuple[str, ...],
    answers_at: str = "",
    is_done: Callable[[int], bool] | None = None,
) -> Program:
    command = (_path("paperround"), *arguments)
    environment = around.given_to(name)
    program = Program(
        name,
        says,
        command,
        environment,
        around.folder,
        answers_at,
        tells_output=False,
        hopeless_exit_code=_USAGE,
    )
    return replace(program, is_done=is_done) if is_done else program


def _is_new(around: Around) -> bool:
    return around.prefect_home is not None and not (around.prefect_home / "prefect.db").exists()


def _path(name: str) -> str:
    """A program beside the Python that runs this one, whatever PATH says."""
    return str(Path(sysconfig.get_path("scripts")) / name)


def _has_feeds(public: Path) -> Callable[[], bool]:
    return lambda: (public / "feeds").is_dir()


def _is_well(exit_code: int) -> bool:
    return exit_code == 0
