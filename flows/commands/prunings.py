"""`db prune`: what went, or would go, here and in Prefect."""

from __future__ import annotations

from datetime import datetime, timedelta

import typer

from flows import engine
from flows.settings import Settings
from flows.steps.pruning import try_to_prune


def show_pruned(settings: Settings, now: datetime, *, dry_run: bool) -> None:
    """Prunes and prints a line for each kind of thing, and raises what failed; with `dry_run` nothing is changed."""
    done = try_to_prune(settings, now, dry_run=dry_run)
    lines = [*done.lines, *_of_prefect(settings, now, dry_run=dry_run)]
    if lines:
        typer.echo("These would go:" if dry_run else "These are gone:")
        for line in lines:
            typer.echo(f"  {line}")
        if settings.keep_snapshots_days is None:
            typer.echo("All snapshots stay: PAPERROUND_KEEP_SNAPSHOTS_DAYS is not set.")
    elif not done.failures:
        typer.echo("Nothing is old enough to go.")
    for note in done.notes:
        typer.echo(note)
    done.raise_failures()


def _of_prefect(settings: Settings, now: datetime, *, dry_run: bool) -> list[str]:
    """What Prefect remembers of runs, where one is configured; what cannot be asked is told, and stops nothing."""
    api = engine.api_url(settings.home)
    if api is None:
        return []
    if not engine.answers(api):
        typer.echo(f"paperround: the Prefect API {api} does not answer: its runs stay as they are", err=True)
        return []
    engine.use(api)
    from flows.deployment.pruning import prune_prefect

    done = prune_prefect(now - timedelta(days=settings.keep_runs_days), dry_run=dry_run)
    return [done.in_words()] if done.runs else []
