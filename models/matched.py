"""What each topic's rule chooses of all stored papers, kept so that nothing is asked twice.

A rule chooses a paper by that paper alone. So after a round only the papers that it may have touched are
looked at again, and a rule that is new or edited is searched for once. By meaning, and by a site's own
search, topics choose among the papers of their window; that is not kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, insert, literal, select, update

import models.topics
from models.database import among
from models.fulltext.search import search
from models.selection import by_ids
from models.tables import APPEARANCES, MATCHED, MATCHES, PAPERS
from models.topics.matching import Match, Shelf
from models.topics.rules import Rule
from models.topics.topic import Topic
from models.touched import NOTHING_YET, Mark, mark, touched

_AT_ONCE = 1_000
_TOGETHER = 100
"""More new rules than that are asked of all papers at once: each search reads its papers, the same ones many times."""
_SLACK = timedelta(days=2)
"""A mailing bears the date of the day after the evening that announces it; only the date is indexed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A paper that a topic's rule chooses: when (aware UTC) it came into the topic's feed, and why.

    `seq` is the paper's own: with it, these tell all that an entry of the paper depends on but its counters.
    """

    paper_id: str
    seq: int
    came_at: datetime
    reason: str


class Moved(NamedTuple):
    """Where something came, went or changed: a topic, and the moment at which the paper stands there."""

    slug: str
    came_at: datetime


def keep_matches(connection: Connection, topics: Sequence[Topic]) -> set[Moved]:
    """Brings the kept matches up to the papers and rules of now; gives where that changed anything.

    The index for the search should be up to date: what it lacks is looked through one by one.
    """
    rules = {topic.slug: topic.rule for topic in topics if topic.rule}
    known = _known(connection)
    now = mark(connection)
    kept = {
        slug: at for slug, (digest, at) in known.items() if slug in rules and _digest(rules[slug]) == digest
    }
    moved = _forget(connection, known.keys() - kept.keys())
    for at in set(kept.values()) - {now}:
        asked = {slug: rules[slug] for slug in kept if kept[slug] == at}
        moved |= _look_again(connection, asked, at)
    new = {slug: rule for slug, rule in rules.items() if slug not in kept}
    if len(new) > _TOGETHER:
        moved |= _look_again(connection, new, NOTHING_YET)
    else:
        for slug, rule in new.items():
            moved |= _search(connection, slug, rule)
    _note(connection, new, now)
    return moved


def matches_of(connection: Connection, slug: str, since: datetime, before: datetime) -> list[Kept]:
    """What a topic's rule chose of the papers that came in a time, the earliest first, then by id."""
    columns = MATCHES.c
    query = (
        select(columns.paper_id, PAPERS.c.seq, columns.came_at, columns.reason)
        .join_from(MATCHES, PAPERS, PAPERS.c.id == columns.paper_id)
        .where(columns.slug == slug, columns.came_at >= since, columns.came_at < before)
        .order_by(columns.came_at, columns.paper_id)
    )
    return [Kept(*row) for row in connection.execute(query)]


def announced(connection: Connection, since: datetime, before: datetime) -> list[Kept]:
    """All papers that were announced in a time, as if a rule had chosen them without a reason, in the same order."""
    columns = PAPERS.c
    query = (
        select(columns.id, columns.seq, columns.announced_at, literal(""))
        .where(columns.announced_at >= since, columns.announced_at < before)
        .where(columns.first_listed >= since.date() - _SLACK, columns.first_listed <= before.date() + _SLACK)
        .order_by(columns.announced_at, columns.id)
    )
    return [Kept(*row) for row in connection.execute(query)]


def first_match(connection: Connection, slug: str) -> datetime | None:
    """When (aware UTC) the earliest paper came into a topic's feed; None where none has."""
    query = select(MATCHES.c.came_at).where(MATCHES.c.slug == slug).order_by(MATCHES.c.came_at).limit(1)
    return connection.execute(query).scalar()


def first_announced(connection: Connection) -> datetime | None:
    """When (aware UTC) about the earliest paper was announced; None where none was."""
    first = connection.execute(select(func.min(PAPERS.c.first_listed))).scalar()
    return datetime.combine(first, time(), UTC) - _SLACK if first else None


