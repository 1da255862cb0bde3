"""The history of the topics' rules: what each asked for, and since when.

It cannot be replayed from the snapshots, so no replay empties it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from models.tables import RULES
from models.topics.topic import Topic


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """A topic's rule as it was written, and since when (UTC) it has been understood in this way.

    `version` counts a topic's rules from 1; `digest` is that of the rule as it is understood.
    """

    slug: str
    version: int
    digest: str
    rule: str
    since: datetime


def keep_rules(connection: Connection, topics: Iterable[Topic], now: datetime) -> list[RuleVersion]:
    """Notes each rule that means something else than the newest known one of its topic; gives those.

    A rule that is only written otherwise is no new version. Topics that have no rule, or are gone, keep the
    versions that they had.
    """
    known = rule_versions(connection)
    written = [found for topic in topics if (found := _new_version(topic, known.get(topic.slug), now))]
    if written:
        connection.execute(insert(RULES), [asdict(version) for version in written])
    return written


def rule_versions(connection: Connection) -> Mapping[str, RuleVersion]:
    """The newest version of each topic's rule, by slug; topics that are gone included."""
    newest = (
        select(RULES.c.slug, func.max(RULES.c.version).label("version")).group_by(RULES.c.slug).subquery()
    )
    query = select(RULES).join(
        newest, (RULES.c.slug == newest.c.slug) & (RULES.c.version == newest.c.version)
    )
    return {row["slug"]: RuleVersion(**row) for row in connection.execute(query).mappings()}


def _new_version(topic: Topic, known: RuleVersion | None, now: datetime) -> RuleVersion | None:
    rule = topic.rule
    if rule is None or (known and known.digest == rule.digest):
        return None
    return RuleVersion(topic.slug, known.version + 1 if known else 1, rule.digest, rule.source, now)
