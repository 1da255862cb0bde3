"""Since when papers are known to us, which is not when they were announced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from models.database import among
from models.searches import listed
from models.tables import APPEARANCES


def known_since(connection: Connection, ids: Sequence[str]) -> Mapping[str, datetime]:
    """By paper, when (aware UTC) a listing first named it to us; papers that none has named are left out."""
    columns = APPEARANCES.c
    query = (
        select(columns.paper_id, func.min(columns.first_seen_at))
        .where(among(connection, columns.paper_id, ids), listed())
        .group_by(columns.paper_id)
    )
    return dict(connection.execute(query).tuples().all())
