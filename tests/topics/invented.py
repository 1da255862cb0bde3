"""What the tests of this folder ask: invented papers, by rules as people write them."""

from __future__ import annotations

from collections.abc import Sequence

from models.papers import Paper
from models.topics.matching import Match, Shelf
from models.topics.rules import parse
from tests.feeds.invented import paper


def titled(title: str, abstract: str = "") -> Paper:
    """A paper of these words, and of nothing else that a rule could find."""
    return paper(
        title=title,
        abstract=abstract,
        authors=(),
        categories=(),
        links={},
        organization="",
        votes=None,
        appearances=(),
    )


def chosen(rule: str, papers: Sequence[Paper]) -> list[Match]:
    """What a rule chooses among papers."""
    (found,) = Shelf(papers).matches([parse(rule)])
    return found


def why(rule: str, given: Paper) -> str | None:
    """The reason for which a rule chooses a paper; None where it does not."""
    found = chosen(rule, [given])
    return found[0].reason if found else None
