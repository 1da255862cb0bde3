"""Which papers rules choose, and which of their terms chose them: many rules, many papers.

Each different leaf is answered once over all papers of a batch, as a bit set; a rule is then And, Or and Not
of such sets, which is a few instructions for a thousand papers. Reasons come from the same sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from models.papers import Paper
from models.topics.answers import Index, Told, held_since
from models.topics.columns import papers_in
from models.topics.postings import Postings
from models.topics.reasons import Evidence, Found
from models.topics.rules import Rule
from models.topics.tree import And, Node, Not, Number, Or, leaves

_BATCH = 2_000
"""Papers matched at a time: a bit set of more would be mostly zeros."""


class Match(NamedTuple):
    """A paper that a rule chooses, and why, for people.

    `since` (UTC) is when the counters first stood where the rule asks for, None for a rule of words alone: it
    chooses a paper from its announcement on. `evidence` is the rule's, `number` the paper's in it.
    """

    paper: Paper
    reason: str
    since: datetime | None = None
    evidence: Evidence = ()
    number: int = 0

    @property
    def found(self) -> tuple[Found, ...]:
        """The terms that made the rule true, never none, each once, in the order of the rule."""
        return tuple(found for found, papers in self.evidence if papers >> self.number & 1)


class Shelf:
    """Papers, made ready once to be asked by any number of rules."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self._indexes = [Index(papers[n : n + _BATCH]) for n in range(0, len(papers), _BATCH)]

    def matches(self, rules: Sequence[Rule]) -> list[list[Match]]:
        """For each rule its matches in the order of the papers."""
        chosen: list[list[Match]] = [[] for _ in rules]
        for index in self._indexes:
            asked = _Asked(index, rules)
            for rule, found in zip(rules, chosen, strict=True):
                found += asked.matches(rule)
        return chosen

    def count(self, rule: Rule) -> int:
        """How many papers a rule chooses."""
        return sum(_Asked(index, (rule,)).bits(rule.tree).bit_count() for index in self._indexes)

    @cached_property
    def papers(self) -> tuple[Paper, ...]:
        """The papers in their order."""
        return tuple(paper for index in self._indexes for paper in index.papers)

    @cached_property
    def postings(self) -> Postings:
        """The terms of the papers in their order, to rank them by; counted when they are asked for first."""
        columns = ((index.column("title"), index.column("abstract")) for index in self._indexes)
        return Postings(both for of in columns for both in zip(*(column.words for column in of), strict=True))


class _Asked:
    """A batch of papers that is asked by some rules, their phrases looked up together."""

    def __init__(self, index: Index, rules: Iterable[Rule]) -> None:
        self._index = index
        index.prepare(leaf for rule in rules for leaf in rule.leaves)

    def matches(self, rule: Rule) -> list[Match]:
        told = list(map(self._index.told, rule.leaves))
        chosen = _bits(rule.tree, iter(told), self._index.everything)
        if not chosen:
            return []
        evidence = self._evidence(rule.tree, chosen, told)
        reasons = _reasons(evidence)
        since = self._since(rule.tree, chosen) if rule.counts else {}
        papers = self._index.papers
        return [Match(papers[n], reasons[n], since.get(n), evidence, n) for n in papers_in(chosen)]

    def bits(self, node: Node) -> int:
        """The papers that make a node true."""
        return _bits(node, map(self._index.told, leaves(node)), self._index.everything)

    def _evidence(self, tree: Node, chosen: int, told: Iterable[Told]) -> Evidence:
        """What made the tree true for the papers that it chose; `told` are its leaves' answers, in their order."""
        collected: dict[int, tuple[Told, int]] = {}
        self._collect(tree, chosen, iter(told), collected)
        return [
            (found, here)
            for of_leaf, papers in collected.values()
            for found, holding in of_leaf.found
            if (here := holding & papers)
        ]

    def _collect(
        self, node: Node, chosen: int, told: Iterator[Told], collected: dict[int, tuple[Told, int]]
    ) -> None:
        """Adds, by leaf, the papers among those chosen for which it tells why the node is true."""
        if isinstance(node, And):
            for part in node.parts:
                self._collect(part, chosen, told, collected)
        elif isinstance(node, Or):
            for part in node.parts:
                true = chosen & self.bits(part) if isinstance(part, And) else chosen
                self._collect(part, true, told, collected)
        elif isinstance(node, Not):
            for _ in leaves(node):
                next(told)
        else:
            # Taken down though no paper has it here: else the order would depend on the other papers.
            of_leaf = next(told)
            first, papers = collected.get(of_leaf.number, (of_leaf, 0))
            collected[of_leaf.number] = first, papers | chosen

    def _since(self, node: Node, papers: int) -> dict[int, datetime]:
        """When papers first had the counters for a node that is true for them; without those that wait for none."""
        match node:
            case And():
                return self._last_of(node.parts, papers)
            case Or():
                return self._first_of(node.parts, papers)
            case Number():
                moments = ((n, held_since(node, self._index.papers[n])) for n in papers_in(papers))
                return {number: moment for number, moment in moments if moment}
            case _:
                return {}

    def _last_of(self, parts: Iterable[Node], papers: int) -> dict[int, datetime]:
        last: dict[int, datetime] = {}
        for part in parts:
            for number, moment in self._since(part, papers).items():
                last[number] = max(moment, last.get(number, moment))
        return last

    def _first_of(self, parts: Iterable[Node], papers: int) -> dict[int, datetime]:
        first: dict[int, datetime] = {}
        for part in parts:
            true = papers & self.bits(part)
            moments = self._since(part, true)
            for number in papers_in(true):
                if number in moments:
                    first[number] = min(moments[number], first.get(number, moments[number]))
                else:  # true without a counter: the other branches tell nothing more of it
                    first.pop(number, None)
                    papers ^= 1 << number
        return first


def _bits(node: Node, told: Iterator[Told], everything: int) -> int:
    """The papers that make a node true, from the answers of its leaves in their order."""
    if isinstance(node, And):
        chosen = everything
        for part in node.parts:
            chosen &= _bits(part, told, everything)
        return chosen
    if isinstance(node, Or):
        chosen = 0
        for part in node.parts:
            chosen |= _bits(part, told, everything)
        return chosen
    if isinstance(node, Not):
        return everything & ~_bits(node.part, told, everything)
    return next(told).papers


def _reasons(evidence: Evidence) -> dict[int, str]:
    """By the number of the paper, what was found in it."""
    reasons: dict[int, str] = {}
    for found, papers in evidence:
        text = found.text
        for number in papers_in(papers):
            before = reasons.get(number)
            reasons[number] = f"{before}; {text}" if before else text
    return reasons
