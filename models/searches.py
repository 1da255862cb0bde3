"""What sites' own searches have found for topics: appearances of sections that are no listing of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, exists, func, select

from models.records import Listing
from models.tables import APPEARANCES, READINGS, SNAPSHOTS

_SECTION = "search/"


def section_of(slug: str) -> str:
    """Under which section what a search finds for a topic is kept."""
    return _SECTION + slug


def is_of_search(listing: Listing) -> bool:
    """Whether a reading was of a search, not of a listing."""
    return listing.section.startswith(_SECTION)


def listed() -> ColumnElement[bool]:
    """The condition that an appearance is on a listing, not among what a search has found."""
    return ~APPEARANCES.c.section.startswith(_SECTION, autoescape=True)


def last_asked(connection: Connection, source: str, since: date) -> Mapping[str, int]:
    """By section, the number of the last reading of a source's search, of those for a day or later."""
    columns = READINGS.c
    query = (
        select(columns.section, func.max(columns.id))
        .where(columns.source == source, columns.date >= since, _is_of_search())
        .group_by(columns.section)
    )
    return dict(connection.execute(query).tuples().all())


def answered(connection: Connection, source: str, day: date) -> set[str]:
    """The sections for which a source's search has given an answer that could be used, on a day.

    That is one that found papers, or the only one that was asked for: after one that is of no use a second
    way is tried.
    """
    columns = READINGS.c
    answers = SNAPSHOTS.c.reading_id == columns.id
    was_enough = select(func.count()).where(answers).scalar_subquery() == 1
    in_vain = exists().where(answers, SNAPSHOTS.c.error != "")
    query = select(columns.section).where(
        columns.source == source,
        columns.date == day,
        _is_of_search(),
        _has_found() | (was_enough & ~in_vain),
    )
    return set(connection.execute(query).scalars())


def found_by_search(connection: Connection, until: date, most_days: int) -> Mapping[str, Mapping[str, int]]:
    """By the slug of its topic, the rank of each paper that a search has found for it, from 1, the best.

    What was found on the newest day that found any: `until`, or up to `most_days` days before it. Topics for
    which nothing was found in that time are left out.
    """
    columns = READINGS.c
    newest = (
        select(columns.source, columns.section, func.max(columns.date).label("date"))
        .where(columns.date.between(until - timedelta(most_days), until), _is_of_search(), _has_found())
        .group_by(columns.source, columns.section)
        .subquery()
    )
    places = APPEARANCES.c
    here = [places[name] == newest.c[name] for name in ("source", "section", "date")]
    query = select(places.section, places.paper_id, places.rank).where(*here)
    found: dict[str, dict[str, int]] = {}
    for section, paper_id, rank in connection.execute(query.order_by(places.section, places.rank)):
        found.setdefault(section.removeprefix(_SECTION), {}).setdefault(paper_id, rank)
    return found


def _is_of_search() -> ColumnElement[bool]:
    return READINGS.c.section.startswith(_SECTION, autoescape=True)


def _has_found() -> ColumnElement[bool]:
    """The condition that papers were found under a reading's listing."""
    return exists().where(
        *(APPEARANCES.c[name] == READINGS.c[name] for name in ("source", "section", "date"))
    )
