"""The order in which papers are told: the newest announced first, of one moment by id. The same on both databases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func

from models.papers import Paper
from models.tables import PAPERS


def moment() -> ColumnElement[datetime]:
    """When a paper was announced; without an announcement, when its first version came."""
    return func.coalesce(PAPERS.c.announced_at, PAPERS.c.published_at)


def moment_of(paper: Paper) -> datetime | None:
    """The same of a paper at hand."""
    return paper.announced_at or paper.published_at


def newest_first(connection: Connection) -> tuple[ColumnElement[Any], ...]:
    """What to order a query of papers by; those without a moment come last."""
    return moment().is_(None), moment().desc(), _by_bytes(connection)


def behind(connection: Connection, at: datetime | None, paper_id: str) -> ColumnElement[bool]:
    """The condition that a paper comes after the one with this moment and id."""
    later_id = _by_bytes(connection) > paper_id
    if at is None:
        return moment().is_(None) & later_id
    return moment().is_(None) | (moment() < at) | ((moment() == at) & later_id)


def _by_bytes(connection: Connection) -> ColumnElement[str]:
    """The id, ordered by its characters, not as in some language, as SQLite does anyway."""
    column = PAPERS.c.id
    return column if connection.dialect.name == "sqlite" else column.collate("C")
