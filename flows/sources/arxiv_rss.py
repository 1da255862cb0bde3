"""arXiv by RSS: a mailing as its feed tells it, where the listing itself fails (https://info.arxiv.org/help/rss.html)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from flows.sources.arxiv_calendar import announced_at
from flows.sources.arxiv_fields import (
    author_names,
    categories,
    identity,
    license_url,
    mail_date,
    published_doi,
)
from flows.sources.arxiv_xml import NAME, Entries, read_elements, shown, text
from models.errors import ParseError
from models.records import Answer, Listing, PaperRecord, ParsedPage
from models.text import clean, says_withdrawn

GAPS = "RSS: no comments; at most 2,000 items, of which new papers are cut first"
"""What every feed with papers has for a problem: it bears witness of a mailing, and is never the whole."""

_PARTS = MappingProxyType(
    {"new": "new", "cross": "cross", "replace": "replacement", "replace-cross": "replacement"}
)
_EASTERN = ZoneInfo("America/New_York")


def rss_url(rss_base: str, category: str) -> str:
    """Where the newest mailing of a category is told of; earlier ones cannot be asked for."""
    return f"{rss_base.rstrip('/')}/rss/{category}"


def parse_rss(listing: Listing, answer: Answer) -> ParsedPage:
    """The mailing that a feed tells of, under the day of its items; a feed without items is of its own day.

    A day is one of US Eastern time, and the label of the mailing; the feed turns at its midnight, hours
    after the mailing was announced. Raises ParseError for a feed that reports an error, for one of
    another category, and for what is no feed.
    """
    entries = Entries(_record)
    days: Counter[date | None] = Counter()
    channel: dict[str, str] = {}

    def take(item: Element) -> None:
        entries.take(item)
        days[_day(text(item, "pubDate"))] += 1

    def keep(element: Element) -> None:
        channel.setdefault(element.tag, clean(element.text))

    about = dict.fromkeys(("title", "description", "pubDate"), keep)
    read_elements(answer.body, "rss", {"item": take, **about})
    _refuse_others(channel, listing.section)
    day, doubts = _date(days, channel)
    return ParsedPage(
        _ranked(entries.found(), day),
        declared=entries.declared,
        date=day,
        problems=(*entries.problems, *doubts, *((GAPS,) if entries.declared else ())),
        complete=False,
    )


def _refuse_others(channel: dict[str, str], section: str) -> None:
    """A feed is titled `cs.CV updates on arXiv.org`, an error `Feed error for query: <address>`."""
    title = channel.get("title", "")
    if title.startswith("Feed error"):
        raise ParseError(NAME, f"feed of {section}: it says {channel.get('description', ''):.300}")
    if title.partition(" ")[0].lower() != section.lower():
        raise ParseError(NAME, f"feed of {section} by its title ({shown(title)})")


def _date(days: Counter[date | None], channel: dict[str, str]) -> tuple[date, tuple[str, ...]]:
    """The day of most items, and a sentence where others are of another; the feed's own without items."""
    ((day, count),) = days.most_common(1) or [(_day(channel.get("pubDate", "")), 0)]
    if day is None:
        raise ParseError(NAME, "day in the feed's `pubDate`")
    others = days.total() - count
    return day, (f"{others} of {days.total()} items are not of {day}",) if others else ()


def _day(text: str) -> date | None:
    moment = mail_date(text)
    try:
        return moment.astimezone(_EASTERN).date() if moment else None
    except OverflowError:
        return None


def _ranked(records: Sequence[PaperRecord], day: date) -> tuple[PaperRecord, ...]:
    """The records counted anew within each part, as announced with the day's mailing."""
    if not records:
        return ()
    announced = announced_at(day)
    counted: Counter[str] = Counter()
    ranked: list[PaperRecord] = []
    for record in records:
        counted[record.part] += 1
        ranked.append(replace(record, rank=counted[record.part], listed_at=announced))
    return tuple(ranked)


def _record(item: Element, rank: int) -> PaperRecord:
    paper_id, version = identity(text(item, "guid").removeprefix("oai:arXiv.org:"))
    kind, title = text(item, "announce_type"), text(item, "title")
    if kind not in _PARTS:
        raise ParseError(NAME, f"known kind in `announce_type` ({paper_id}, {shown(kind)})")
    # `arXiv:2603.00001v1 Announce Type: new Abstract: We invent ...`
    _, label, abstract = text(item, "description").partition("Abstract:")
    authors = author_names(text(item, "creator"))
    if not (title and label and authors):
        raise ParseError(NAME, f"title, abstract and authors ({paper_id})")
    return PaperRecord(
        id=paper_id,
        title=title,
        abstract=abstract.strip(),
        authors=authors,
        rank=rank,
        part=_PARTS[kind],
        categories=categories(clean(element.text) for element in item.findall("category")),
        version=version,
        withdrawn=says_withdrawn(abstract.strip()) or None,
        journal_ref=text(item, "journal_reference"),
        doi=published_doi(text(item, "DOI")),
        license=license_url(text(item, "rights")),
    )
