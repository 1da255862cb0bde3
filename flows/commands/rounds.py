"""The commands that run something: in Prefect where it is there, as plain functions where it is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import typer

from flows import engine
from flows.commands.reports import database
from flows.commands.terminal import log_to_terminal, print_ledger, progress
from flows.demo.stage import READINGS
from flows.settings import Settings
from flows.steps.demonstrating import demo_settings, demonstrate
from flows.steps.ingesting import between, ingest, of_day
from flows.steps.publishing import Published, publish
from flows.steps.replaying import replay
from flows.steps.resources import Resources, clock, opened
from flows.steps.rounds import Round, daily_round, failures
from models.ledger import Entry
from models.papers import Weight
from models.records import Listing
from models.selection import changed_since

_BACKFILL_PATIENCE_SECONDS = 900.0
_NOT_RECORDED = (
    "Not recorded in Prefect. To see runs in its UI: `prefect server start`, then\n"
    "PREFECT_API_URL=http://127.0.0.1:4200/api paperround run"
)
_WHERE_TO_LOOK = """
Look at
  {home}/public/feeds/        a feed for each topic, as Atom and RSS
  {home}/paperround.db        papers, revisions, votes, ledger
  PAPERROUND_HOME={home} paperround status
  PAPERROUND_HOME={home} paperround topics check"""


def run_round(
    settings: Settings, day: dt.date | None, sources: Sequence[str] | None, as_of: dt.datetime | None
) -> int:
    """Runs a round and prints what it did; the exit code."""
    log_to_terminal()
    api = _api()
    with opened(settings, clock(as_of)) as resources:
        done = (_recorded if api else _plain)(resources, sources, day, as_of)
    _summarise(done.ledger, done.published, api)
    return 1 if done.failures else 0


def run_demo(settings: Settings) -> int:
    """Runs the demo's week and prints what it made and where to look; the exit code."""
    api, own = _api(), demo_settings(settings)
    ledger: dict[Listing, Entry] = {}
    published: tuple[Published, ...] = ()

    def a_round(resources: Resources, moment: dt.datetime) -> Round:
        return (_recorded if api else _plain)(resources, None, None, moment)

    with progress("Reading an invented week") as advance:
        for number, done in enumerate(demonstrate(own, a_round), start=1):
            ledger |= {entry.listing: entry for entry in done.ledger}
            published = done.published
            advance(number, len(READINGS))
    _summarise([ledger[listing] for listing in sorted(ledger)], published, api)
    typer.echo(f"\n{_story(own)}\n{_WHERE_TO_LOOK.format(home=own.home)}")
    return 1 if failures(list(ledger.values())) else 0


def _story(own: Settings) -> str:
    """What the database now knows of the week, and what had changed in it, a line each."""
    with database(own) as connection:
        papers = list(changed_since(connection))
    listed = sum(len(paper.appearances) for paper in papers)
    counts = sum(len(paper.observations) for paper in papers)
    told = [
        f"{len(papers)} papers, listed {listed} times, their votes observed {counts} times; what changed:"
    ]
    for paper in papers:
        edits = [found for found in paper.revisions if found.weight is not Weight.ENRICHMENT]
        told += [f"  {edit.seen_at:%a %H:%M}  {paper.id}  {edit.field}: {paper.title}" for edit in edits]
        gone = [found for found in paper.appearances if found.removed_at]
        told += [f"  {at.removed_at:%a %H:%M}  {paper.id}  gone from {at.date}: {paper.title}" for at in gone]
    return "\n".join(told)


def run_backfill(settings: Settings, first: dt.date, last: dt.date, sources: Sequence[str] | None) -> int:
    """Reads past days, publishes what they change, prints the ledger's rows; the exit code."""
    log_to_terminal()
    choose = between(first, last, unread_only=True)
    with opened(settings, clock(), patience_seconds=_BACKFILL_PATIENCE_SECONDS) as resources:
        ledger = ingest(resources, sources, choose)
        published = publish(resources)
    _summarise(ledger, published, None)
    return 1 if failures(ledger) else 0


def run_replay(settings: Settings, first: dt.date | None, last: dt.date | None, into: str | None) -> None:
    """Rebuilds from the snapshots and says how much that was."""
    with opened(settings, clock()) as resources, progress("Replaying the snapshots") as advance:
        done = replay(resources, first, last, into, advance)
    typer.echo(f"{done.readings} readings replayed: {done.papers} papers")


def _plain(
    resources: Resources, names: Sequence[str] | None, day: dt.date | None, _as_of: dt.datetime | None
) -> Round:
    return daily_round(resources, names, of_day(day) if day else None)


def _recorded(
    resources: Resources, names: Sequence[str] | None, day: dt.date | None, as_of: dt.datetime | None
) -> Round:
    """The round as a flow run of Prefect, which takes seconds to import."""
    engine.quiet()
    from flows.current import using
    from flows.outcomes import result_of
    from flows.round import daily_round as recorded_round

    with using(resources):
        return result_of(recorded_round(day, list(names) if names else None, as_of, return_state=True))


def _api() -> str | None:
    """The Prefect API to record in; None, with a warning where one is configured, when none answers."""
    url = engine.api_url()
    if url and not engine.answers(url):
        typer.echo(f"paperround: the Prefect API {url} does not answer: this run is not recorded", err=True)
        return None
    return url


def _summarise(ledger: Sequence[Entry], published: Sequence[Published], api: str | None) -> None:
    print_ledger(ledger)
    written = sum(feed.is_written for feed in published)
    folder = published[0].path.parent if published else ""
    typer.echo(f"\n{len(published)} feeds, {written} changed, in {folder}")
    typer.echo(f"Recorded in Prefect: {api.removesuffix('/api')}/runs" if api else _NOT_RECORDED)