def topics_of(connection: Connection, ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """By paper the slugs of the topics whose rules choose it, in their order; papers that none chooses are left out."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    query = select(MATCHES.c.paper_id, MATCHES.c.slug).where(among(connection, MATCHES.c.paper_id, ids))
    for paper_id, slug in connection.execute(query.order_by(MATCHES.c.slug)):
        found[paper_id].append(slug)
    return {paper_id: tuple(slugs) for paper_id, slugs in found.items()}


def counts_since(connection: Connection, since: datetime) -> dict[str, int]:
    """How many papers the rule of each topic brought into its feed from a moment (aware UTC) on, in the order of slugs."""
    is_new = (MATCHES.c.slug == MATCHED.c.slug) & (MATCHES.c.came_at >= since)
    query = select(MATCHED.c.slug, func.count(MATCHES.c.paper_id)).join_from(
        MATCHED, MATCHES, is_new, isouter=True
    )
    found = connection.execute(query.group_by(MATCHED.c.slug).order_by(MATCHED.c.slug))
    return {row[0]: row[1] for row in found}


def moved_with(connection: Connection, ids: Sequence[str]) -> set[Moved]:
    """Where in topics any of these papers stand."""
    query = select(MATCHES.c.slug, MATCHES.c.came_at).where(among(connection, MATCHES.c.paper_id, ids))
    return {Moved(*row) for row in connection.execute(query)}


def announced_with(connection: Connection, ids: Sequence[str]) -> set[datetime]:
    """When (aware UTC) any of these papers were announced; and the days (midnight) of all lists that name them.

    An earlier list that is read later takes an announcement over: it stood on the day of another one before.
    """
    query = select(PAPERS.c.announced_at).where(among(connection, PAPERS.c.id, ids)).distinct()
    places = select(APPEARANCES.c.date).where(among(connection, APPEARANCES.c.paper_id, ids)).distinct()
    days = {datetime.combine(day, time(), UTC) for day in connection.execute(places).scalars()}
    return days | {at for at in connection.execute(query).scalars() if at}


def _digest(rule: Rule) -> str:
    """What tells a rule from others, and from itself as another version of the program understands it."""
    return f"{rule.digest} {_understanding()}"


@cache
def _understanding() -> str:
    """A digest of all that decides what a rule chooses."""
    folder = Path(models.topics.__file__).parent
    return sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.py")))).hexdigest()[:12]


def _known(connection: Connection) -> dict[str, tuple[str, Mark]]:
    return {row.slug: (row.digest, Mark(row.seq, row.reading)) for row in connection.execute(select(MATCHED))}


def _forget(connection: Connection, slugs: Collection[str]) -> set[Moved]:
    """Drops all that is kept for topics that are gone, or whose rule is another one now."""
    if not slugs:
        return set()
    given = sorted(slugs)
    moved = _delete(connection, among(connection, MATCHES.c.slug, given))
    connection.execute(delete(MATCHED).where(among(connection, MATCHED.c.slug, given)))
    return moved


def _look_again(connection: Connection, rules: Mapping[str, Rule], since: Mark) -> set[Moved]:
    moved: set[Moved] = set()
    ids = touched(connection, since)
    for start in range(0, len(ids), _AT_ONCE):
        batch = ids[start : start + _AT_ONCE]
        shelf = Shelf(list(by_ids(connection, batch).values()))
        found = dict(zip(rules, shelf.matches(list(rules.values())), strict=True))
        now = {(slug, row.paper_id): row for slug in found for row in _rows(found[slug])}
        before = _stored(connection, batch, rules.keys())
        gone = [key for key, row in before.items() if now.get(key) != row]
        new = {key: row for key, row in now.items() if before.get(key) != row}
        for slug, paper_id in gone:
            here = (MATCHES.c.slug == slug) & (MATCHES.c.paper_id == paper_id)
            moved |= _delete(connection, here)
        moved |= _insert(connection, [(slug, row) for (slug, _), row in new.items()])
    return moved


def _search(connection: Connection, slug: str, rule: Rule) -> set[Moved]:
    moved: set[Moved] = set()
    page = search(connection, rule, _AT_ONCE)
    while True:
        moved |= _insert(connection, [(slug, row) for row in _rows(page.matches)])
        if page.next is None:
            return moved
        page = search(connection, rule, _AT_ONCE, page.next)


class _Row(NamedTuple):
    paper_id: str
    came_at: datetime
    reason: str


def _rows(matches: Sequence[Match]) -> Iterator[_Row]:
    """A paper that no listing has announced has no date to stand under in a feed, and is left out."""
    for match in matches:
        if announced_at := match.paper.announced_at:
            yield _Row(match.paper.id, max(announced_at, match.since or announced_at), match.reason)


def _stored(
    connection: Connection, ids: Sequence[str], slugs: Collection[str]
) -> dict[tuple[str, str], _Row]:
    rows = connection.execute(select(MATCHES).where(among(connection, MATCHES.c.paper_id, ids)))
    return {
        (row.slug, row.paper_id): _Row(row.paper_id, row.came_at, row.reason)
        for row in rows
        if row.slug in slugs
    }


def _insert(connection: Connection, rows: Sequence[tuple[str, _Row]]) -> set[Moved]:
    if rows:
        connection.execute(insert(MATCHES), [{"slug": slug, **row._asdict()} for slug, row in rows])
    return {Moved(slug, row.came_at) for slug, row in rows}


def _delete(connection: Connection, these: ColumnElement[bool]) -> set[Moved]:
    columns = MATCHES.c
    moved = {Moved(*row) for row in connection.execute(select(columns.slug, columns.came_at).where(these))}
    connection.execute(delete(MATCHES).where(these))
    return moved


def _note(connection: Connection, new: Mapping[str, Rule], now: Mark) -> None:
    if new:
        rows = [{"slug": slug, "digest": _digest(rule), **now._asdict()} for slug, rule in new.items()]
        connection.execute(insert(MATCHED), rows)
    behind = (MATCHED.c.seq != now.seq) | (MATCHED.c.reading != now.reading)
    connection.execute(update(MATCHED).where(behind).values(**now._asdict()))
