"""`digest send`: sending the digests that are due, or telling which they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

import typer

from feeds.site.words import count
from flows.commands.digest_status import tell_uncertain
from flows.commands.terminal import log_to_terminal, print_table
from flows.mail.digesting import SLICE, Digested, digest
from flows.mail.means import Mail, make_mail
from flows.mail.news import news
from flows.mail.planning import Draft, Planner
from flows.settings import Settings
from flows.steps.resources import Resources, clock, opened
from models.database import reading
from models.mail.delivery import Kind
from models.mail.subscribers import slices

_Row = tuple[str, Kind, str, int, str]


def send_digests(settings: Settings, as_of: datetime | None, *, is_dry: bool) -> int:
    """Sends what is due, or says what would be; the exit code, 1 where the mail server refuses us."""
    log_to_terminal(settings.log)
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
    tell_uncertain(done.uncertain)


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
