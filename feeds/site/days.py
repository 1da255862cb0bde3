"""The calendar: the days that have a page, by month."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from feeds.site import paths
from feeds.site.frame import Frame, Page, Site, page
from feeds.site.rows import Tag
from feeds.site.words import DAYS, count, long_day, month_name
from models.months import Month, month_of

SHOWN_MONTHS = 3
"""Months that the first page of the calendar shows; of the others it names the years and months."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A day in the grid: `href` where it has a page, `label` what that link says in full."""

    day: int
    href: str = ""
    label: str = ""
    papers: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A month as a grid of weeks that begin with Monday; None where a day is not of the month."""

    name: str
    weeks: tuple[tuple[Cell | None, ...], ...]
    weekdays: tuple[str, ...] = DAYS


@dataclass(frozen=True, slots=True)
class _Values:
    frame: Frame
    sheets: tuple[Sheet, ...]
    years: tuple[tuple[int, tuple[Tag, ...]], ...] = ()
    month: str = ""
    earlier: Tag | None = None
    later: Tag | None = None


def days_page(site: Site, days: Mapping[date, int]) -> Page:
    """The calendar's first page, from the days that have a page and the number of papers of each."""
    frame = site.frame(paths.DAYS, "Days", "Every day\u2019s papers, by date.", paths.DAYS)
    months = sorted({month_of(day) for day in days}, reverse=True)
    return page(
        paths.DAYS,
        "days.html",
        _Values(
            frame=frame,
            sheets=tuple(_sheet(frame.root, month, days) for month in months[:SHOWN_MONTHS]),
            years=tuple(
                (year, tuple(_tag(frame.root, month) for month in sorted(of_year)))
                for year, of_year in groupby(months, key=lambda month: month.year)
            ),
        ),
    )


def month_page(
    site: Site, month: Month, days: Mapping[date, int], earlier: Month | None, later: Month | None
) -> Page:
    """One month, from its days (others are left out); `earlier` and `later` are months that have a page."""
    path = paths.month_path(month)
    name = month_name(month)
    frame = site.frame(path, name, f"The papers of {name}, by date.", paths.DAYS)
    return page(
        path,
        "days.html",
        _Values(
            frame=frame,
            sheets=(_sheet(frame.root, month, days),),
            month=name,
            earlier=_tag(frame.root, earlier) if earlier else None,
            later=_tag(frame.root, later) if later else None,
        ),
    )


def _tag(root: str, month: Month) -> Tag:
    return Tag(root + paths.month_path(month), month_name(month))


def _sheet(root: str, month: Month, days: Mapping[date, int]) -> Sheet:
    weeks = Calendar().monthdatescalendar(*month)
    return Sheet(
        month_name(month),
        tuple(
            tuple(_cell(root, day, days.get(day)) if month_of(day) == month else None for day in week)
            for week in weeks
        ),
    )


def _cell(root: str, day: date, papers: int | None) -> Cell:
    if papers is None:
        return Cell(day.day)
    label = f"{long_day(day)}: {count(papers, 'paper')}"
    return Cell(day.day, root + paths.day_path(day), label, f"{papers:,}")
