"""Asks the sites' own searches, once a day for each topic that has a text for them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from flows.sources.base import Fetch, Search, Source
from flows.sources.searching import read_search
from flows.steps.resources import Resources
from models.database import reading, writing
from models.records import Listing, Reading
from models.searches import answered, last_asked, section_of
from models.snapshots import keep
from models.store import store_found

logger = logging.getLogger(__name__)

MOST_SEARCHES = 100
"""Of one round: at a request a second that is two minutes, and no more than the pages that Hugging Face allows
in five (100 without an account), should its API fail. Rounds through the day ask for the rest."""

_REMEMBERED_FOR = timedelta(days=30)
"""For so long it is known who has waited longest."""


@dataclass(frozen=True, slots=True)
class Query:
    """What a site's search is asked for: the text of a topic, and the listing under which the answer is kept."""

    search: Search
    slug: str
    text: str
    listing: Listing


AskSearch = Callable[[Resources, Source, Query, Fetch], bool]
"""Asks and keeps the answer; gives whether there was one that could be used."""


def due_searches(resources: Resources, source: Source) -> list[Query]:
    """What a source's search is to be asked for now: the topics that have no answer of today (UTC).

    Those come first that have waited longest, so that with more topics than a day has room for each has its
    turn, and one whose text gets no answer stands in nobody's way.
    """
    search, topics = source.search, [topic for topic in resources.topics if topic.search]
    if search is None or not topics:
        return []
    today = resources.now().date()
    with reading(resources.engine) as connection:
        done = answered(connection, source.name, today)
        last = last_asked(connection, source.name, today - _REMEMBERED_FOR)
    queries = [
        Query(search, topic.slug, topic.search, Listing(source.name, section_of(topic.slug), today))
        for topic in topics
        if section_of(topic.slug) not in done
    ]
    return sorted(queries, key=lambda query: last.get(query.listing.section, 0))[:MOST_SEARCHES]


def search_all(
    resources: Resources,
    source: Source,
    queries: Sequence[Query],
    fetch: Fetch,
    ask: AskSearch | None = None,
) -> None:
    """Asks for one text after another, until one gets no answer: the site may have had enough of us.

    What is left, the next round asks for. Nothing of this is a row of the ledger.
    """
    for number, query in enumerate(queries, start=1):
        if not (ask or search_and_store)(resources, source, query, fetch):
            left = len(queries) - number
            others = f"; {left} more are left to the next round" if left else ""
            logger.warning("%s: no answer%s", query.listing, others)
            return


def search_and_store(resources: Resources, source: Source, query: Query, fetch: Fetch) -> bool:
    """Asks for one text, archives every answer, stores what it found; gives whether an answer could be used."""
    found = read_search(source, query.search, query.listing, query.text, fetch, resources.now())
    for problem in found.problems:
        logger.warning("%s: %s", query.listing, problem)
    keep_body = resources.archive.keep
    kept = [(answer, keep_body(answer.body) if answer.body else None) for answer in found.answers]
    with writing(resources.engine) as connection:
        settle_search(connection, found, keep(connection, found.listing, found.read_at, kept))
    if found.page is not None:
        logger.info("%s: %d papers found", query.listing, len(found.page.records))
    return found.page is not None


def settle_search(connection: Connection, found: Reading, reading_id: int) -> None:
    """Stores what a search has found, where an answer could be used."""
    if found.page is not None:
        store_found(connection, found.listing, found.page, reading_id, found.read_at)
