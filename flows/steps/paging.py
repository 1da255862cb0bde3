"""Papers a page at a time without a search: the newest announced first, of one moment by id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from feeds.web.library import Found, Hit, Place
from models.order import behind, moment_of, newest_first
from models.papers import Paper
from models.selection import by_ids
from models.tables import PAPERS
from models.topics.matching import Shelf
from models.topics.rules import Rule

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def newest(connection: Connection, day: date | None, most: int, before: Place | None) -> Found:
    """All papers, or those first listed on a day, at most so many."""
    query = select(PAPERS.c.id).order_by(*newest_first(connection)).limit(most + 1)
    if day is not None:
        query = query.where(PAPERS.c.first_listed == day)
    if before is not None:
        query = query.where(behind(connection, before.at, before.id))
    return _page([Hit(paper) for paper in by_query(connection, query)], most)


def chosen(papers: Sequence[Paper], rule: Rule, most: int, before: Place | None) -> Found:
    """Those of a day's papers that a rule chooses; a day is small enough to be looked at as a whole."""
    (matches,) = Shelf(papers).matches([rule])
    hits = sorted((Hit(match.paper, match.reason) for match in matches), key=_place_in_order)
    place = _in_order(before) if before else None
    return _page([hit for hit in hits if place is None or _place_in_order(hit) > place], most)


def _page(hits: Sequence[Hit], most: int) -> Found:
    shown_hits = tuple(hits[:most])
    return Found(shown_hits, _place(shown_hits[-1].paper) if len(hits) > most else None)


def _place(paper: Paper) -> Place:
    return Place(moment_of(paper), paper.id)


def _place_in_order(hit: Hit) -> tuple[float, str]:
    return _in_order(_place(hit.paper))


def _in_order(place: Place) -> tuple[float, str]:
    return -(place.at or _LONG_AGO).timestamp(), place.id


def by_query(connection: Connection, query: Select[Any]) -> list[Paper]:
    """The papers whose ids a query gives, in its order, with their whole history."""
    ids = connection.execute(query).scalars().all()
    papers = by_ids(connection, ids)
    return [papers[paper_id] for paper_id in ids]
