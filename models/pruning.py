"""Which snapshots may go, so that the archive does not grow for ever and all listings can still be told again.

A reading is pruned as a whole: it says so from then on (`pruned_at`) and its snapshots keep their rows, with
when they came and what they were, while the archive lets go of the bodies that nothing else names.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, select, tuple_, union_all, update

from models.tables import LEDGER, READINGS, SNAPSHOTS

_COLUMNS = READINGS.c
_SETTLED_AT = func.coalesce(LEDGER.c.good_at, LEDGER.c.read_at)


class PrunedReadings(NamedTuple):
    """How many readings were pruned, and when (aware UTC) the first and the last of them were made."""

    number: int
    first: datetime | None
    last: datetime | None


def prune_readings(
    connection: Connection, before: datetime, now: datetime, complementary: str
) -> PrunedReadings:
    """Marks the readings made before a moment that may go; the caller's transaction makes it all or nothing.

    Of each listing these stay: the newest reading, the one that settled it last, and the one that its row of the
    ledger is of. So do readings of sections that end in `complementary`: each asked only for what the others had
    not told. And those stay by which nothing would be won, as their bodies are those of readings that stay.
    """
    may_go = (_COLUMNS.read_at < before) & _COLUMNS.pruned_at.is_(None) & ~_stays(complementary)
    loose = _bodies(may_go).except_(_bodies(_COLUMNS.pruned_at.is_(None), ~may_go))
    has_loose = select(SNAPSHOTS.c.reading_id).where(SNAPSHOTS.c.content_hash.in_(loose))
    goes = may_go & _COLUMNS.id.in_(has_loose)
    found = connection.execute(
        select(func.count(), func.min(_COLUMNS.read_at), func.max(_COLUMNS.read_at)).where(goes)
    ).one()
    connection.execute(update(READINGS).where(goes).values(pruned_at=now))
    return PrunedReadings(*found)


def loose_bodies(connection: Connection) -> Sequence[str]:
    """The hashes that pruned readings name and no other: of bodies that may be removed, or were already."""
    loose = _bodies(_COLUMNS.pruned_at.is_not(None)).except_(_bodies(_COLUMNS.pruned_at.is_(None)))
    return [found for found in connection.execute(loose).scalars() if found]


def _stays(complementary: str) -> ColumnElement[bool]:
    """The condition that a reading is kept, however old it is."""
    each = READINGS.alias().c
    newest = select(func.max(each.id)).group_by(each.source, each.section, each.date)
    rows = union_all(
        *(select(LEDGER.c.source, LEDGER.c.section, at) for at in (LEDGER.c.read_at, _SETTLED_AT))
    )
    # Not by its date: a site answers a day without papers with an earlier list, which has the row then. And by its
    # number: of several columns SQLite looks through all rows for each that is not among them.
    of_a_row = select(each.id).where(tuple_(each.source, each.section, each.read_at).in_(rows))
    is_complement = _COLUMNS.section.endswith(complementary, autoescape=True)
    return is_complement | _COLUMNS.id.in_(newest.union_all(of_a_row))


def _bodies(*readings: ColumnElement[bool]) -> Select[tuple[str | None]]:
    """The hashes of the bodies that came with some readings."""
    return (
        select(SNAPSHOTS.c.content_hash)
        .join(READINGS, _COLUMNS.id == SNAPSHOTS.c.reading_id)
        .where(SNAPSHOTS.c.content_hash.is_not(None), *readings)
        .correlate(None)
    )
