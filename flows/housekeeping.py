"""Makes a backup where asked to and removes what has outlived its use, as a Prefect flow: a task for each chore."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from prefect import State, flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from feeds.site.words import count
from flows.deployment.pruning import prune_prefect
from flows.run.current import resources
from flows.run.naming import rename, run_name
from flows.run.outcomes import finished
from flows.run.parameters import told
from flows.settings import load_settings
from flows.steps.backing_up import back_up
from flows.steps.housekeeping import Chore, Kept, has_backup, keep_house
from flows.steps.pruning import prune
from flows.steps.recording import recorded
from flows.words.markdown import as_text
from models.run import RunKind

Backup = Annotated[
    bool | None,
    told(
        "First make a backup of the database, in HOME/backups. None: where that is SQLite; for PostgreSQL pg_dump has to be there."
    ),
]


@flow(name="housekeeping", flow_run_name=run_name)
def housekeeping(backup: Backup = None) -> Kept | State:
    """Makes a backup where asked to, then prunes the archive, the database and the runs in Prefect.

    The settings keep_snapshots_days, keep_runs_days and keep_backups say how much stays. What fails keeps nothing
    else from being done; the run then fails, and says what it was.
    """
    settings = load_settings()
    with resources() as found, recorded(found.engine, RunKind.HOUSEKEEPING, found.now) as note:
        now = found.now()
        chores: dict[str, Chore] = {}
        if has_backup(backup, found.engine.dialect.name):
            chores["back up"] = lambda: f"made {back_up(settings, now)}"
        chores["prune"] = lambda: prune(settings, now).in_words()
        old = now - timedelta(days=settings.keep_runs_days)
        chores["prune Prefect"] = lambda: prune_prefect(old, dry_run=False).in_words()
        done = keep_house({name: _as_task(name, chore) for name, chore in chores.items()})
        note.failures = done.failures
    create_markdown_artifact(key="housekeeping", markdown=_in_words(done), description="What was removed.")
    rename(_briefly(done))
    return finished(done.failures, done)


def _as_task(name: str, chore: Chore) -> Chore:
    """The same as a task run of its own, red in the UI where it fails."""
    return task(name=name, task_run_name=name, cache_policy=NO_CACHE)(chore)


def _in_words(done: Kept) -> str:
    """For someone who looks in once a day: what failed first."""
    failed = [f"- **{as_text(sentence)}**" for sentence in done.failures] or ["Nothing failed."]
    return "\n".join(["## Failures", *failed, "", "## Done", *_rows(done.done)])


def _rows(done: Mapping[str, str]) -> list[str]:
    return [f"- {name}: {as_text(said)}" for name, said in done.items()] or ["Nothing."]


def _briefly(done: Kept) -> str:
    return f"{count(len(done.failures), 'failure')}" if done.failures else ", ".join(done.done)
