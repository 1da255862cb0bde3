"""`doctor`: whether all that a run needs is there, and for what is not, what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

import typer

from flows.commands import kept_findings, mail_findings, prefect_findings, setting_findings, store_findings
from flows.commands.finding import Finding, State
from flows.settings import Settings
from flows.sources.registry import SOURCES
from flows.steps.sizes import size
from models.errors import PaperRoundError, SettingsError
from models.topics.catalogue import load
from models.topics.topic import Topic

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
        ("settings", setting_findings.names),
        ("database", store_findings.database),
        ("archive", kept_findings.archive),
        ("backups", kept_findings.backups),
        ("folder", _folder),
        ("sources", _sources),
        ("model", _model),
        ("contact", _contact),
        ("mail", mail_findings.mail),
        ("mail server", mail_findings.server),
        ("DKIM", mail_findings.key),
        ("mail box", mail_findings.box),
        ("Prefect", prefect_findings.prefect),
    )
    for thing, look in looks:
        try:
            yield from look(settings, now)
        except PaperRoundError as error:
            yield Finding(thing, State.BAD, str(error))


def _topics(settings: Settings, _now: datetime) -> Iterator[Finding]:
    count = len(load(settings.topics_path))
    yield Finding("topics", State.GOOD, f"{count} in {settings.topics_path}")


def _folder(settings: Settings, _now: datetime) -> Iterator[Finding]:
    home = settings.home
    there = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        yield Finding("folder", State.BAD, f"{there} cannot be written: PAPERROUND_HOME names another")
        return
    free = shutil.disk_usage(there).free
    if free >= LEAST_FREE_BYTES:
        yield Finding("folder", State.GOOD, f"{home}, {size(free)} free")
    else:
        said = f"{home}, {size(free)} free: make room; `paperround db prune --dry-run` says what could go"
        yield Finding("folder", State.WARNING, said)


def _sources(settings: Settings, now: datetime) -> Iterator[Finding]:
    topics = load(settings.topics_path)
    for name in settings.sources:
        try:
            yield _source(name, settings, topics, now)
        except PaperRoundError as error:  # the others are looked at all the same
            yield Finding("sources", State.BAD, str(error))


def _source(name: str, settings: Settings, topics: Sequence[Topic], now: datetime) -> Finding:
    if name not in SOURCES:
        raise SettingsError(f"PAPERROUND_SOURCES: unknown source {name}; known: {', '.join(SOURCES)}")
    source = SOURCES[name](settings, topics)
    until = source.known_until
    if until is not None and now.date() + CALENDAR_AHEAD > until:
        said = f"its table of holidays ends with {until}: later ones will look like missing days; update"
        return Finding(name, State.WARNING, said)
    return Finding(name, State.GOOD, f"{', '.join(source.sections)} at {source.base_urls[0]}")


def _model(settings: Settings, _now: datetime) -> Iterator[Finding]:
    if settings.semantic_model is not None:
        from flows.semantic.embedding import load_embedder

        load_embedder(settings.semantic_model)
        yield Finding("model", State.GOOD, f"{settings.semantic_model}, for embeddings")


def _contact(settings: Settings, _now: datetime) -> Iterator[Finding]:
    if settings.contact:
        yield Finding("contact", State.GOOD, settings.contact)
        return
    said = "none: set PAPERROUND_CONTACT, so that a site that is troubled can say so"
    yield Finding("contact", State.WARNING, said)
