"""The status: how old the news is, and the ledger of the last 30 days as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from feeds.naming import source_name
from feeds.site import paths
from feeds.site.frame import Frame, Page, Site, page
from feeds.site.words import VERDICTS, moment, plain_day, section_name, short_day
from feeds.text import one_line
from models.freshness import Freshness
from models.records import BAD, SETTLED
from models.verdicts import Entry

SHOWN_DAYS = 30


@dataclass(frozen=True, slots=True)
class Cell:
    """A listing in the table: its verdict and what it gave (`24`, `24 of 25`, or nothing)."""

    verdict: str
    papers: str


@dataclass(frozen=True, slots=True)
class Table:
    """A source's listings: a line for each date, newest first, a column for each section."""

    source: str
    id: str
    sections: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Cell | None, ...]], ...]
    problems: tuple[tuple[str, str, str], ...]
    newest: str = ""
    read_at: str = ""
    is_behind: bool = False


@dataclass(frozen=True, slots=True)
class _Values:
    frame: Frame
    headline: str
    tables: tuple[Table, ...]
    legend: tuple[tuple[str, str], ...]
    days: int = SHOWN_DAYS


def status_page(site: Site, ledger: Sequence[Entry], freshness: Sequence[Freshness]) -> Page:
    """The status of each source; of the ledger the last 30 days up to its newest date."""
    frame = site.frame(
        paths.STATUS, "Status", "How fresh the news is, and how each list was read.", paths.STATUS
    )
    newest = max((entry.date for entry in ledger), default=None)
    shown = [entry for entry in ledger if newest and entry.date > newest - timedelta(days=SHOWN_DAYS)]
    of_source = {fresh.source: fresh for fresh in freshness}
    sources = sorted({entry.source for entry in shown} | set(of_source))
    tables = (
        _table(number, source, [entry for entry in shown if entry.source == source], of_source.get(source))
        for number, source in enumerate(sources, 1)
    )
    return page(
        paths.STATUS,
        "status.html",
        _Values(
            frame=frame,
            headline=_headline(shown),
            tables=tuple(tables),
            legend=tuple((verdict.value, meaning) for verdict, meaning in VERDICTS.items()),
        ),
    )


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


def _table(number: int, source: str, ledger: Sequence[Entry], fresh: Freshness | None) -> Table:
    sections = sorted({entry.section for entry in ledger})
    of_day: dict[date, dict[str, Entry]] = {}
    for entry in ledger:
        of_day.setdefault(entry.date, {})[entry.section] = entry
    return Table(
        source=source_name(source),
        id=f"source-{number}",
        sections=tuple(map(section_name, sections)),
        lines=tuple((short_day(day), _line(of_day[day], sections)) for day in sorted(of_day, reverse=True)),
        problems=tuple(
            (short_day(entry.date), section_name(entry.section), one_line(entry.error))
            for entry in sorted(ledger, key=lambda entry: entry.listing, reverse=True)
            if entry.error
        ),
        newest=plain_day(fresh.newest) if fresh and fresh.newest else "",
        read_at=moment(fresh.read_at) if fresh else "",
        is_behind=bool(fresh and fresh.behind),
    )


def _line(of_section: Mapping[str, Entry], sections: Sequence[str]) -> tuple[Cell | None, ...]:
    return tuple(_cell(of_section[section]) if section in of_section else None for section in sections)


def _cell(entry: Entry) -> Cell:
    papers = f"{entry.parsed:,}" if entry.parsed or entry.declared else ""
    if entry.declared != entry.parsed:
        papers += f" of {entry.declared:,}"
    return Cell(entry.verdict.value, papers)
