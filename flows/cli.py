"""`paperround`: a thin face on the flows and on what the database knows.

What a command needs is imported inside it: `status` shall not wait for what only `run` uses.
"""

from __future__ import annotations

import datetime as dt
import gc
import sys
from typing import Annotated

import typer

from flows.commands.groups import Groups
from flows.commands.options import AsJson, AsOf, day
from flows.settings import load_settings
from models.errors import PaperRoundError, UsageError

app = typer.Typer(
    cls=Groups,
    help="Delivers each day's papers: listings in, papers with their history in SQL, a feed per topic out.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
topics = typer.Typer(help="What the topics choose, and why.")
app.add_typer(topics, name="topics")


Sources = Annotated[
    list[str] | None, typer.Option("--source", metavar="NAME", help="Only this source; may be given again.")
]
MOST_DAYS = 100 * 366
MOST_SEQ = 2**31 - 1
DEBUG = "--debug"
COLLECTED_AFTER = 100_000
"""Garbage is looked for after so many new objects: what is imported is none, and looking through it is a tenth of
`status`."""
FROM = typer.Option("--from", parser=day, metavar="YYYY-MM-DD", help="The first date.")
TO = typer.Option("--to", parser=day, metavar="YYYY-MM-DD", help="The last date.")


@app.callback()
def _every_command(
    debug: Annotated[bool, typer.Option(DEBUG, help="Show the traceback of an error.")] = False,
) -> None:
    """Tells of --debug in the help; `main` takes it, wherever it stands."""


@app.command()
def run(
    date: Annotated[
        dt.date | None,
        typer.Option(parser=day, metavar="YYYY-MM-DD", help="Read this date's listings only."),
    ] = None,
    source: Sources = None,
    as_of: AsOf = None,
    no_mail: Annotated[bool, typer.Option("--no-mail", help="Send no digest.")] = False,
) -> None:
    """The round: read what is due of every source, publish every feed, send the digests that are due.

    Exit code 1 when a listing failed or is not there though it should be, or the mail server refuses us.
    """
    from flows.commands.rounds import run_round

    raise typer.Exit(run_round(load_settings(), date, source, as_of, has_mail=not no_mail))


@app.command()
def demo() -> None:
    """The round over an invented week, without a network: database and feeds under HOME/demo."""
    from flows.commands.rounds import run_demo

    raise typer.Exit(run_demo(load_settings()))


@app.command()
def backfill(
    from_date: Annotated[dt.date, FROM], to_date: Annotated[dt.date, TO], source: Sources = None
) -> None:
    """Read the listings of past days that were not read yet; goes on where it was stopped."""
    from flows.commands.rounds import run_backfill

    raise typer.Exit(run_backfill(load_settings(), from_date, to_date, source))


@app.command()
def replay(
    from_date: Annotated[dt.date | None, FROM] = None,
    to_date: Annotated[dt.date | None, TO] = None,
    into: Annotated[
        str | None, typer.Option(metavar="URL", help="Build this empty database; without: rebuild in place.")
    ] = None,
) -> None:
    """Rebuild papers, history and ledger from the snapshots alone, without a network."""
    from flows.commands.rounds import run_replay

    run_replay(load_settings(), from_date, to_date, into)


@app.command()
def status(
    days: Annotated[
        int | None,
        typer.Option(
            min=1, max=MOST_DAYS, help="So many days up to the newest; without: 14, and all with --json."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The ledger: what each listing declared, held and gave, with the verdict on it; how the last runs went."""
    from flows.commands.reports import show_status

    show_status(load_settings(), days, as_json, dt.datetime.now(dt.UTC))


@app.command()
def export(
    file_format: Annotated[str, typer.Option("--format", help="jsonl or bibtex.")] = "jsonl",
    changed_since: Annotated[
        int,
        typer.Option(
            min=0, max=MOST_SEQ, metavar="SEQ", help="Only papers whose content changed after this seq."
        ),
    ] = 0,
) -> None:
    """All papers with their history, one after another in the order of their last change."""
    from flows.commands.reports import write_export

    write_export(load_settings(), file_format, changed_since)


@app.command()
def search(
    rule: Annotated[str, typer.Argument(help="What to look for, in the language of the topics' rules.")],
    most: Annotated[
        int, typer.Option(min=1, max=1000, help="So many papers at most, the newest first.")
    ] = 20,
    as_json: AsJson = False,
) -> None:
    """The papers of the whole store that a rule finds, and why."""
    from flows.commands.matches import show_found

    show_found(load_settings(), rule, most, as_json)


@app.command()
def serve(
    host: Annotated[str, typer.Option(metavar="HOST", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0: one that is free.")] = 8000,
    proxies: Annotated[
        str,
        typer.Option(
            "--proxies",
            metavar="ADDRESSES",
            help="Addresses or networks whose X-Forwarded-For is believed, with commas between.",
        ),
    ] = "127.0.0.1,::1",
) -> None:
    """The web app: what is published, a search, a JSON API and metrics, until Ctrl-C."""
    from flows.commands.serve import serve as serve_until_stopped

    serve_until_stopped(load_settings(), host, port, proxies.split(","))


@app.command()
def doctor() -> None:
    """Whether all that a run needs is there, and for what is not, what to do.

    Exit code 1 when something is bad.
    """
    from flows.commands.doctor import show_findings

    raise typer.Exit(show_findings(load_settings(), dt.datetime.now(dt.UTC)))


@topics.command("list")
def list_topics(as_json: AsJson = False) -> None:
    """The topics and their rules."""
    from flows.commands.topics import show_topics

    show_topics(load_settings(), as_json)


@topics.command("try")
def try_rule(
    rule: Annotated[str, typer.Argument(help="A rule, or the slug of a topic.")],
    days: Annotated[int, typer.Option(min=1, max=MOST_DAYS, help="So many days up to the newest list.")] = 30,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="RULE", help="What comes and goes where it takes this rule's (or topic's) place."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What a rule would have matched, and why."""
    from flows.commands.matches import show_matches

    show_matches(load_settings(), rule, days, against, as_json)


@topics.command("check")
def check_topics() -> None:
    """Every mistake in the topics; without one, what each rule would have matched in 30 days."""
    from flows.commands.topics import show_check

    show_check(load_settings())


def main() -> None:
    """Runs the command line. An error is one line on standard error: exit code 2 for usage, else 1."""
    gc.set_threshold(COLLECTED_AFTER)
    arguments = [argument for argument in sys.argv[1:] if argument != DEBUG]
    try:
        sys.exit(app(arguments or ["--help"], prog_name="paperround", standalone_mode=False))
    except Exception as error:  # whatever it is: a traceback is for those who ask for one
        if DEBUG in sys.argv:
            raise
        sentence, exit_code = _told(error)
        typer.echo(f"paperround: {' '.join(sentence.split())}", err=True)
        sys.exit(exit_code)


def _told(error: Exception) -> tuple[str, int]:
    """What an error says to the person at the terminal, and the exit code that it means."""
    if isinstance(error, typer.TyperException):
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "paperround"
        return f"{error.format_message().rstrip('.')}; see `{command} --help`", 2
    if isinstance(error, PaperRoundError):
        return str(error), 2 if isinstance(error, UsageError) else 1
    first_line = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first_line} (`paperround {DEBUG}` shows where)", 1
