"""The last 30 days of the ledger at one look: a row for each date, a column for each list."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from feeds.naming import source_name
from feeds.site import paths
from feeds.site.frame import Site
from feeds.site.words import VERDICTS, section_name, short_day
from flows.words.markdown import as_text, link, table
from models.records import BAD, Verdict
from models.verdicts import Entry

SHOWN_DAYS = 30

List = tuple[str, str]
"""Source and section."""

_NO_BREAK = "\N{NO-BREAK SPACE}"
_SIGNS = {Verdict.FRESH: "✓", Verdict.QUIET: "·"}
"""What is as it should be is the quietest; all else is a word."""


def month(ledger: Sequence[Entry], site: Site, daily: Collection[List]) -> str:
    """The last 30 days up to the newest date, newest first, as Markdown; a date of `daily` lists leads to its page.

    A date on which nothing was read has empty cells: a gap is to be seen.
    """
    if not ledger:
        return "Nothing has been read yet."
    newest = max(entry.date for entry in ledger)
    of_day: dict[date, dict[List, Entry]] = {}
    for entry in ledger:
        if entry.date > newest - timedelta(days=SHOWN_DAYS):
            of_day.setdefault(entry.date, {})[entry.source, entry.section] = entry
    lists = sorted({key for entries in of_day.values() for key in entries})
    days = [newest - timedelta(days=ago) for ago in range((newest - min(of_day)).days + 1)]
    rows = [
        [_day(day, of_day.get(day, {}), site, daily), *_cells(of_day.get(day, {}), lists)] for day in days
    ]
    columns = ["", *(as_text(f"{source_name(source)} {section_name(section)}") for source, section in lists)]
    return "\n\n".join([table(columns, rows), _legend(of_day)])


def _day(day: date, entries: Mapping[List, Entry], site: Site, daily: Collection[List]) -> str:
    text = short_day(day).replace(" ", _NO_BREAK)
    has_page = any(entries[key].parsed for key in entries.keys() & set(daily))
    return link(text, site.url(paths.day_path(day))) if has_page else text


def _cells(entries: Mapping[List, Entry], lists: Sequence[List]) -> list[str]:
    return [_cell(entries[key]) if key in entries else "" for key in lists]


def _cell(entry: Entry) -> str:
    """`✓ 38`, `·`, `partial 24 of 25`, `**failed**`; what was settled, and then no more: `**failed**, good before`."""
    verdict = _SIGNS.get(entry.verdict, entry.verdict.value)
    papers = f"{entry.parsed:,}" if entry.parsed or entry.declared else ""
    if entry.declared != entry.parsed:
        papers += f" of {entry.declared:,}"
    said = f"{verdict} {papers}".strip()
    if entry.verdict not in BAD:
        return said
    return f"**{said}**, good before" if entry.good_at else f"**{said}**"


def _legend(of_day: Mapping[date, Mapping[List, Entry]]) -> str:
    """What the signs and words mean that are there."""
    there = {entry.verdict for entries in of_day.values() for entry in entries.values()}
    meanings = [
        f"- {_SIGNS.get(verdict, verdict.value)}: {meaning}"
        for verdict, meaning in VERDICTS.items()
        if verdict in there
    ]
    return "\n".join(["Numbers are papers.", "", *meanings])
