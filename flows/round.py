"""The daily round, as a Prefect flow: ingest every source, publish every feed, send every digest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from prefect import State, flow
from prefect.artifacts import create_markdown_artifact

from flows.current import resources
from flows.digest import digest
from flows.ingest import as_text, ingest
from flows.mail.digesting import Digested
from flows.naming import run_name
from flows.outcomes import finished, result_of
from flows.publish import publish
from flows.steps import rounds
from flows.steps.ingesting import Choose
from flows.steps.resources import Resources
from flows.steps.rounds import Round
from flows.steps.syndicating import Published
from models.verdicts import Entry


@flow(name="daily-round", flow_run_name=run_name)
def daily_round(
    date: dt.date | None = None,
    sources: list[str] | None = None,
    as_of: dt.datetime | None = None,
    unsettled_only: bool = False,
    no_mail: bool = False,
) -> Round | State:
    """One round: what is due of every source (or one date's listings), and out of it every feed and digest.

    `as_of` is the moment (UTC) that the run takes for now; with `unsettled_only` no listing is read that an
    earlier reading has settled; with `no_mail` no digest is sent. The run fails, with what it did as its result,
    when a listing is not there though it should be; what could be done is done and kept.
    """

    def _ingest(_: Resources, names: Sequence[str] | None, __: Choose | None) -> Sequence[Entry]:
        given = list(names) if names else None
        return result_of(ingest(date, given, as_of, unsettled_only, return_state=True))

    def _publish(_: Resources) -> Sequence[Published]:
        return publish(as_of)

    def _digest(_: Resources) -> Digested:
        return result_of(digest(as_of, return_state=True))

    with resources(as_of) as found:
        done = rounds.daily_round(
            found, sources, ingest=_ingest, publish=_publish, digest=None if no_mail else _digest
        )
    create_markdown_artifact(key="round", markdown=_in_words(done), description="What this round did.")
    return finished(done.failures, done)


def _in_words(done: Round) -> str:
    """The round for someone who looks in once a day: what failed first, then what was read and published."""
    failed = [f"- **{as_text(sentence)}**" for sentence in done.failures] or ["Nothing failed."]
    read = [
        f"- {entry.listing}: {entry.verdict}, {entry.parsed} papers, {entry.new} new, {entry.revised} revised"
        for entry in done.ledger
    ]
    changed = [feed for feed in done.published if feed.is_written and feed.path.suffix == ".atom"]
    feeds = [f"- [{feed.path.name}]({feed.url}): {feed.entries} entries" for feed in changed] or ["None."]
    digests = done.digested.tally.in_words() if done.digested else "None were to be sent."
    return "\n".join(
        [
            "## Failures",
            *failed,
            "",
            "## Read",
            *read,
            "",
            "## Feeds that changed",
            *feeds,
            "",
            "## Digests",
            digests,
        ]
    )
