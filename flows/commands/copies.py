"""`db backup`, `db restore`, `db copy`: what was made, where it is, and what to do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import typer

from feeds.site.words import count
from flows.commands.terminal import print_table, progress
from flows.secret import NAME as SECRET
from flows.settings import Settings
from flows.steps.backups import told_later
from flows.steps.sizes import size
from models.contents import Contents
from models.errors import UsageError

_AFTER_RESTORING = (
    "What was sent since the backup is not known to it: until the day's digests are past their hours (12, of a weekly "
    "one 48), use `paperround run --no-mail`, or they come twice.\n"
    "Who left, was erased or was suspended since then is active again, and would get mail. Before the first sending ask "
    "the old database, by PAPERROUND_DATABASE_URL: `paperround subscribers list --standing left`, `erased` (their id "
    "tells who) and `suspended`; here `paperround subscribers erase` each of them. docs/mail.md says what else helps."
)


def show_backup(settings: Settings, now: datetime, to: Path | None, keep: int | None) -> None:
    """Makes a backup and says where it is, and what else a restore needs."""
    from flows.steps.backing_up import make_backup

    if to is not None and keep is not None:
        raise UsageError("--keep is for the backups in HOME/backups: with --to nothing is removed")
    made = make_backup(settings, now, to, keep)
    typer.echo(f"{made.path}: {size(made.size)}, {_held(made.contents)}, read to the end")
    if made.removed:
        typer.echo(f"{count(made.removed, 'older backup')} removed")
    if made.later:
        typer.echo(told_later(made.later))
    beside = [str(path) for path in (settings.home / SECRET, settings.archive) if path.exists()]
    if beside:
        typer.echo(f"Not in it, and worth keeping with it: {', '.join(beside)}")


def show_restored(settings: Settings, now: datetime, path: Path, into: str | None) -> None:
    """Restores a backup and says what there is now."""
    from flows.steps.restoring import restore

    done = restore(settings, path, into, now)
    upgraded = "" if done.was_at == done.contents.version else f", brought up from {done.was_at}"
    typer.echo(f"{done.target}: {_held(done.contents)}{upgraded}")
    if done.newest:
        typer.echo(f"The newest reading is of {done.newest:%Y-%m-%d %H:%M} UTC; the next round catches up.")
    if done.contents.rows.get("subscribers"):
        typer.echo(_AFTER_RESTORING)
        if settings.secret_key is None and not (settings.home / SECRET).exists():
            typer.echo(
                f"Links in letters need the secret of then: put its {SECRET} into {settings.home} before a round makes a new one."
            )
    if into is not None:
        typer.echo("It is used once PAPERROUND_DATABASE_URL names it.")


def show_copied(settings: Settings, now: datetime, into: str) -> None:
    """Copies the database and shows that both sides are the same."""
    from flows.steps.copying import copy_database

    with progress("Copying, in hundredths", settings.log) as advance:
        done = copy_database(settings, into, now, _in_hundredths(advance))
    rows = [(table.name, f"{table.rows:,}", table.digest) for table in done.tables]
    print_table(("table", "rows", "digest of both sides"), rows, frozenset({"rows"}))
    typer.echo(f"\n{done.source} and {done.target} hold the same {count(done.rows, 'row')}.")
    if done.strangers:
        typer.echo(f"Not of this program, and not copied: {', '.join(done.strangers)}")
    if done.changed:
        typer.echo(
            f"Meanwhile someone wrote to {', '.join(done.changed)}: stop all that writes, and copy into another database."
        )
    typer.echo(
        f"It is used once PAPERROUND_DATABASE_URL names it; {settings.home} stays, with all that is beside it."
    )


def _held(contents: Contents) -> str:
    papers, subscribers = (contents.rows.get(name, 0) for name in ("papers", "subscribers"))
    who = f", {count(subscribers, 'subscriber')}" if subscribers else ""
    return f"{count(papers, 'paper')}{who}, version {contents.version}"


def _in_hundredths(advance: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """Tells of each hundredth once, whatever the steps are."""
    told = 0

    def tell(done: int, whole: int) -> None:
        nonlocal told
        for hundredth in range(told + 1, done * 100 // max(whole, 1) + 1):
            advance(hundredth, 100)
            told = hundredth

    return tell
