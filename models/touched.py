"""What has changed since a moment in the database's own order, for who keeps something that derives from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from models.placing import sections
from models.records import Listing
from models.tables import APPEARANCES, PAPERS, READINGS


class Mark(NamedTuple):
    """How far the database has come: the last `seq` of a paper, and the number of the last reading."""

    seq: int = 0
    reading: int = 0


NOTHING_YET = Mark()


def mark(connection: Connection) -> Mark:
    """How far the database has come."""
    last = (connection.execute(select(func.max(of))).scalar() or 0 for of in (PAPERS.c.seq, READINGS.c.id))
    return Mark(*last)


def touched(connection: Connection, since: Mark) -> list[str]:
    """The ids, in their order, of all papers of which anything may be different: text, counters or places.

    Rather more than fewer: counters and places change only with a listing that is read, so all papers of
    such a listing are among them.
    """
    ids = set(connection.execute(select(PAPERS.c.id).where(PAPERS.c.seq > since.seq)).scalars())
    for listing in read_since(connection, since):
        places = APPEARANCES.c
        here = (
            places.source == listing.source,
            places.section.in_(sections(listing)),
            places.date == listing.date,
        )
        ids.update(connection.execute(select(places.paper_id).where(*here)).scalars())
    return sorted(ids)


def read_since(connection: Connection, since: Mark) -> Iterator[Listing]:
    """The listings that were read, each once, under the dates that were asked for and those with which they answered."""
    columns = READINGS.c
    query = select(columns.source, columns.section, columns.date).where(columns.id > since.reading).distinct()
    asked = {Listing(*row) for row in connection.execute(query)}
    yield from sorted(asked | {earlier for listing in asked for earlier in _answered(connection, listing)})


def _answered(connection: Connection, asked: Listing) -> Iterator[Listing]:
    """The newest list up to the asked day: a site answers a day without papers with that one."""
    places = APPEARANCES.c
    query = select(func.max(places.date)).where(
        places.source == asked.source, places.section.in_(sections(asked)), places.date <= asked.date
    )
    found: date | None = connection.execute(query).scalar()
    if found:
        yield Listing(asked.source, asked.section, found)
