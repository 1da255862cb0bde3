"""arXiv: every mailing of the categories that are read, by date; older papers by month.

Its listings are the categories' mailings (https://info.arxiv.org/help/availability.html): the newest is
read on the page `new`, an earlier one on its catchup page, one that is older than those reach in the list of
its month. What listings lack comes from its interfaces for programs.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from flows.sources.arxiv_api import MOST_IDS, lookup_url, parse_api
from flows.sources.arxiv_calendar import KNOWN_UNTIL, announced_at, expects, newest_label
from flows.sources.arxiv_oai import harvest_url, parse_oai
from flows.sources.arxiv_pages import parse_mailing, parse_month
from flows.sources.arxiv_rss import parse_rss
from flows.sources.arxiv_rss import rss_url as feed_url
from flows.sources.arxiv_xml import NAME
from flows.sources.base import Details, Source, Way
from models.errors import SettingsError
from models.records import Answer, Expectation, Listing, PaperRecord, ParsedPage

CATCHUP_DAYS = 90
"""How far back the catchup pages reach, by arXiv's word, from the day that it is there: UTC."""

HARVESTED_AFTER = timedelta(hours=2, minutes=30)
"""How long after a mailing the records of its papers change (https://info.arxiv.org/help/oa)."""

MONTH = "/month"
"""Ends the section of the list of a month, which is dated by its first day: `cs.CL/month`."""

BY_LAST_CHANGE = "OAI-PMH: papers by the day of their last change, in place of the listing"
"""The problem of every listing that is read there: it names other papers than were announced."""

_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)?(?:\.(?:[A-Z]{2}|[a-z]{3,}|[a-z]+-[a-z]+))?", re.ASCII)
"""Two letters are capital ones: `cs.CL`, `hep-th`, `cond-mat.soft`, `physics.acc-ph`."""
_SATURDAY = 5


def arxiv(
    base_url: str = "https://arxiv.org",
    oai_url: str = "https://oaipmh.arxiv.org/oai",
    api_url: str = "https://export.arxiv.org/api",
    rss_url: str = "https://rss.arxiv.org",
    categories: Sequence[str] = ("cs.AI", "cs.CL", "cs.CV", "cs.LG"),
) -> Source:
    """The source at its addresses: a listing for each category and day, sections `cs.CL` and so on.

    Raises SettingsError for what is no category, and for none at all.
    """
    if not categories:
        raise SettingsError(
            "arXiv is to be read, but no category of it: PAPERROUND_ARXIV_CATEGORIES names them"
        )
    for category in categories:
        if not _CATEGORY.fullmatch(category):
            raise SettingsError(f"{category!r} is no category of arXiv, such as cs.CL or hep-th")
    site = _Site(base_url.rstrip("/"), oai_url.rstrip("/"), _api_base(api_url), rss_url.rstrip("/"))
    return Source(
        name=NAME,
        base_urls=tuple(dict.fromkeys((site.base, site.oai, site.api, site.rss))),
        sections=tuple(dict.fromkeys(categories)),
        ways=site.ways,
        expects=_expects,
        min_interval_seconds=3.0,
        reread_after_days=(),
        interfaces=(site.oai, site.api),
        past=lambda first, last, now: _past(tuple(dict.fromkeys(categories)), first, last, now),
        known_until=KNOWN_UNTIL,
        leaves_when_forbidden=True,  # going on is taken for an attack
        details=Details(site.harvest, site.lookup, MOST_IDS, site.parse_details),
    )


def _api_base(url: str) -> str:
    return url.rstrip("/").removesuffix("/query")


def _expects(listing: Listing, now: datetime) -> Expectation:
    """The calendar's word on a mailing; the list of a month past is there."""
    return Expectation.DUE if listing.section.endswith(MONTH) else expects(listing.date, now)


def _past(categories: Sequence[str], first: date, last: date, now: datetime) -> tuple[Listing, ...]:
    """The mailings that can still be caught up with; of what is older, the list of each month once."""
    reached = max(first, _reach(now))
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    months = dict.fromkeys(day.replace(day=1) for day in days if day < reached)
    by_month = [Listing(NAME, f"{name}{MONTH}", month) for month in months for name in categories]
    by_day = [Listing(NAME, name, day) for day in days if day >= reached for name in categories]
    return (*by_month, *by_day)


