"""Reads what is due of every source, and stores what that gives."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from feeds.site.words import count
from flows.sources.base import Fetch, Source
from flows.sources.client import Validators
from flows.sources.detailing import read_details
from flows.sources.reading import read
from flows.steps.resources import Get, Resources
from flows.steps.searching import AskSearch, due_searches, search_all
from flows.steps.telling import as_sentence
from models.database import reading, writing
from models.errors import ArchiveError, UsageError
from models.gaps import lacking
from models.ledger import entries, is_settled, record
from models.records import BAD, SETTLED, Answer, Listing, Outcome, Reading
from models.snapshots import Snapshot, keep, latest
from models.store import enrich, store
from models.verdicts import Entry, due_days, judge, stated

logger = logging.getLogger(__name__)

ReadListing = Callable[[Resources, Source, Listing, Fetch], Sequence[Entry]]

Choose = Callable[[Resources, Source], Sequence[Listing]]
"""Which listings of a source a run reads."""


def ingest(
    resources: Resources,
    names: Sequence[str] | None = None,
    choose: Choose | None = None,
    read_listing: ReadListing | None = None,
    ask_search: AskSearch | None = None,
) -> list[Entry]:
    """Reads the listings that are chosen (else those that are due) and gives their rows of the ledger.

    A listing that cannot be read stops no other; its row says what was wrong. Where nothing is chosen, what is
    due of the sites' own searches comes after the listings of each; it has no rows.
    """
    found: list[Entry] = []
    for source in resources.chosen(names):
        listings = (choose or due_listings)(resources, source)
        queries = due_searches(resources, source) if choose is None else []
        if not listings and not queries:
            continue
        with resources.visit(source) as get:
            fetch = conditional(resources, get)
            for listing in listings:
                rows = (read_listing or read_and_store)(resources, source, listing, fetch)
                found += rows
                for row in rows:
                    fill_in(resources, source, row, fetch)
            search_all(resources, source, queries, fetch, ask_search)
    return found


def fill_in(resources: Resources, source: Source, row: Entry, fetch: Fetch) -> None:
    """Asks for what a listing that was read lacks of its papers, where the source has that elsewhere.

    What cannot be had is asked for again when the listing is read again: it is worth a warning, not a verdict.
    """
    if source.details is None or not row.parsed:
        return
    if source.details.harvest(row.listing, resources.now()) is None:
        return  # it is too early
    with reading(resources.engine) as connection:
        ids = lacking(connection, row.listing)
    found = read_details(source.details, row.listing, ids, fetch, resources.now())
    for problem in found.problems:
        logger.warning("%s: details: %s", row.listing, problem)
    if found.answers:
        had = len(found.page.records) if found.page else 0
        logger.info("%s: details of %s, of %d that lacked them", row.listing, count(had, "paper"), len(ids))
        kept = _archived_answers(resources, found)
        with writing(resources.engine) as connection:
            settle_details(connection, found, keep(connection, found.listing, found.read_at, kept))


def settle_details(connection: Connection, found: Reading, reading_id: int) -> None:
    """Stores what a reading tells of papers that are known."""
    if found.page is not None:
        enrich(connection, found.listing, found.page, reading_id, found.read_at)


def due_listings(resources: Resources, source: Source) -> list[Listing]:
    """What is due of a source now: today, what is missing, what is to be read once more; oldest first."""
    today = resources.now().date()
    with reading(resources.engine) as connection:
        known = entries(connection, source=source.name)
    listings: list[Listing] = []
    for section in source.sections:
        rows = {entry.date: entry for entry in known if entry.section == section}
        days = due_days(rows, today, source.reread_after_days)
        listings += [Listing(source.name, section, due) for due in days]
    standing = [Listing(source.name, section, source.start(section, today)) for section in source.standing]
    return sorted(listings, key=lambda listing: listing.date) + standing


def unsettled(choose: Choose = due_listings) -> Choose:
    """Chooses, of what another chooses, the listings that no reading has settled yet."""

    def choose_unsettled(resources: Resources, source: Source) -> Sequence[Listing]:
        with reading(resources.engine) as connection:
            known = entries(connection, source=source.name)
        settled = {entry.listing for entry in known if entry.verdict in SETTLED}
        return [listing for listing in choose(resources, source) if listing not in settled]

    return choose_unsettled


def of_day(day: date) -> Choose:
    """Chooses the listings of one day."""
    return between(day, day)


def between(first: date, last: date, *, unread_only: bool = False) -> Choose:
    """Chooses the listings of a range of days, both included, oldest first.

    With `unread_only` those are left out whose last reading has settled them for good.
    """

    def choose(resources: Resources, source: Source) -> Sequence[Listing]:
        check_days(first, last, resources.now().date())
        listings = source.listings_between(first, last, resources.now())
        if not unread_only:
            return listings
        with reading(resources.engine) as connection:
            known = entries(connection, since=first.replace(day=1), source=source.name)
        done = {entry.listing for entry in known if is_done(entry, source)}
        return [listing for listing in listings if listing not in done]

    return choose


def check_days(first: date, last: date, today: date) -> None:
    """Raises UsageError for a range that is turned round, or that ends after today (UTC)."""
    if last > today:
        raise UsageError(f"{last} is not yet: today is {today} (UTC)")
    if first > last:
        raise UsageError(f"{first} is after {last}")


def is_done(entry: Entry, source: Source) -> bool:
    """Whether a listing is settled for good: where the site adds to a day's list, by a reading after the day."""
    is_final = not source.reread_after_days or entry.read_at.date() > entry.date
    return entry.verdict in SETTLED and is_final


