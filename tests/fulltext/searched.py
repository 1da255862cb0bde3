"""What the tests of the search do: index, search page by page, and look through all papers instead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from models.database import reading, writing
from models.fulltext.search import Order, index_papers, search
from models.papers import Paper
from models.records import PaperRecord
from models.selection import by_ids
from models.tables import PAPERS
from models.topics.matching import Match
from models.topics.reasons import Found
from models.topics.rules import parse
from tests.models.invented import page
from tests.models.stored import read


def index(engine: Engine) -> int:
    """Brings the index up to date; how many papers it took in."""
    with writing(engine) as connection:
        return index_papers(connection)


def keep(engine: Engine, *given: PaperRecord) -> None:
    """Stores papers of one day and indexes them."""
    read(engine, page(*given))
    index(engine)


def found(engine: Engine, rule: str, most: int = 50, order: Order = "newest") -> list[str]:
    """The ids that a search gives, over all its pages."""
    with reading(engine) as connection:
        return [match.paper.id for match in all_pages(connection, rule, most, order)]


def all_pages(connection: Connection, rule: str, most: int = 50, order: Order = "newest") -> Iterator[Match]:
    """What a search gives, page after page."""
    seen: set[str] = set()
    cursor, is_first = None, True
    while is_first or cursor:
        given = search(connection, parse(rule), most, cursor, order)
        assert given.matches or is_first, "a page after the last"
        assert len(given.matches) == most or given.next is None
        for match in given.matches:
            assert match.paper.id not in seen
            seen.add(match.paper.id)
            yield match
        cursor, is_first = given.next, False


def all_papers(connection: Connection) -> list[Paper]:
    """Every stored paper, in the order of a search, read without any index."""
    ids = connection.execute(select(PAPERS.c.id)).scalars().all()
    return sorted(by_ids(connection, ids).values(), key=_place)


def value(match: Match) -> tuple[Paper, tuple[Found, ...], datetime | None]:
    """A match, to compare."""
    return match.paper, match.found, match.since


def _place(paper: Paper) -> tuple[bool, float, str]:
    moment = paper.announced_at or paper.published_at
    return moment is None, -moment.timestamp() if moment else 0, paper.id
