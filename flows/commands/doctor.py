"""`doctor`: whether all that a run needs is there, and for what is not, what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import typer

from flows import engine
from flows.commands import mail_findings
from flows.commands.finding import Finding, State
from flows.settings import Settings
from flows.sources.registry import SOURCES
from models.database import VERSION, connect, reading, shown, version
from models.errors import PaperRoundError, SettingsError
from models.ledger import newest_reading
from models.mail.subscriber import BESIDE_TOPICS
from models.mail.subscribers import readers_by_topic
from models.topics.catalogue import load

_SQLITE = "sqlite:///"
LEAST_FREE_BYTES = 1024**3
CALENDAR_AHEAD = timedelta(days=30)
"""So long before a calendar ends an operator is told."""


def show_findings(settings: Settings, now: datetime) -> int:
    """Prints what was found; the exit code, 1 where something is bad. `now` is aware UTC."""
    found = list(findings(settings, now))
    for each in found:
        colour = {State.GOOD: "green", State.WARNING: "yellow", State.BAD: "red"}[each.state]
        typer.echo(f"{typer.style(f'{each.state:<8}', fg=colour)} {each.thing:<12} {each.said}")
    return 1 if any(each.state is State.BAD for each in found) else 0


def findings(settings: Settings, now: datetime) -> Iterator[Finding]:
    """All that was looked at, one after another; nothing is changed."""
    looks: tuple[tuple[str, Callable[[Settings, datetime], Iterator[Finding]]], ...] = (
        ("topics", _topics),
        ("database", _database),
        ("folder", _folder),
        ("sources", _sources),
        ("model", _model),
        ("contact", _contact),
        ("mail", mail_findings.mail),
        ("mail server", mail_findings.server),
        ("DKIM", mail_findings.key),
        ("mail box", mail_findings.box),
        ("Prefect", _prefect),
    )
    for thing, look in looks:
        try:
            yield from look(settings, now)
        except PaperRoundError as error:
            yield Finding(thing, State.BAD, str(error))


def _topics(settings: Settings, _now: datetime) -> Iterator[Finding]:
    count = len(load(settings.topics_path))
    yield Finding("topics", State.GOOD, f"{count} in {settings.topics_path}")


def _database(settings: Settings, now: datetime) -> Iterator[Finding]:
    url = settings.database
    if url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).exists():
        yield Finding("database", State.WARNING, "not there yet: `paperround run` makes it")
        return
    opened = connect(url)
    try:
        at = version(opened)
        if at is None:
            yield Finding("database", State.WARNING, f"{shown(opened)} is empty: `paperround run` fills it")
            return
        if at != VERSION:
            said = f"{shown(opened)} is at version {at}, this program at {VERSION}"
            fix = "install the newer program" if at > VERSION else "`paperround db upgrade`"
            yield Finding("database", State.BAD, f"{said}: {fix}")
            return
        yield Finding("database", State.GOOD, f"{shown(opened)} at version {at}")
        with reading(opened) as connection:
            newest = newest_reading(connection)
            readers = readers_by_topic(connection)
    finally:
        opened.dispose()
    if newest and newest > now + timedelta(minutes=5):
        said = f"this machine says {now:%Y-%m-%d %H:%M} UTC, the newest reading is of {newest:%Y-%m-%d %H:%M}"
        yield Finding("clock", State.BAD, f"{said}: set the clock, or wait")
    yield from _readers(settings, readers)


def _readers(settings: Settings, readers: Mapping[str, int]) -> Iterator[Finding]:
    """Who has chosen nothing else gets no digest any more, and is not told why."""
    known = {*BESIDE_TOPICS, *(topic.slug for topic in load(settings.topics_path))}
    gone = [f"{slug} ({number})" for slug, number in readers.items() if slug not in known]
    if gone:
        said = f"subscribers chose topics that {settings.topics_path} has not: {', '.join(gone)}"
        yield Finding("subscribers", State.WARNING, f"{said}; a slug should stay when its topic changes")


def _folder(settings: Settings, _now: datetime) -> Iterator[Finding]:
    home = settings.home
    there = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        yield Finding("folder", State.BAD, f"{there} cannot be written: PAPERROUND_HOME names another")
        return
    free = shutil.disk_usage(there).free
    state = State.GOOD if free >= LEAST_FREE_BYTES else State.WARNING
    yield Finding("folder", state, f"{home}, {free / 2**30:.1f} GB free")


def _sources(settings: Settings, now: datetime) -> Iterator[Finding]:
    topics = load(settings.topics_path)
    for name in settings.sources:
        if name not in SOURCES:
            raise SettingsError(f"PAPERROUND_SOURCES: unknown source {name}; known: {', '.join(SOURCES)}")
        source = SOURCES[name](settings, topics)
        until = source.known_until
        if until is not None and now.date() + CALENDAR_AHEAD > until:
            said = f"its table of holidays ends with {until}: later ones will look like missing days; update"
            yield Finding(name, State.WARNING, said)
        else:
            yield Finding(name, State.GOOD, f"{', '.join(source.sections)} at {source.base_urls[0]}")


def _model(settings: Settings, _now: datetime) -> Iterator[Finding]:
    if settings.semantic_model is not None:
        from flows.embedding import load_embedder

        load_embedder(settings.semantic_model)
        yield Finding("model", State.GOOD, f"{settings.semantic_model}, for embeddings")


def _contact(settings: Settings, _now: datetime) -> Iterator[Finding]:
    if settings.contact:
        yield Finding("contact", State.GOOD, settings.contact)
        return
    said = "none: set PAPERROUND_CONTACT, so that a site that is troubled can say so"
    yield Finding("contact", State.WARNING, said)


def _prefect(_settings: Settings, _now: datetime) -> Iterator[Finding]:
    url = engine.api_url()
    if url is None:
        yield Finding("Prefect", State.GOOD, "no server is configured: runs are not recorded")
    elif engine.answers(url):
        yield Finding("Prefect", State.GOOD, url)
    else:
        said = f"{url} does not answer: start it with `prefect server start`, or unset PREFECT_API_URL"
        yield Finding("Prefect", State.BAD, said)
