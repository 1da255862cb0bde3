"""`digest`: what a digest looks like, sending those that are due, and what became of them."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from datetime import datetime
from functools import cache

import typer
from sqlalchemy import Engine

from feeds.digests.choosing import Reader
from feeds.site.words import count
from flows.commands.reports import database
from flows.commands.terminal import log_to_terminal, print_json, print_table
from flows.mail.digesting import SLICE, Digested, digest
from flows.mail.means import Mail, folder, make_mail
from flows.mail.news import news
from flows.mail.planning import Draft, Planner
from flows.mail.previewing import Preview, preview
from flows.settings import Settings
from flows.steps.resources import Resources, clock, opened
from models.database import posting, reading
from models.errors import UsageError
from models.mail.addresses import normalised
from models.mail.bouncing import count_by_kind
from models.mail.delivery import Kind
from models.mail.due import counted_to, told_to
from models.mail.outbox import Uncertain, counts, uncertain_ones
from models.mail.periods import DAILY_WITHIN, WEEKLY_WITHIN, Period
from models.mail.settling import resend
from models.mail.subscriber import BESIDE_TOPICS
from models.mail.subscribers import by_folded, count_by_standing, slices

_Row = tuple[str, Kind, str, int, str]


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


def send_digests(settings: Settings, as_of: datetime | None, *, is_dry: bool) -> int:
    """Sends what is due, or says what would be; the exit code, 1 where the mail server refuses us."""
    log_to_terminal()
    with opened(settings, clock(as_of)) as resources:
        if is_dry:
            _show_drafts(_drafts(resources, make_mail(settings)))
            return 0
        done = digest(resources)
    tell_digested(done)
    return 1 if done.failures else 0


def tell_digested(done: Digested) -> None:
    """Prints what a run did with the digests."""
    for failure in done.failures:
        typer.echo(f"digests: {failure}")
    typer.echo(f"{done.tally.in_words()}, to {done.where}" if done.where else "no digest was planned or sent")
    _tell_uncertain(done.uncertain)


def _drafts(resources: Resources, mail: Mail) -> list[_Row]:
    """A row for each digest that is due: not the letters, of which there may be as many as subscribers."""
    now = resources.now()
    planner = Planner(cache(lambda: news(resources, now)), mail.composer, mail.keys)
    with reading(resources.engine) as connection:
        return [
            _as_row(draft)
            for ids in slices(connection, SLICE)
            for draft in planner.drafts(connection, ids, now)
        ]


def _as_row(draft: Draft) -> _Row:
    planned = draft.planned
    papers = len(planned.told) + planned.counted
    return draft.address, planned.kind, planned.period, papers, planned.letter.subject


def _show_drafts(rows: Sequence[_Row]) -> None:
    if rows:
        print_table(("address", "digest", "of", "papers", "subject"), rows, frozenset({"papers"}))
    typer.echo(f"{count(len(rows), 'digest')} would be planned and sent now; nothing was.")


def show_status(settings: Settings, now: datetime, *, as_json: bool, is_resent: bool) -> None:
    """What became of all letters, and those by name that may have been sent; these again, where that is wanted."""
    with database(settings) as connection:
        uncertain = uncertain_ones(connection)
        states, standings = counts(connection), count_by_standing(connection)
        bounces = count_by_kind(connection)
    if as_json:
        print_json(
            {
                "subscribers": {str(standing): count for standing, count in standings.items()},
                "letters": [
                    {"kind": str(kind), "state": str(state), "count": count}
                    for (kind, state), count in states.items()
                ],
                "bounces": {str(kind): count for kind, count in bounces.items()},
                "uncertain": [_as_object(each) for each in uncertain],
            }
        )
        if is_resent:
            _resend(settings, uncertain, now, is_quiet=True)
        return
    print_table(("subscribers", "count"), list(standings.items()), frozenset({"count"}))
    typer.echo("")
    print_table(
        ("letter", "state", "count"), [(*of, number) for of, number in states.items()], frozenset({"count"})
    )
    typer.echo("")
    print_table(("came back", "count"), list(bounces.items()), frozenset({"count"}))
    _tell_uncertain(uncertain)
    if is_resent:
        _resend(settings, uncertain, now)


def _tell_uncertain(uncertain: Sequence[Uncertain]) -> None:
    if uncertain:
        typer.echo("\nMay have been sent, and are not sent again on their own:")
        rows = [
            (each.address, each.kind, each.period, f"{each.ended_at:%Y-%m-%d %H:%M}", each.answer)
            for each in uncertain
        ]
        print_table(("address", "letter", "of", "since (UTC)", "what is known"), rows, frozenset())
        typer.echo(
            "`paperround digest status --resend-uncertain` sends them once more, with the same Message-ID."
        )


def _as_object(each: Uncertain) -> dict[str, str]:
    return {
        "id": each.id, "address": each.address, "kind": each.kind.value, "period": each.period,
        "subject": each.subject, "since": each.ended_at.isoformat(), "answer": each.answer,
    }  # fmt: skip


def _resend(
    settings: Settings, uncertain: Sequence[Uncertain], now: datetime, *, is_quiet: bool = False
) -> None:
    """Plans them once more; with `is_quiet` standard output is left to others."""
    from models.database import connect

    engine: Engine = connect(settings.database)
    try:
        with posting(engine) as connection:
            done = resend(connection, [each.id for each in uncertain], now)
    finally:
        engine.dispose()
    typer.echo(
        f"{count(len(done), 'letter')} planned again: `paperround digest send` sends what is due.",
        err=is_quiet,
    )