def _reach(now: datetime) -> date:
    """The first day whose mailing can be caught up with."""
    return now.astimezone(UTC).date() - timedelta(days=CATCHUP_DAYS)


@dataclass(frozen=True, slots=True)
class _Site:
    """The ways to read at arXiv's addresses: of its pages, of OAI-PMH, of the query API and of RSS."""

    base: str
    oai: str
    api: str
    rss: str

    def ways(self, listing: Listing, now: datetime) -> tuple[Way, ...]:
        """How a listing is read at a moment.

        The catchup page of a mailing that is not out must not be asked for: the site keeps its answer, that
        there is none, for a week. So it rescues the newest mailing only once that is surely out.
        """
        if listing.section.endswith(MONTH):
            return self._month, self._harvest
        newest = newest_label(now)
        if listing.date > newest:
            return (self._new,)
        if listing.date == newest:
            is_out = expects(listing.date, now) is Expectation.DUE
            return (self._new, replace(self._catchup, rescue=True), self._witness) if is_out else (self._new,)
        if listing.date.weekday() >= _SATURDAY:
            return ()
        return (self._catchup, self._harvest) if listing.date >= _reach(now) else (self._harvest,)

    @property
    def _new(self) -> Way:
        return Way("page", lambda listing: f"{self.base}/list/{listing.section}/new", self._mailing)

    @property
    def _catchup(self) -> Way:
        def url(listing: Listing) -> str:
            return f"{self.base}/catchup/{listing.section}/{listing.date}?abs=True"

        return Way("catchup", url, self._mailing)

    @property
    def _witness(self) -> Way:
        return Way("rss", lambda listing: feed_url(self.rss, listing.section), parse_rss, rescue=True)

    @property
    def _month(self) -> Way:
        def url(listing: Listing) -> str:
            category = listing.section.removesuffix(MONTH)
            return f"{self.base}/list/{category}/{listing.date:%Y-%m}?skip=0&show=2000"

        def parse(listing: Listing, answer: Answer) -> ParsedPage:
            page = parse_month(listing, answer, self.base)
            return replace(page, has_none=not page.declared)  # the month is long over

        return Way("month", url, parse)

    @property
    def _harvest(self) -> Way:
        return Way("oai", self._harvest_url, self._by_last_change, rescue=True)

    def _mailing(self, listing: Listing, answer: Answer) -> ParsedPage:
        return parse_mailing(listing, answer, self.base)

    def _harvest_url(self, listing: Listing) -> str:
        first, last = listing.date, listing.date
        if listing.section.endswith(MONTH):
            last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        return harvest_url(self.oai, listing.section.removesuffix(MONTH), first, last)

    def _by_last_change(self, listing: Listing, answer: Answer) -> ParsedPage:
        page = parse_oai(answer, self.oai)
        records = tuple(replace(record, part=_part(record, listing.section)) for record in page.records)
        return replace(page, records=records, problems=(*page.problems, BY_LAST_CHANGE), lists=False)

    def harvest(self, listing: Listing, now: datetime) -> str | None:
        """Where the papers of a listing are told of in full, once their records can have changed."""
        is_month = listing.section.endswith(MONTH)
        if not is_month and now < announced_at(listing.date) + HARVESTED_AFTER:
            return None
        return self._harvest_url(listing)

    def lookup(self, ids: Sequence[str]) -> str:
        """Where to ask for papers by their ids."""
        return lookup_url(self.api, ids)

    def parse_details(self, answer: Answer) -> ParsedPage:
        """The papers of an answer of OAI-PMH or of the query API."""
        return parse_oai(answer, self.oai) if "verb=" in answer.url else parse_api(answer)


def _part(record: PaperRecord, section: str) -> str:
    if section.endswith(MONTH):
        return ""
    if (record.version or 1) > 1:
        return "replacement"
    primary = next(iter(record.categories), "")
    return "new" if primary == section or primary.startswith(f"{section}.") else "cross"
