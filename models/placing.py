"""Where papers stand on a listing: their appearances, and which of them have gone from it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, insert, select, update

from models.records import Listing, ParsedPage
from models.tables import APPEARANCES

Key = tuple[str, int]
_MOST_REMOVALS_BELIEVED = 3
"""Up to so many papers may go from a listing whatever its size; of 328 days recorded, 3 lost one."""


def place(connection: Connection, listing: Listing, page: ParsedPage, seen_at: datetime) -> tuple[int, int]:
    """Writes the appearances that a page changes; gives how many papers were removed and how many vanished.

    Nothing is deleted. A page that is cut or could not be understood whole removes nothing, nor does one
    that lost more than half of what the listing had: sites show a day's list half built.
    """
    places = _places(page)
    here = _at(listing)
    known = {(row.paper_id, row.nth): row for row in connection.execute(select(APPEARANCES).where(here))}
    moved = [_move(key, rank) for key, rank in places.items() if key in known and _differs(known[key], rank)]
    added = [_new(listing, key, rank, seen_at) for key, rank in places.items() if key not in known]
    gone = [key for key, row in known.items() if row.removed_at is None and key not in places]
    removed, vanished = _believed(gone, sum(row.removed_at is None for row in known.values()), page)
    moved += [_move(key, known[key].rank, seen_at) for key in removed]
    if added:
        connection.execute(insert(APPEARANCES), added)
    if moved:
        this = (
            here
            & (APPEARANCES.c.paper_id == bindparam("of_paper"))
            & (APPEARANCES.c.nth == bindparam("of_nth"))
        )
        connection.execute(
            update(APPEARANCES)
            .where(this)
            .values(rank=bindparam("at_rank"), removed_at=bindparam("gone_at")),
            moved,
        )
    return len(removed), len(vanished)


def _places(page: ParsedPage) -> dict[Key, int]:
    times: Counter[str] = Counter()
    places: dict[Key, int] = {}
    for record in page.records:
        places[record.id, times[record.id]] = record.rank
        times[record.id] += 1
    return places


def _at(listing: Listing) -> ColumnElement[bool]:
    columns = APPEARANCES.c
    return (
        (columns.source == listing.source)
        & (columns.section == listing.section)
        & (columns.date == listing.date)
    )


def _differs(row: Row[Any], rank: int) -> bool:
    return bool(row.rank != rank or row.removed_at is not None)


def _move(key: Key, rank: int, gone_at: datetime | None = None) -> dict[str, object]:
    return {"of_paper": key[0], "of_nth": key[1], "at_rank": rank, "gone_at": gone_at}


def _new(listing: Listing, key: Key, rank: int, seen_at: datetime) -> dict[str, object]:
    return {
        "source": listing.source,
        "section": listing.section,
        "date": listing.date,
        "paper_id": key[0],
        "nth": key[1],
        "rank": rank,
        "first_seen_at": seen_at,
        "removed_at": None,
    }


def _believed(gone: list[Key], before: int, page: ParsedPage) -> tuple[list[Key], list[Key]]:
    if not page.complete or page.problems or len(page.records) != page.declared:
        return [], []
    if len(gone) > max(_MOST_REMOVALS_BELIEVED, before // 2):
        return [], gone
    return gone, []
