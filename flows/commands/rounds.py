"""The commands that run something: in Prefect where it is there, as plain functions where it is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

import typer

from flows import engine
from flows.commands.digests import tell_digested
from flows.commands.reports import database
from flows.commands.story import tell
from flows.commands.terminal import log_to_terminal, print_ledger, progress, warn
from flows.demo.stage import READINGS
from flows.mail.digesting import digest
from flows.settings import Settings
from flows.steps import backfilling
from flows.steps.backfilling import backfill
from flows.steps.demonstrating import demo_settings, demonstrate
from flows.steps.ingesting import of_day
from flows.steps.publishing import publish
from flows.steps.replaying import replay
from flows.steps.resources import PATIENCE_SECONDS, Resources, clock, opened
from flows.steps.rounds import Round, daily_round, failures
from flows.steps.syndicating import Published
from models.records import Listing
from models.selection import changed_since
from models.verdicts import Entry

_NOT_RECORDED = "Not recorded in Prefect. While `paperround up` runs beside it, a run is seen in its UI."
_WHERE_TO_LOOK = """
Look at
  PAPERROUND_HOME={home} paperround serve             the site, with its search, at http://127.0.0.1:8000
  PAPERROUND_HOME={home} paperround status            the ledger
  PAPERROUND_HOME={home} paperround topics check      the topics and what they matched
  PAPERROUND_HOME={home} paperround digest preview    a digest, in a browser
  {home}/mail/                the digests of two invented readers
  {home}/public/feeds/        a feed for each topic, one of what is trending; Atom, RSS, JSON
  {home}/paperround.db        papers, revisions, votes, ledger"""


def run_round(
    settings: Settings,
    day: dt.date | None,
    sources: Sequence[str] | None,
    as_of: dt.datetime | None,
    *,
    has_mail: bool = True,
) -> int:
    """Runs a round and prints what it did; the exit code."""
    log_to_terminal(settings.log)
    api = _api(settings)
    with _opened(settings, clock(as_of), PATIENCE_SECONDS, api) as resources:
        done = (_recorded if api else _plain)(resources, sources, day, as_of, has_mail)
    _summarise(done.ledger, done.published)
    if done.digested:
        tell_digested(done.digested)
    _tell_where_recorded(api)
    return 1 if done.failures else 0


def run_demo(settings: Settings) -> int:
    """Runs the demo's week and prints what it made and where to look; the exit code."""
    api, own = _api(settings), demo_settings(settings)
    ledger: dict[Listing, Entry] = {}
    published: tuple[Published, ...] = ()

    def a_round(resources: Resources, moment: dt.datetime) -> Round:
        return (_recorded if api else _plain)(resources, None, None, moment, True)

    with _as_one_of_many(api), progress("Reading an invented week", settings.log) as advance:
        for number, done in enumerate(demonstrate(own, a_round), start=1):
            for entry in done.ledger:
                ledger[entry.listing] = _together(ledger.get(entry.listing), entry)
            published = done.published
            advance(number, len(READINGS))
    typer.echo("Each listing as it was read last; new, revised, removed: by all its readings.\n")
    _summarise(sorted(ledger.values(), key=lambda entry: (entry.date, entry.listing)), published)
    _tell_where_recorded(api)
    typer.echo("")
    with database(own) as connection:
        tell(list(changed_since(connection)))
    typer.echo(_WHERE_TO_LOOK.format(home=own.home))
    return 1 if failures(list(ledger.values())) else 0


def _together(before: Entry | None, entry: Entry) -> Entry:
    """A listing's row after one more reading, with what all its readings have changed."""
    if before is None:
        return entry
    counts = {name: getattr(before, name) + getattr(entry, name) for name in ("new", "revised", "removed")}
    return replace(entry, **counts)


def run_backfill(settings: Settings, first: dt.date, last: dt.date, sources: Sequence[str] | None) -> int:
    """Reads past days, publishes what they change, prints the ledger's rows; the exit code."""
    with _opened(settings, clock(), backfilling.PATIENCE_SECONDS, _api(settings)) as resources:
        with progress("Reading past days", settings.log, is_told=True) as advance:
            # Not before: the bar takes standard error for as long as it is drawn.
            log_to_terminal(settings.log)
            ledger = backfill(resources, first, last, sources, advance)
        published = publish(resources)
    _summarise(ledger, published)
    return 1 if failures(ledger) else 0


def run_replay(settings: Settings, first: dt.date | None, last: dt.date | None, into: str | None) -> None:
    """Rebuilds from the snapshots and says how much that was."""
    with opened(settings, clock()) as resources, progress("Replaying the snapshots", settings.log) as advance:
        done = replay(resources, first, last, into, advance)
    typer.echo(done.in_words())


def _opened(
    settings: Settings, now: Callable[[], dt.datetime], patience_seconds: float, api: str | None
) -> AbstractContextManager[Resources]:
    """What the settings name; beside a Prefect, under the rate limits that it keeps for all that it runs."""
    if api is None:
        return opened(settings, now, patience_seconds=patience_seconds)
    engine.quiet()
    from flows.run.current import limited

    return limited(settings, now, patience_seconds)


def _plain(
    resources: Resources,
    names: Sequence[str] | None,
    day: dt.date | None,
    _as_of: dt.datetime | None,
    has_mail: bool,
) -> Round:
    choose = of_day(day) if day else None
    return daily_round(resources, names, choose, digest=digest if has_mail else None)


def _recorded(
    resources: Resources,
    names: Sequence[str] | None,
    day: dt.date | None,
    as_of: dt.datetime | None,
    has_mail: bool,
) -> Round:
    """The round as a flow run of Prefect, which takes seconds to import."""
    engine.quiet()
    from flows.round import daily_round as recorded_round
    from flows.run.current import using
    from flows.run.outcomes import result_of

    with using(resources):
        given = list(names) if names else None
        return result_of(recorded_round(day, given, as_of, no_mail=not has_mail, return_state=True))


def _as_one_of_many(api: str | None) -> AbstractContextManager[None]:
    """For rounds of two seconds, one after another: beside a Prefect, without what tells of each that it lives."""
    if api is None:
        return nullcontext()
    from flows.run.current import unheard

    return unheard()


def _api(settings: Settings) -> str | None:
    """The Prefect API to record in; None, with a warning where one is configured, when none answers."""
    url = engine.api_url(settings.home)
    if url and not engine.answers(url):
        warn(f"the Prefect API {url} does not answer: this run is not recorded", settings.log)
        return None
    if url:
        engine.use(url)
    return url


def _summarise(ledger: Sequence[Entry], published: Sequence[Published]) -> None:
    print_ledger(ledger)
    written = sum(feed.is_written for feed in published)
    folder = published[0].path.parent if published else ""
    typer.echo(f"\n{len(published)} feed files, {written} changed, in {folder}")


def _tell_where_recorded(api: str | None) -> None:
    typer.echo(f"Recorded in Prefect: {api.removesuffix('/api')}" if api else _NOT_RECORDED)
