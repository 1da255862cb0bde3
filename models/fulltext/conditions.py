"""What a rule asks of counters and qualities, as conditions on the rows of `papers`.

As with the full-text index, they may let more papers through than the rule chooses, never fewer.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, cast, exists

from models.papers import Weight
from models.tables import OBSERVATIONS, PAPERS, REVISIONS
from models.topics.tree import And, Flag, Node, Number, Quality


def conditions(tree: Node) -> list[ColumnElement[bool]]:
    """Conditions that each paper meets which a rule chooses; those of a rule that is an OR are left out."""
    parts = tree.parts if isinstance(tree, And) else (tree,)
    return [
        _counted(part) if isinstance(part, Number) else _has(part.quality)
        for part in parts
        if isinstance(part, Number | Flag)
    ]


def _counted(number: Number) -> ColumnElement[bool]:
    stands, observed = PAPERS.c[number.metric], OBSERVATIONS.c[number.metric]
    if number.hours is not None:
        return stands.is_not(None)
    if not number.at_least:
        return stands <= number.value
    has_stood = exists().where(OBSERVATIONS.c.paper_id == PAPERS.c.id, observed >= number.value)
    return (stands >= number.value) | has_stood


def _has(quality: Quality) -> ColumnElement[bool]:
    match quality:
        case "code" | "project":
            return cast(PAPERS.c.links, String()).contains(f'"{quality}"')
        case "doi":
            return PAPERS.c.doi != ""
        case "withdrawn":
            return PAPERS.c.withdrawn
        case "revised":
            return exists().where(
                REVISIONS.c.paper_id == PAPERS.c.id, REVISIONS.c.weight == Weight.NOTICED.value
            )
