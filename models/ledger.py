"""The ledger in the database: a row for each listing, as its last reading left it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, insert, select, update

from models.records import SETTLED, Listing, Verdict
from models.tables import LEDGER
from models.verdicts import Entry


def record(connection: Connection, entry: Entry) -> None:
    """Writes a row of the ledger in place of the listing's earlier one, whose `good_at` it inherits."""
    here = _here(entry.listing)
    values = {column.name: getattr(entry, column.name) for column in LEDGER.columns}
    values["verdict"] = entry.verdict.value
    before = connection.execute(select(LEDGER.c.good_at).where(here)).first()
    if before is None:
        connection.execute(insert(LEDGER).values(values))
        return
    values["good_at"] = entry.good_at or before.good_at
    connection.execute(update(LEDGER).where(here).values(values))


def entries(connection: Connection, since: date | None = None, source: str | None = None) -> list[Entry]:
    """The ledger, newest date first; from a date on, of one source, where asked."""
    query = select(LEDGER).order_by(LEDGER.c.date.desc(), LEDGER.c.source, LEDGER.c.section)
    if since is not None:
        query = query.where(LEDGER.c.date >= since)
    if source is not None:
        query = query.where(LEDGER.c.source == source)
    rows = connection.execute(query).mappings()
    return list(map(_entry, rows))


def is_settled(connection: Connection, listing: Listing) -> bool:
    """Whether the last reading of a listing has settled it."""
    verdict = connection.execute(select(LEDGER.c.verdict).where(_here(listing))).scalar()
    return verdict in SETTLED


def _here(listing: Listing) -> ColumnElement[bool]:
    return and_(
        LEDGER.c.source == listing.source,
        LEDGER.c.section == listing.section,
        LEDGER.c.date == listing.date,
    )


def _entry(row: RowMapping) -> Entry:
    return Entry(**{**row, "verdict": Verdict(row["verdict"])})


def of_day(connection: Connection, day: date) -> list[Entry]:
    """The rows of one date, in the order of source and section."""
    query = select(LEDGER).where(LEDGER.c.date == day).order_by(LEDGER.c.source, LEDGER.c.section)
    return [_entry(row) for row in connection.execute(query).mappings()]


def recent(connection: Connection, days: int) -> list[Entry]:
    """The rows of the last days up to the newest date, and as far back as it takes to see a whole list of each source."""
    newest = newest_date(connection)
    if newest is None:
        return []
    whole = (
        select(func.max(LEDGER.c.date))
        .where(LEDGER.c.good_at.is_not(None), LEDGER.c.verdict != Verdict.QUIET.value)
        .group_by(LEDGER.c.source)
    )
    return entries(connection, min([newest - timedelta(days - 1), *connection.execute(whole).scalars()]))


def newest_date(connection: Connection) -> date | None:
    """The newest date in the ledger; None for an empty one."""
    return connection.execute(select(func.max(LEDGER.c.date))).scalar()


def newest_reading(connection: Connection) -> datetime | None:
    """When (UTC) a listing was read last; None before the first."""
    return connection.execute(select(func.max(LEDGER.c.read_at))).scalar()
