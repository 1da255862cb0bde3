"""Hugging Face Daily Papers: the papers that its community submits, day by day, with their votes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from flows.sources.base import Source, Way
from flows.sources.huggingface_api import PAGE_SIZE, parse_answer
from flows.sources.huggingface_entries import NAME
from flows.sources.huggingface_page import parse_page
from flows.sources.huggingface_periods import PERIODS
from flows.sources.huggingface_search import site_search
from models.errors import SettingsError
from models.records import Answer, Expectation, Listing, ParsedPage

_OUT_BY_UTC = time(12)
_SATURDAY = 5


def huggingface(base_url: str = "https://huggingface.co", sections: Sequence[str] = ("daily",)) -> Source:
    """The source at an address: the listing pages, and the API as the second way; and the site's own search.

    Its sections are `daily`, `week` (dated by its Monday), `month` (by its first day) and `trending` (of no
    date, so of today's); the site cuts all but the first, which alone announces papers. A third of a day's
    papers comes after the morning, so a day is read again; votes settle within two weeks. Raises
    SettingsError for a section that there is not.
    """
    for section in sections:
        if section not in PERIODS:
            raise SettingsError(f"unknown section {section} of Hugging Face; known: {', '.join(PERIODS)}")
    base = base_url.rstrip("/")

    def page_url(listing: Listing) -> str:
        return base + _page_path(listing)

    def api_url(listing: Listing) -> str:
        return f"{base}/api/daily_papers?{_api_query(listing)}"

    def read_page(listing: Listing, answer: Answer) -> ParsedPage:
        return parse_page(listing, answer, base)

    def read_answer(listing: Listing, answer: Answer) -> ParsedPage:
        return parse_answer(listing, answer, base)

    ways = (Way("page", page_url, read_page), Way("api", api_url, read_answer))
    return Source(
        name=NAME,
        base_urls=(base,),
        sections=tuple(section for section in sections if section == "daily"),
        ways=lambda _listing, _now: ways,
        expects=expects,
        min_interval_seconds=1.0,
        reread_after_days=(1, 3, 7, 14),
        standing=tuple(section for section in sections if section != "daily"),
        start=_start,
        search=site_search(base),
    )


def expects(listing: Listing, now: datetime) -> Expectation:
    """What the site's habit says of a listing at an aware moment; of a period, by its first working day.

    A day's list opens when its first papers are released, seen between 01:50 and 06:00 UTC of the day
    (463 snapshots of 2025 and 2026); by noon it is late. Weekends have none but for rare exceptions
    (2 of 90 weekend days of 2024), which are taken where they come.
    """
    day = listing.date
    if day.weekday() >= _SATURDAY and listing.section == "daily":
        return Expectation.NONE
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    is_late = now.astimezone(UTC) >= datetime.combine(day, _OUT_BY_UTC, UTC)
    return Expectation.DUE if is_late else Expectation.LATER


def _start(section: str, day: date) -> date:
    period = PERIODS[section]
    return period.start(day) if period else day


def _page_path(listing: Listing) -> str:
    period = PERIODS[listing.section]
    return f"/papers/{period.word}/{period.label(listing.date)}" if period else "/papers/trending"


def _api_query(listing: Listing) -> str:
    period = PERIODS[listing.section]
    if period is None:
        return f"sort=trending&limit={PAGE_SIZE}"
    return f"{period.word}={period.label(listing.date)}&limit={PAGE_SIZE}&p=0"
