"""`up`: everything on one machine, until it is told to stop."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from flows import engine
from flows.settings import Settings
from flows.steps.demonstrating import demo_settings
from flows.up import lines, telling
from flows.up.environment import Around
from flows.up.journal import Journal
from flows.up.lock import Standing, held, note
from flows.up.plan import PREFECT_HOST, Asked, plan
from flows.up.ports import free, url
from flows.up.running import run
from models.errors import PaperRoundError
from models.topics.catalogue import load


class Wishes(NamedTuple):
    """What the options ask for."""

    is_demo: bool
    host: str
    port: int
    prefect_port: int


def keep_up(settings: Settings, wishes: Wishes) -> int:
    """Starts all programs and keeps them until SIGINT or SIGTERM; the exit code.

    Raises PaperRoundError, with nothing started, where another `up` is at work on HOME, a port is taken, or the
    Prefect API that is configured does not answer.
    """
    # What is wrong with the topics is said now, not by a program that ends again and again.
    load(settings.topics_path)
    engine.quiet()
    with held(settings.home) as lock:
        asked = _asked(wishes)
        note(lock, Standing(os.getpid(), asked.site, None if asked.is_demo else asked.api))
        around = _around(settings, asked)
        found = plan(settings, asked, around)
        journal = Journal(sys.stderr, _form(settings, [each.name for each in found.in_order_of_end]))
        if found.server is None:
            journal.say(f"the Prefect server at {_base(asked.api)} is there already: no other is started")
        home = (demo_settings(settings) if asked.is_demo else settings).home.absolute()
        told = telling.everything(asked.site, settings.public_url, _base(asked.api), home)
        return run(found, journal, lock, around.token, asked.api, told)


def _asked(wishes: Wishes) -> Asked:
    """What is asked for, with the ports that it comes to."""
    port = free(wishes.host, wishes.port, "--port")
    configured = _configured(wishes.prefect_port)
    prefect_port = None if configured else free(PREFECT_HOST, wishes.prefect_port, "--prefect-port")
    api = configured or f"{url(PREFECT_HOST, prefect_port or 0)}/api"
    return Asked(wishes.host, port, api, prefect_port, socket.gethostname(), wishes.is_demo)


def _configured(prefect_port: int) -> str | None:
    """The API that the operator has configured; None where it is the one that we are to start."""
    api = engine.api_url()
    if api is None or engine.answers(api):
        return api and api.rstrip("/")
    parts = urlsplit(api)
    if parts.hostname in {"127.0.0.1", "localhost"} and parts.port == prefect_port:
        return None
    raise PaperRoundError(
        f"the Prefect API {api} does not answer: start its server, or unset PREFECT_API_URL, and `up` has its own"
    )


def _around(settings: Settings, asked: Asked) -> Around:
    home = settings.home.absolute()
    has_own = asked.prefect_port is not None and "PREFECT_HOME" not in os.environ
    return Around(
        variables=dict(os.environ),
        folder=Path.cwd(),
        token=secrets.token_hex(8),
        api=asked.api,
        home=home,
        prefect_home=home / ("prefect-demo" if asked.is_demo else "prefect") if has_own else None,
    )


def _form(settings: Settings, names: list[str]) -> lines.Form:
    if settings.log == "json":
        return lines.as_object
    is_coloured = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    return lines.text(names, is_coloured=is_coloured)


def _base(api: str) -> str:
    return api.removesuffix("/api")
