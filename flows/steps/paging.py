"""Papers a page at a time without a search: the newest announced first, of one moment by id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from feeds.web.library import Found, Hit, Place
from models.order import moment_of
from models.papers import Paper
from models.topics.matching import Shelf
from models.topics.rules import Rule

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def chosen(papers: Sequence[Paper], rule: Rule, most: int, before: Place | None) -> Found:
    """Those of a day's papers that a rule chooses; a day is small enough to be looked at as a whole."""
    (matches,) = Shelf(papers).matches([rule])
    hits = sorted((Hit(match.paper, match.reason) for match in matches), key=_place_in_order)
    place = _in_order(before) if before else None
    return page([hit for hit in hits if place is None or _place_in_order(hit) > place], most)


def page(hits: Sequence[Hit], most: int) -> Found:
    """The first of some hits, at most so many; there is a page after it where there are more."""
    shown_hits = tuple(hits[:most])
    return Found(shown_hits, _place(shown_hits[-1].paper) if len(hits) > most else None)


def _place(paper: Paper) -> Place:
    return Place(moment_of(paper), paper.id)


def _place_in_order(hit: Hit) -> tuple[float, str]:
    return _in_order(_place(hit.paper))


def _in_order(place: Place) -> tuple[float, str]:
    return -(place.at or _LONG_AGO).timestamp(), place.id
