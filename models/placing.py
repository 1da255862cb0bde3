"""Where papers stand on a listing: their appearances, and which of them have gone from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, case, insert, select, update

from models.records import Listing, ParsedPage
from models.tables import APPEARANCES

Key = tuple[str, int]
"""A paper, and which of its places on the listing: 0 for the first."""

_MOST_REMOVALS_BELIEVED = 3
"""Up to so many papers may go from a listing whatever its size; of 328 days recorded, 3 lost one."""


def place(connection: Connection, listing: Listing, page: ParsedPage, seen_at: datetime) -> tuple[int, int]:
    """Writes the appearances that a page changes; gives how many papers were removed and how many vanished.

    Nothing is deleted. A page that is cut or could not be understood whole removes nothing. Nor does one
    that is empty or lost more than half of what the listing had: sites show a day's list half built.
    """
    here = _at(listing)
    places, known = _places(page), _known(connection, here)
    standing = {key: rank for key, rank in known.items() if rank is not None}
    gone = [key for key in standing if key not in places]
    removed, vanished = _believed(gone, _papers(standing), page)
    moved = [_move(key, rank) for key, rank in places.items() if key in known and known[key] != rank]
    moved += [_move(key, standing[key], seen_at) for key in removed]
    _insert(
        connection, [_new(listing, key, rank, seen_at) for key, rank in places.items() if key not in known]
    )
    _update(connection, here, moved)
    return _papers(removed), _papers(vanished)


def _at(listing: Listing) -> ColumnElement[bool]:
    columns = APPEARANCES.c
    return (
        (columns.source == listing.source)
        & (columns.section == listing.section)
        & (columns.date == listing.date)
    )


def _places(page: ParsedPage) -> dict[Key, int]:
    times: Counter[str] = Counter()
    places: dict[Key, int] = {}
    for record in page.records:
        places[record.id, times[record.id]] = record.rank
        times[record.id] += 1
    return places


def _known(connection: Connection, here: ColumnElement[bool]) -> dict[Key, int | None]:
    """The rank of each place; None where its paper has gone from it. Whole rows would cost twice as much."""
    columns = APPEARANCES.c
    rank = case((columns.removed_at.is_(None), columns.rank))
    found = connection.execute(select(columns.paper_id, columns.nth, rank).where(here)).all()
    return {(paper_id, nth): rank for paper_id, nth, rank in found}


def _papers(keys: Iterable[Key]) -> int:
    """How many papers' places these are; one that lost its second place alone is still there."""
    return sum(nth == 0 for _, nth in keys)


def _believed(gone: list[Key], papers_before: int, page: ParsedPage) -> tuple[list[Key], list[Key]]:
    if not page.complete or page.problems or len(page.records) != page.declared:
        return [], []
    if not page.records or _papers(gone) > max(_MOST_REMOVALS_BELIEVED, papers_before // 2):
        return [], gone
    return gone, []


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


def _insert(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        connection.execute(insert(APPEARANCES), rows)


def _update(connection: Connection, here: ColumnElement[bool], moves: Sequence[dict[str, object]]) -> None:
    if not moves:
        return
    columns = APPEARANCES.c
    this = here & (columns.paper_id == bindparam("of_paper")) & (columns.nth == bindparam("of_nth"))
    moved = update(APPEARANCES).where(this).values(rank=bindparam("at_rank"), removed_at=bindparam("gone_at"))
    connection.execute(moved, moves)