def conditional(resources: Resources, get: Get) -> Fetch:
    """A fetch that asks only for what has changed: what a site says is the same comes from the archive."""

    def fetch(url: str) -> Answer:
        with reading(resources.engine) as connection:
            kept = latest(connection, url)
        body = _archived(resources, kept)
        if kept is None or body is None:
            return get(url, None)
        validators = Validators(kept.headers.get("etag", ""), kept.headers.get("last-modified", ""))
        answer = get(url, validators)
        return replace(answer, body=body) if answer.status == 304 else answer

    return fetch


def _archived(resources: Resources, kept: Snapshot | None) -> bytes | None:
    if kept is None or kept.content_hash is None:
        return None
    try:
        return resources.archive.load(kept.content_hash)
    except ArchiveError as error:
        logger.warning("%s; asking for the whole page again", error)
        return None


def read_and_store(resources: Resources, source: Source, listing: Listing, fetch: Fetch) -> list[Entry]:
    """Reads one listing, archives every answer, stores what it gives: all of it or, at a kill, nothing."""
    found = read(source, listing, fetch, resources.now())
    kept = _archived_answers(resources, found)
    with writing(resources.engine) as connection:
        reading_id = keep(connection, listing, found.read_at, kept)
        rows = settle(connection, source, found, reading_id)
    for row in rows:
        logger.log(logging.WARNING if row.verdict in BAD else logging.INFO, "%s", as_sentence(row))
    return rows


def _archived_answers(resources: Resources, found: Reading) -> list[tuple[Answer, str | None]]:
    """The answers of a reading, each with the hash under which its body is in the archive."""
    keep_body = resources.archive.keep
    return [(answer, keep_body(answer.body) if answer.body else None) for answer in found.answers]


def settle(connection: Connection, source: Source, found: Reading, reading_id: int) -> list[Entry]:
    """Stores the papers of a reading and writes its rows of the ledger, which it gives."""
    outcome = Outcome()
    if found.page is not None:
        outcome = store(connection, stated(found), found.page, reading_id, found.read_at)
    judged = judge(found, source.expects(found.listing, found.read_at), outcome)
    rows = [row for row in judged if _counts(connection, found.listing, row)]
    for row in rows:
        record(connection, row)
    return rows


def _counts(connection: Connection, asked: Listing, row: Entry) -> bool:
    """Whether a row is written: doubts of an answer that came for another day unsettle nothing of its own.

    So a feed, which never is the whole, says nothing of yesterday's listing that was read whole.
    """
    return row.listing == asked or row.verdict in SETTLED or not is_settled(connection, row.listing)
