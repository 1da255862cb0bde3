"""How it stands with the database, by itself and by the calendars of the sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from feeds.condition import Condition
from feeds.web.library import Standing
from flows.steps.resources import clock
from models.freshness import freshness
from models.ledger import recent
from models.mail.bouncing import count_by_kind
from models.mail.outbox import counts
from models.mail.subscribers import count_by_standing
from models.mail.tally import letters
from models.matched import counts_since
from models.overdue import Calendar, Overdue, overdue
from models.paging import count_papers
from models.runs import failed_since, latest
from models.selection import installation
from models.verdicts import Entry

SHOWN_DAYS = 30
COUNTED_DAYS = 14
"""Of so many days the listings are counted by their verdicts."""
MATCHED_FOR = timedelta(days=7)
LETTERS_FOR = FAILED_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Watch:
    """By what it is told whether something is missing: the calendars of the sources, and the clock (aware UTC)."""

    calendars: Callable[[], Sequence[Calendar]] = tuple
    now: Callable[[], datetime] = field(default_factory=clock)


def condition_of(connection: Connection, watch: Watch) -> Condition:
    """How it stands with lists, runs and letters."""
    now = watch.now()
    ledger = recent(connection, SHOWN_DAYS)
    return Condition(
        at=now,
        ledger=ledger,
        freshness=freshness(ledger),
        overdue=_overdue(connection, ledger, watch.calendars(), now),
        runs=latest(connection),
        letters=letters(connection, now - LETTERS_FOR),
    )


def standing_of(connection: Connection, watch: Watch) -> Standing:
    """How the database stands as a whole."""
    now, calendars = watch.now(), watch.calendars()
    ledger = recent(connection, SHOWN_DAYS)
    newest = max((entry.date for entry in ledger), default=now.date())
    counted = [entry for entry in ledger if entry.date > newest - timedelta(days=COUNTED_DAYS)]
    missing = Counter(
        (each.listing.source, each.was_asked_for) for each in _overdue(connection, ledger, calendars, now)
    )
    return Standing(
        papers=count_papers(connection),
        # A source that has been silent for longer has its newest list all the same.
        newest={each.source: each.newest for each in freshness(ledger) if each.newest},
        listings=Counter((entry.source, entry.verdict.value) for entry in counted),
        settled=_settled(ledger),
        overdue={(each.name, was): missing[each.name, was] for each in calendars for was in (False, True)},
        runs=latest(connection),
        failed=failed_since(connection, now - FAILED_FOR),
        matches=counts_since(connection, now - MATCHED_FOR),
        subscribers={how.value: found for how, found in count_by_standing(connection).items()},
        deliveries={(kind.value, state.value): found for (kind, state), found in counts(connection).items()},
        bounces={kind.value: found for kind, found in count_by_kind(connection).items()},
    )


def _overdue(
    connection: Connection, ledger: Sequence[Entry], calendars: Sequence[Calendar], now: datetime
) -> list[Overdue]:
    _, installed_at = installation(connection)
    return overdue(ledger, calendars, now, installed_at)


def _settled(ledger: Sequence[Entry]) -> Mapping[tuple[str, str], datetime]:
    """When each section was last settled, by any of its listings."""
    found: dict[tuple[str, str], datetime] = {}
    for entry in ledger:
        if entry.good_at:
            key = (entry.source, entry.section)
            found[key] = max(entry.good_at, found.get(key, entry.good_at))
    return found
