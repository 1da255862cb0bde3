"""What runs leave in the Prefect UI to look at; each under a key that keeps its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from feeds.site import paths
from feeds.site.frame import Site
from feeds.site.words import long_day
from flows.steps.evidence import Evidence
from flows.steps.rounds import Round
from flows.steps.syndicating import Published
from flows.words.failing import failing
from flows.words.month import List, month
from flows.words.reporting import feeds_in_words, in_words
from models.records import BAD, SETTLED
from models.verdicts import Entry

_COLUMNS = (
    "source", "section", "date", "verdict", "declared", "parsed", "new", "revised", "unchanged", "removed", "via",
)  # fmt: skip


def leave_ledger(ledger: Sequence[Entry]) -> None:
    """Leaves the listings that a run has read as a table: what is not as it should be comes first."""
    rows = [{name: str(getattr(entry, name)) for name in _COLUMNS} for entry in sorted(ledger, key=_urgency)]
    create_table_artifact(key="ledger", table=rows, description="The listings that this run has read.")


def _urgency(entry: Entry) -> tuple[bool, bool]:
    return entry.verdict not in BAD, entry.verdict in SETTLED


def leave_failures(
    sentences: Sequence[str], evidence: Mapping[str, Sequence[Evidence]] | None = None
) -> None:
    """Leaves in words what failed, each with the answers that it was judged by and the files of their bytes."""
    create_markdown_artifact(
        key="failures", markdown=failing(sentences, evidence or {}), description="What failed, and why."
    )


def leave_month(ledger: Sequence[Entry], site: Site, daily: Collection[List]) -> None:
    """Leaves the last 30 days of the ledger as a table of dates and lists, with links to the days."""
    create_markdown_artifact(
        key="last-30-days",
        markdown=month(ledger, site, daily),
        description="Each list of the last 30 days.",
    )


def leave_feeds(published: Sequence[Published]) -> None:
    """Leaves links to all feeds."""
    create_markdown_artifact(
        key="feeds", markdown=feeds_in_words(published), description="The feeds, for readers."
    )


def leave_pages(site: Site, newest: dt.date | None) -> None:
    """Leaves links to the status page, and to the page of the newest day where there is one."""
    create_link_artifact(
        key="status-page",
        link=site.url(paths.STATUS),
        link_text="Status",
        description="How fresh the news is.",
    )
    if newest:
        create_link_artifact(
            key="day-page",
            link=site.url(paths.day_path(newest)),
            link_text=long_day(newest),
            description="The page of the newest day.",
        )


def leave_round(done: Round, site: Site) -> None:
    """Leaves in words what a round did."""
    create_markdown_artifact(key="round", markdown=in_words(done, site), description="What this round did.")
