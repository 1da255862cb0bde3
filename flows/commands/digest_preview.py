"""`digest preview`: what a digest looks like, before anybody gets it."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from datetime import datetime

import typer

from feeds.digests.choosing import Reader
from flows.mail.means import folder, make_mail
from flows.mail.news import news
from flows.mail.previewing import Preview, preview
from flows.settings import Settings
from flows.steps.resources import Resources, clock, opened
from models.database import reading
from models.errors import UsageError
from models.mail.addresses import normalised
from models.mail.delivery import Kind
from models.mail.due import counted_to, told_to
from models.mail.periods import DAILY_WITHIN, WEEKLY_WITHIN, Period
from models.mail.subscriber import BESIDE_TOPICS
from models.mail.subscribers import by_folded


def show_preview(
    settings: Settings,
    address: str | None,
    topics: Sequence[str],
    as_of: datetime | None,
    *,
    is_weekly: bool,
    as_text: bool,
) -> None:
    """Shows the digest that a subscriber, or someone with these topics, would get now; as text, or in a browser."""
    kind = Kind.WEEKLY if is_weekly else Kind.DAILY
    now = clock(as_of)()
    with opened(settings, clock(as_of)) as resources:
        reader = _subscribed(resources, address, now) if address else _newcomer(resources, topics, now)
        within = WEEKLY_WITHIN if is_weekly else DAILY_WITHIN
        period = Period(kind, now.date(), now, now + within, now + within)
        made = preview(make_mail(settings), news(resources, now), reader, period, now)
    if made is None:
        typer.echo("There is nothing new for this digest: none would be sent.")
    elif as_text:
        typer.echo(f"Subject: {made.subject}\n\n{made.text}")
    else:
        _open(settings, made)


def _open(settings: Settings, made: Preview) -> None:
    """Writes the letter beside those that were sent, and shows it in a browser where there is one."""
    page = folder(settings) / "preview.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(made.html, encoding="utf-8")
    page.with_suffix(".eml").write_bytes(made.content)
    typer.echo(f"{made.subject}\n{page}\n{page.with_suffix('.eml')}")
    webbrowser.open(page.absolute().as_uri())


def _subscribed(resources: Resources, address: str, now: datetime) -> Reader:
    with reading(resources.engine) as connection:
        found = by_folded(connection, normalised(address).folded)
        if found is None:
            raise UsageError(f"{address} is no subscriber: `paperround subscribers list` names them")
        told = told_to(connection, [found.id]).get(found.id, {})
        counted_at = counted_to(connection, [found.id], now).get(found.id)
    confirmed_at = found.confirmed_at or found.requested_at
    return Reader(found.choices.topics, found.choices.hears_of_nothing, confirmed_at, told, counted_at)


def _newcomer(resources: Resources, topics: Sequence[str], now: datetime) -> Reader:
    known = [*(topic.slug for topic in resources.topics), *BESIDE_TOPICS]
    for slug in topics:
        if slug not in known:
            raise UsageError(f"there is no topic {slug}: there are {', '.join(known)}")
    return Reader(tuple(topics or known[:-1]), hears_of_nothing=True, confirmed_at=now, told={})
