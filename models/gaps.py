"""Which papers of a listing lack what no listing says: where their details have to be asked for."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, select

from models.changes import holder
from models.placing import sections
from models.records import Listing
from models.tables import APPEARANCES, PAPERS


def lacking(connection: Connection, listing: Listing) -> list[str]:
    """The ids of the papers on a listing whose abstract, dates or authors its source has not given in full."""
    here = (
        APPEARANCES.c.section.in_(sections(listing))
        & (APPEARANCES.c.source == listing.source)
        & (APPEARANCES.c.date == listing.date)
        & APPEARANCES.c.removed_at.is_(None)
    )
    columns = (PAPERS.c[name] for name in ("id", "abstract", "published_at", "provenance"))
    found = select(*columns).where(PAPERS.c.id.in_(select(APPEARANCES.c.paper_id).where(here)))
    rows = connection.execute(found.order_by(PAPERS.c.id)).mappings()
    return [row["id"] for row in rows if _lacks(row, listing.source)]


def _lacks(row: RowMapping, source: str) -> bool:
    """Whoever gives the date of the first version gives all authors too, which a listing cuts."""
    is_dated = row["published_at"] and holder(row["provenance"], "published_at") == source
    return not (row["abstract"] and is_dated)
