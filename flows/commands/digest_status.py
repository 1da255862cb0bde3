"""`digest status`: what became of all letters, and by name those that need a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import typer
from sqlalchemy import Engine

from feeds.site.words import count
from flows.commands.reports import database
from flows.commands.terminal import print_json, print_table
from flows.settings import Settings
from models.database import connect, posting
from models.mail.bounce import Bounce
from models.mail.bouncing import count_by_kind, recent_bounces
from models.mail.outbox import Uncertain, counts, uncertain_ones
from models.mail.settling import resend
from models.mail.subscribers import count_by_standing

RECENT = timedelta(days=7)
"""What came back within so long is told by name."""


def show_status(settings: Settings, now: datetime, *, as_json: bool, is_resent: bool) -> None:
    """What became of all letters, and those by name that may have been sent; these again, where that is wanted."""
    with database(settings) as connection:
        uncertain = uncertain_ones(connection)
        states, standings = counts(connection), count_by_standing(connection)
        bounces, recent = count_by_kind(connection), recent_bounces(connection, now - RECENT)
    if as_json:
        print_json(
            {
                "subscribers": {str(standing): count for standing, count in standings.items()},
                "letters": [
                    {"kind": str(kind), "state": str(state), "count": count}
                    for (kind, state), count in states.items()
                ],
                "bounces": {str(kind): count for kind, count in bounces.items()},
                "recent_bounces": [_bounce_as_object(each) for each in recent],
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
    _tell_bounces(recent)
    tell_uncertain(uncertain)
    if is_resent:
        _resend(settings, uncertain, now)


def _tell_bounces(recent: Sequence[Bounce]) -> None:
    if recent:
        typer.echo(f"\nCame back in the last {RECENT.days} days:")
        rows = [
            (each.address or "(erased)", each.kind, f"{each.at:%Y-%m-%d %H:%M}", each.status, each.said)
            for each in recent
        ]
        print_table(("address", "as", "at (UTC)", "status", "what was said"), rows, frozenset())


def tell_uncertain(uncertain: Sequence[Uncertain]) -> None:
    """Prints who may have got a letter or not, and what the operator can do; nothing where there is none."""
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


def _bounce_as_object(each: Bounce) -> dict[str, str]:
    return {
        "address": each.address, "delivery": each.delivery_id, "at": each.at.isoformat(),
        "kind": each.kind.value, "status": each.status, "said": each.said,
    }  # fmt: skip


def _resend(
    settings: Settings, uncertain: Sequence[Uncertain], now: datetime, *, is_quiet: bool = False
) -> None:
    """Plans them once more; with `is_quiet` standard output is left to others."""
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
