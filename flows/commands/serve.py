"""`serve`: the web app, until it is told to stop."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import typer

from feeds.hosts import is_this_machine
from feeds.web.app import make_app
from feeds.web.server import run
from flows.commands.terminal import log_to_terminal
from flows.mail.desk import Desk, opened_desk
from flows.mail.means import make_mail
from flows.mail.notifying import notifying
from flows.secret import keys
from flows.settings import Settings
from flows.sources.base import Source
from flows.steps.library import opened_library
from flows.steps.resources import clock, sources_of
from flows.steps.standing import Watch
from models.errors import PaperRoundError, UsageError
from models.topics.catalogue import load
from models.topics.topic import Topic


def serve(settings: Settings, host: str, port: int, proxies: Sequence[str]) -> None:
    """Serves what is published, the search and the API until SIGINT or SIGTERM.

    Port 0 takes one that is free. Raises PaperRoundError where there is nothing to serve or the port is taken.
    """
    if settings.log == "json":
        log_to_terminal(settings.log)
    _require_published(settings.public)
    topics = _topics_of(settings.topics_path)
    topics()  # what is wrong with them is said now, not to the first reader
    with (
        opened_library(settings.database, topics, Watch(_calendars(settings, topics), clock())) as library,
        _desk(settings) as desk,
        _listening(host, port) as listener,
    ):
        app = make_app(settings.public, library, desk, settings.public_url, version("paperround"), proxies)
        told = f"serving {settings.public} at {_address(listener)} (Ctrl-C stops it)"
        run(app, listener, lambda: typer.echo(told))


@contextmanager
def _desk(settings: Settings) -> Iterator[Desk]:
    """The desk; where people may subscribe, with who sends their letters at once."""
    if not offers_mail(settings):
        with opened_desk(settings.database, keys(settings), clock()) as desk:
            yield desk
        return
    mail = make_mail(settings)
    with (
        notifying(settings.database, mail, clock()) as soon,
        opened_desk(settings.database, mail.keys, clock(), mail.letterhead, soon) as desk,
    ):
        yield desk


def offers_mail(settings: Settings) -> bool:
    """Whether people may subscribe: where mail is sent, or where nobody else than this machine sees the site."""
    host = urlsplit(settings.public_url).hostname or ""
    return settings.smtp_url is not None or is_this_machine(host)


def _require_published(public: Path) -> None:
    if not (public / "feeds").is_dir():
        raise PaperRoundError(
            f"nothing is published in {public} yet: `paperround run` reads and publishes; of `paperround demo`"
            " PAPERROUND_HOME=var/demo shows what it has made"
        )


def _topics_of(path: Path) -> Callable[[], tuple[Topic, ...]]:
    """Gives the topics of a file, which is read again when it has changed."""

    @lru_cache(maxsize=1)
    def at(_modified: int) -> tuple[Topic, ...]:
        return load(path)

    return lambda: at(path.stat().st_mtime_ns if path.exists() else 0)


def _calendars(settings: Settings, topics: Callable[[], Sequence[Topic]]) -> Callable[[], Sequence[Source]]:
    """Gives the sources, whose calendars say what is missing; raises SettingsError, at once, where they are wrong.

    Topics name categories to be read. While they are broken, what they named before is still watched.
    """
    known = tuple(sources_of(settings, topics()).values())

    def calendars() -> Sequence[Source]:
        nonlocal known
        with suppress(PaperRoundError, OSError):
            known = tuple(sources_of(settings, topics()).values())
        return known

    return calendars


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except socket.gaierror as error:
        raise UsageError(f"{host} is no address of this machine: {error.strerror}") from error
    except OSError as error:
        raise PaperRoundError(_told(host, port, error)) from error


def _told(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is taken: choose another with --port, or a free one with --port 0"
    return f"cannot listen on port {port} of {host}: {error.strerror}"


def _address(listener: socket.socket) -> str:
    host, port, *_ = listener.getsockname()
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
