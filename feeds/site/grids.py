"""The ledger as grids: for each source a line for each date, a column for each section, in signs and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from feeds.naming import source_name
from feeds.site.words import VERDICTS, moment, plain_day, section_name, short_day
from feeds.text import one_line
from models.freshness import Freshness
from models.overdue import Overdue
from models.records import Verdict
from models.verdicts import Entry

OVERDUE = "overdue"
"""What stands for a verdict where a list should be out, and no run has asked for it since."""

SIGNS: Mapping[str, str] = {
    Verdict.FRESH: "\u2713",
    Verdict.WAITING: "\u2026",
    Verdict.QUIET: "\u2013",
    Verdict.STALLED: "!",
    Verdict.PARTIAL: "\u00bd",
    Verdict.FAILED: "\u00d7",
    OVERDUE: "?",
}
"""A sign for each verdict, so that colours are not needed to tell them apart."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A listing in the grid: its verdict as a word and as a sign, and what it gave (`24`, `24 of 25`, or nothing)."""

    verdict: str
    sign: str
    papers: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What was wrong with a listing."""

    day: str
    section: str
    says: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A source's listings, newest first; `newest` and `read_at` are in words, "" where there is none."""

    source: str
    id: str
    sections: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Cell | None, ...]], ...]
    problems: tuple[Problem, ...]
    newest: str = ""
    read_at: str = ""
    is_behind: bool = False


def legend(*, with_overdue: bool) -> tuple[tuple[Cell, str], ...]:
    """What each cell means; that a list was not asked for is told only where that is known."""
    found = [(Cell(verdict.value, SIGNS[verdict]), meaning) for verdict, meaning in VERDICTS.items()]
    if with_overdue:
        found.append((Cell(OVERDUE, SIGNS[OVERDUE]), "should be out, and no run has asked for it since"))
    return tuple(found)


def grids(
    ledger: Sequence[Entry], freshness: Sequence[Freshness], overdue: Sequence[Overdue] = ()
) -> tuple[Grid, ...]:
    """A grid for each source that there is anything to say of, in the order of their names."""
    fresh = {each.source: each for each in freshness}
    sources = sorted(
        {*(entry.source for entry in ledger), *fresh, *(each.listing.source for each in overdue)}
    )
    return tuple(
        _grid(
            f"source-{number}",
            source,
            [entry for entry in ledger if entry.source == source],
            fresh.get(source),
            [each for each in overdue if each.listing.source == source and not each.was_asked_for],
        )
        for number, source in enumerate(sources, 1)
    )


def _grid(
    name: str, source: str, ledger: Sequence[Entry], fresh: Freshness | None, unread: Sequence[Overdue]
) -> Grid:
    cells = {(entry.date, entry.section): _cell(entry) for entry in ledger}
    cells |= {(each.listing.date, each.listing.section): Cell(OVERDUE, SIGNS[OVERDUE]) for each in unread}
    days = sorted({day for day, _ in cells}, reverse=True)
    sections = sorted({section for _, section in cells})
    return Grid(
        source=source_name(source),
        id=name,
        sections=tuple(map(section_name, sections)),
        lines=tuple((short_day(day), _line(cells, day, sections)) for day in days),
        problems=tuple(
            Problem(short_day(entry.date), section_name(entry.section), one_line(entry.error))
            for entry in sorted(ledger, key=lambda entry: entry.listing, reverse=True)
            if entry.error
        ),
        newest=plain_day(fresh.newest) if fresh and fresh.newest else "",
        read_at=moment(fresh.read_at) if fresh else "",
        is_behind=bool(fresh and fresh.behind),
    )


def _line(
    cells: Mapping[tuple[date, str], Cell], day: date, sections: Sequence[str]
) -> tuple[Cell | None, ...]:
    return tuple(cells.get((day, section)) for section in sections)


def _cell(entry: Entry) -> Cell:
    papers = f"{entry.parsed:,}" if entry.parsed or entry.declared else ""
    if entry.declared != entry.parsed:
        papers += f" of {entry.declared:,}"
    return Cell(entry.verdict.value, SIGNS[entry.verdict], papers)
