"""What the web app asks of the database: each question on a connection of its own, to read by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from feeds.condition import Condition
from feeds.web.library import Change, Found, Hit, Place, Standing
from flows.steps.following import followed
from flows.steps.paging import chosen, page
from flows.steps.standing import Watch, condition_of, standing_of
from models.database import reading, require_current, shown
from models.errors import DatabaseError
from models.fulltext.search import Cursor, search
from models.ledger import entries, newest_date
from models.paging import newest_papers, next_changed, next_revisions
from models.papers import Paper
from models.selection import by_ids, installation, listed_between
from models.topics.rules import Rule
from models.topics.topic import Topic
from models.verdicts import Entry

Topics = Callable[[], Sequence[Topic]]


ALONE = Watch()
"""Without a calendar nothing is missing."""
_TO_READ = "PRAGMA query_only = ON; PRAGMA cache_size = -8192;"  # kB, for each thread one


@contextmanager
def opened_library(url: str, topics: Topics, watch: Watch = ALONE) -> Iterator[Stored]:
    """A library over the database of a URL, which has to be there already; closed at the end.

    `topics` gives the topics as they are now; by `watch` it tells what is missing. Raises DatabaseError for a database that is not there, or not
    at this program's version. Nothing can be written through it.
    """
    with followed(url, _TO_READ) as engine:
        require_current(engine)
        yield Stored(engine, topics, watch)


@dataclass(frozen=True, slots=True)
class Stored:
    """The library of an engine: what feeds.web.library.Library promises. Raises DatabaseError."""

    engine: Engine
    topics: Topics
    watch: Watch = ALONE

    def paper(self, paper_id: str) -> Paper | None:
        """A paper with its whole history; None for an id that is not known."""
        with self._connection() as connection:
            return by_ids(connection, [paper_id]).get(paper_id)

    def papers(self, rule: Rule | None, day: date | None, most: int, before: Place | None) -> Found:
        """Papers that a rule chooses and that were first listed on a day, the newest announced first."""
        with self._connection() as connection:
            if rule is None:
                return page([Hit(paper) for paper in newest_papers(connection, day, most + 1, before)], most)
            if day is not None:
                return chosen(listed_between(connection, day, day), rule, most, before)
            found = search(connection, rule, most, Cursor(before.at, before.id, 0) if before else None)
            hits = tuple(Hit(match.paper, match.reason) for match in found.matches)
            return Found(hits, Place(found.next.at, found.next.id) if found.next else None)

    def changed_since(self, seq: int, most: int) -> Sequence[Paper]:
        """Papers whose content changed after a `seq`, in its order, at most so many."""
        with self._connection() as connection:
            return next_changed(connection, seq, most)

    def changes_since(self, seq: int, field: str, most: int) -> Sequence[Change]:
        """What changed after a `seq` and field, without enrichments, in the order of both, at most so many."""
        with self._connection() as connection:
            return [Change(*found) for found in next_revisions(connection, seq, field, most)]

    def ledger(self, days: int) -> Sequence[Entry]:
        """The ledger of so many days up to its newest, newest first."""
        with self._connection() as connection:
            return _ledger(connection, days)

    def installation(self) -> tuple[UUID, datetime]:
        """The identity of this installation, and when (aware UTC) its database was made."""
        with self._connection() as connection:
            return installation(connection)

    def standing(self) -> Standing:
        """How the database stands, for metrics."""
        with self._connection() as connection:
            return standing_of(connection, self.watch)

    def condition(self) -> Condition:
        """How it stands with lists, runs and letters now, for people."""
        with self._connection() as connection:
            return condition_of(connection, self.watch)

    def problems(self) -> Sequence[str]:
        """Why it cannot answer, a sentence each; none where it can."""
        try:
            require_current(self.engine)
        except DatabaseError as error:
            return (str(error),)
        return ()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        try:
            with reading(self.engine) as connection:
                yield connection
        except SQLAlchemyError as error:
            raise DatabaseError(f"cannot read the database {shown(self.engine)}") from error


def _ledger(connection: Connection, days: int) -> list[Entry]:
    newest = newest_date(connection)
    return entries(connection, newest - timedelta(days=days - 1)) if newest else []
