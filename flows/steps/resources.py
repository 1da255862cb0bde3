"""What a run works with, opened once: database, archive, sources, topics, the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Engine

from flows.hub import Hub
from flows.mail.means import Mail, make_mail
from flows.semantic.vectors import KeptVectors
from flows.settings import Settings
from flows.sources.archive import Archive
from flows.sources.base import Source
from flows.sources.client import Client, Validators, user_agent
from flows.sources.pace import Gate
from flows.sources.registry import SOURCES
from models.database import connect, upgrade
from models.errors import SettingsError
from models.records import Answer
from models.topics.catalogue import load
from models.topics.embedding import Embedder
from models.topics.topic import Topic

Get = Callable[[str, Validators | None], Answer]
"""Asks a site for a URL, if it has changed since; raises FetchError."""

Visit = Callable[[Source], AbstractContextManager[Get]]
"""Opens the way to a source's site, for as long as its listings are read."""

PATIENCE_SECONDS = 120.0
"""A round waits no longer when a site asks it to: the next one comes in a few hours."""


PRETENDED_AFTER = timedelta(days=1)
"""A run at a moment so far from the clock's is a rehearsal."""


@dataclass(frozen=True, slots=True)
class Resources:
    """What a run works with. `now` gives the moment (aware UTC) that the run takes for now.

    `cache` is a folder for what can be made anew at any time. `mail` gives what mail is sent with; SettingsError
    where that is not set as it should: papers do not wait for it.
    """

    engine: Engine
    archive: Archive
    sources: Mapping[str, Source]
    visit: Visit
    topics: tuple[Topic, ...]
    public: Path
    public_url: str
    now: Callable[[], datetime]
    cache: Path
    mail: Callable[[], Mail]
    embedder: Embedder | None = None
    hub: Hub | None = None

    def chosen(self, names: Sequence[str] | None) -> list[Source]:
        """The sources of these names, or all; SettingsError for a name that is not among them."""
        for name in names or ():
            if name not in self.sources:
                raise SettingsError(
                    f"unknown source {name}; PAPERROUND_SOURCES has {', '.join(self.sources)}"
                )
        return [self.sources[name] for name in dict.fromkeys(names or self.sources)]


def clock(as_of: datetime | None = None) -> Callable[[], datetime]:
    """The clock (aware UTC), or one that stands still at a given moment."""
    if as_of is not None:
        return lambda: as_of
    return lambda: datetime.now(UTC)


@contextmanager
def opened(
    settings: Settings,
    now: Callable[[], datetime],
    visit: Visit | None = None,
    patience_seconds: float = PATIENCE_SECONDS,
    gate: Callable[[Source], Gate] | None = None,
) -> Iterator[Resources]:
    """The resources that the settings name, the database brought up to date; closed at the end.

    `visit` replaces the sites, for a demo or a test; `patience_seconds` is the longest wait that a site
    may ask for before its listing counts as failed; `gate` gives what each request to a source waits for
    beside its pace.
    """

    def visit_sites(source: Source) -> AbstractContextManager[Get]:
        return visiting(source, settings, now, patience_seconds, gate(source) if gate else None)

    topics = load(settings.topics_path)
    sources = sources_of(settings, topics)
    engine = connect(settings.database)
    try:
        upgrade(engine, now())
        yield Resources(
            engine=engine,
            archive=Archive(settings.archive),
            sources=sources,
            visit=visit or visit_sites,
            topics=topics,
            public=settings.public,
            public_url=settings.public_url,
            now=now,
            cache=settings.home / "cache",
            mail=cache(lambda: _mail(settings, now())),
            embedder=_embedder(settings),
            hub=_hub(settings),
        )
    finally:
        engine.dispose()


def _mail(settings: Settings, at: datetime) -> Mail:
    """What mail is sent with; none goes to a server where another moment than the clock's is taken for now."""
    if settings.smtp_url is not None and abs(at - datetime.now(UTC)) > PRETENDED_AFTER:
        raise SettingsError(
            f"the run takes {at:%Y-%m-%d %H:%M} UTC for now: its digests go to no mail server "
            "(`paperround run --no-mail` asks for none)"
        )
    return make_mail(settings)


def _hub(settings: Settings) -> Hub | None:
    if settings.websub_hub is None:
        return None
    agent = user_agent(version("paperround"), settings.contact)
    return Hub(settings.websub_hub, agent, settings.home / "hub.json")


def _embedder(settings: Settings) -> Embedder | None:
    """The model of the settings, which is not even imported where there is none."""
    if settings.semantic_model is None:
        return None
    from flows.semantic.embedding import load_embedder

    return KeptVectors(load_embedder(settings.semantic_model), settings.home / "vectors")


def sources_of(settings: Settings, topics: Sequence[Topic]) -> dict[str, Source]:
    """The sources that the settings and the topics name, by name; SettingsError for one that there is not."""
    return {name: _source(name, settings, topics) for name in settings.sources}


def _source(name: str, settings: Settings, topics: Sequence[Topic]) -> Source:
    if name not in SOURCES:
        raise SettingsError(f"PAPERROUND_SOURCES: unknown source {name}; known: {', '.join(SOURCES)}")
    return SOURCES[name](settings, topics)


@contextmanager
def visiting(
    source: Source,
    settings: Settings,
    now: Callable[[], datetime],
    patience_seconds: float,
    gate: Gate | None = None,
) -> Iterator[Get]:
    """The polite way to a source's site, all its addresses at one pace; `gate` is waited for beside it."""
    pace = settings.min_interval
    with Client(
        source.base_urls,
        interfaces=source.interfaces,
        user_agent=user_agent(version("paperround"), settings.contact),
        min_interval_seconds=source.min_interval_seconds if pace is None else pace,
        patience_seconds=patience_seconds,
        now=now,
        gate=gate,
        leaves_when_forbidden=source.leaves_when_forbidden,
    ) as client:
        yield client.get
