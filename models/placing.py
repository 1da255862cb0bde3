"""Where papers stand on a listing: their appearances, and which of them have gone from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, case, insert, select, update

from models.records import Listing, ParsedPage
from models.tables import APPEARANCES

Key = tuple[str, str, int]
"""A section, a paper, and which of its places there: 0 for the first."""

PARTS = ("new", "cross", "replacement")
"""What the parts of a listing are called, which stand as sections of their own: `cs.CL/new`."""

_MOST_REMOVALS_BELIEVED = 3
"""Up to so many papers may go from a listing whatever its size; of 328 days recorded, 3 lost one."""


def place(connection: Connection, listing: Listing, page: ParsedPage, seen_at: datetime) -> tuple[int, int]:
    """Writes the appearances that a page changes; gives how many papers were removed and how many vanished.

    Nothing is deleted. A page that is cut or could not be understood whole removes nothing. Nor does one
    that is empty or lost more than half of what the listing had: sites show a day's list half built.
    """
    places, known = _places(listing, page), _known(connection, listing)
    standing = {key: rank for key, rank in known.items() if rank is not None}
    gone = [key for key in standing if key not in places]
    missing = len(_papers(gone) - _papers(places))
    is_whole = _is_whole(page)
    is_believed = is_whole and _is_believable(missing, len(_papers(standing)), page)
    removed = gone if is_believed else []
    moved = [_move(key, rank) for key, rank in places.items() if key in known and known[key] != rank]
    moved += [_move(key, standing[key], seen_at) for key in removed]
    _insert(
        connection, [_new(listing, key, rank, seen_at) for key, rank in places.items() if key not in known]
    )
    _update(connection, listing, moved)
    return (missing, 0) if is_believed else (0, missing if is_whole else 0)


def _places(listing: Listing, page: ParsedPage) -> dict[Key, int]:
    times: Counter[tuple[str, str]] = Counter()
    places: dict[Key, int] = {}
    for record in page.records:
        here = (f"{listing.section}/{record.part}" if record.part else listing.section), record.id
        places[*here, times[here]] = record.rank
        times[here] += 1
    return places


def _known(connection: Connection, listing: Listing) -> dict[Key, int | None]:
    """The rank of each place; None where its paper has gone from it. Whole rows would cost twice as much."""
    columns = APPEARANCES.c
    rank = case((columns.removed_at.is_(None), columns.rank))
    query = select(columns.section, columns.paper_id, columns.nth, rank).where(
        columns.section.in_(sections(listing)), *_of_day(listing)
    )
    return {(section, paper_id, nth): rank for section, paper_id, nth, rank in connection.execute(query)}


def sections(listing: Listing) -> tuple[str, ...]:
    """Under which sections the papers of a listing stand: its own, and those of its parts."""
    return listing.section, *(f"{listing.section}/{part}" for part in PARTS)


def named_on(connection: Connection, listing: Listing) -> set[str]:
    """The papers that a listing names or named, in any of its parts, whether they were new that day or not."""
    query = select(APPEARANCES.c.paper_id).where(
        APPEARANCES.c.section.in_(sections(listing)), *_of_day(listing)
    )
    return set(connection.execute(query).scalars())


def _of_day(listing: Listing) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return APPEARANCES.c.source == listing.source, APPEARANCES.c.date == listing.date


def _papers(keys: Iterable[Key]) -> set[str]:
    """Whose places these are; a paper that lost one place and has another is still there."""
    return {paper_id for _, paper_id, _ in keys}


def _is_whole(page: ParsedPage) -> bool:
    return page.complete and not page.problems and len(page.records) == page.declared


def _is_believable(missing: int, papers_before: int, page: ParsedPage) -> bool:
    return bool(page.records) and missing <= max(_MOST_REMOVALS_BELIEVED, papers_before // 2)


def _move(key: Key, rank: int, gone_at: datetime | None = None) -> dict[str, object]:
    return {"in_section": key[0], "of_paper": key[1], "of_nth": key[2], "at_rank": rank, "gone_at": gone_at}


def _new(listing: Listing, key: Key, rank: int, seen_at: datetime) -> dict[str, object]:
    return {
        "source": listing.source,
        "section": key[0],
        "date": listing.date,
        "paper_id": key[1],
        "nth": key[2],
        "rank": rank,
        "first_seen_at": seen_at,
        "removed_at": None,
    }


def _insert(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        connection.execute(insert(APPEARANCES), rows)


def _update(connection: Connection, listing: Listing, moves: Sequence[dict[str, object]]) -> None:
    if not moves:
        return
    columns = APPEARANCES.c
    this = (
        columns.section == bindparam("in_section"),
        columns.paper_id == bindparam("of_paper"),
        columns.nth == bindparam("of_nth"),
    )
    moved = update(APPEARANCES).where(*_of_day(listing), *this)
    moved = moved.values(rank=bindparam("at_rank"), removed_at=bindparam("gone_at"))
    connection.execute(moved, moves)
