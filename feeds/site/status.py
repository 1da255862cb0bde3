"""The status as it is published: how old the news was when lists were last asked for, and the ledger as grids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from feeds.site import paths
from feeds.site.frame import Frame, Page, Site, page
from feeds.site.grids import Cell, Grid, grids, legend
from feeds.site.words import moment
from models.freshness import Freshness
from models.records import BAD, SETTLED
from models.verdicts import Entry

SHOWN_DAYS = 30


@dataclass(frozen=True, slots=True)
class _Values:
    """The values of `site/status.html`; `as_of` is "" before the first reading."""

    frame: Frame
    headline: str
    as_of: str
    grids: tuple[Grid, ...]
    legend: tuple[tuple[Cell, str], ...]
    days: int = SHOWN_DAYS


def status_page(site: Site, ledger: Sequence[Entry], freshness: Sequence[Freshness]) -> Page:
    """The status of each source as of its last reading; of the ledger the last 30 days up to its newest date.

    It says of when it is, and not how it stands now: that only the app can know (`feeds.site.current`).
    """
    shown = last_days(ledger)
    return page(
        paths.STATUS,
        "status.html",
        _Values(
            frame=status_frame(site),
            headline=_headline(shown),
            as_of=moment(max(each.read_at for each in freshness)) if freshness else "",
            grids=grids(shown, freshness),
            legend=legend(with_overdue=False),
        ),
    )


def status_frame(site: Site) -> Frame:
    """The frame of the status, whoever makes it."""
    return site.frame(
        paths.STATUS, "Status", "How fresh the news is, and how each list was read.", paths.STATUS
    )


def last_days(ledger: Sequence[Entry]) -> list[Entry]:
    """The rows of the last 30 days up to the newest date."""
    newest = max((entry.date for entry in ledger), default=None)
    return [entry for entry in ledger if newest and entry.date > newest - timedelta(days=SHOWN_DAYS)]


def _headline(ledger: Sequence[Entry]) -> str:
    if not ledger:
        return "Nothing has been read yet."
    bad = sum(entry.verdict in BAD for entry in ledger)
    open_ = sum(entry.verdict not in SETTLED for entry in ledger) - bad
    if bad:
        return f"{bad:,} of {len(ledger):,} lists could not be read, or should be out and were not."
    if open_:
        return f"Nothing has failed; {open_:,} of {len(ledger):,} lists are not whole yet."
    return f"All {len(ledger):,} lists were read whole, or had nothing."
