"""Which papers a topic has, in which order, and why: rankings by different means are voices, fused by place alone.

The voices are the rule, likeness and a site's own search. Another way to tell likeness, such as by embeddings,
is a `Ranker`: given to `choose` it is one more voice about the papers that come. Its scores are compared with
no others. `similar.similar` chooses from its ranking as from any.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models.papers import Paper
from models.topics.matching import Match, Shelf
from models.topics.meaning import left_out, rank
from models.topics.similar import FEWEST_MATCHED, Similar, similar
from models.topics.topic import Topic

LAST_SEARCHED = 30
"""The rank to which a site's search counts: it has no cut of its own, and drifts."""
MOST_SEARCHED_A_DAY, LAST_ALONE = 3, 10
"""So many papers of a day come because a site's search alone has found them, and from no later place."""

_DAMPING = 60
"""k of reciprocal rank fusion, as measured by Cormack, Clarke and Büttcher (SIGIR 2009)."""


Ranker = Callable[[Topic, Sequence[Paper], Sequence[Paper]], Sequence[Similar]]
"""Ranks the papers of a shelf, for which it was made ready, by how like a topic, its examples and not its
counterexamples they are, the best first; it may leave some out."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A paper of a topic: why it is there, for people, and since when (UTC; None: since its announcement)."""

    paper: Paper
    reason: str
    score: float
    since: datetime | None = None


def choose(
    topic: Topic,
    shelf: Shelf,
    matches: Sequence[Match],
    examples: Mapping[str, Paper],
    searched: Mapping[str, int],
    rankers: Sequence[Ranker] = (),
) -> list[Choice]:
    """The papers of a topic, the best first: what its rule chose, what is like it, what a site's search found.

    `matches` are all that its rule chose from the shelf, `examples` the papers by id, on the shelf or not, that
    it may name as like or unlike, `searched` the ranks of papers in the search. Those of `unlike` come by the
    rule alone.
    """
    likeness = topic.likeness
    voices: list[Sequence[Similar]] = []
    alike: list[Similar] = []
    if likeness:
        like, unlike = (_named(ids, examples) for ids in (likeness.like, likeness.unlike))
        voices = [rank(topic, shelf, like, unlike), *(ranker(topic, like, unlike) for ranker in rankers)]
        matched = {match.paper.id for match in matches}
        if like or topic.rule is None or len(matched) >= FEWEST_MATCHED:
            # Else nothing is known to belong, and the best of what does not would come.
            alike = similar(likeness, voices[0], matched, left_out(topic, shelf, like, unlike))
    never = likeness.unlike if likeness else ()
    coming = {match.paper.id for match in matches} | {each.paper.id for each in alike}
    found = _found([paper for paper in shelf.papers if paper.id not in never], searched, coming)
    return ranked(matches, alike, found, voices)


def ranked(
    matches: Sequence[Match],
    alike: Sequence[Similar],
    found: Sequence[tuple[int, Paper]],
    voices: Iterable[Sequence[Similar]],
) -> list[Choice]:
    """All of these papers, each once, by the fusion of their rankings.

    `found` are papers with their ranks in a site's search. Of `voices`, which are rankings of likeness, only
    papers count that come anyway.
    """
    papers: dict[str, Paper] = {}
    reasons: dict[str, list[str]] = defaultdict(list)
    for paper, reason in (
        *((match.paper, match.reason) for match in matches),
        *((each.paper, str(each)) for each in alike),
        *((paper, f"rank {place} in Hugging Face's own search") for place, paper in found),
    ):
        papers[paper.id] = paper
        reasons[paper.id].append(reason)
    since = {match.paper.id: match.since for match in matches}
    fused = fuse(
        by_rule(matches),
        *([each.paper.id for each in voice if each.paper.id in papers] for voice in voices),
        [paper.id for _, paper in found],
    )
    return [Choice(papers[each], "; ".join(reasons[each]), score, since.get(each)) for each, score in fused]


def by_rule(matches: Iterable[Match]) -> list[str]:
    """The ids of a rule's matches: most of its terms first, then most of them in the title, then the newest."""
    return [match.paper.id for match in sorted(matches, key=_place)]


def _place(match: Match) -> tuple[int, int, float, str]:
    found, paper = match.found, match.paper
    in_title = sum("title" in each.places for each in found)
    newest = paper.announced_at.timestamp() if paper.announced_at else 0.0
    return -len(found), -in_title, -newest, paper.id


def fuse(*rankings: Sequence[str]) -> list[tuple[str, float]]:
    """Ids by reciprocal rank fusion, the best first, equal ones in their own order.

    The score is the sum of 1 / (60 + place) over the rankings that name the id, by its first place in each.
    """
    scores: dict[str, float] = defaultdict(float)
    for ranking in rankings:
        for place, each in enumerate(dict.fromkeys(ranking), start=1):
            scores[each] += 1 / (_DAMPING + place)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def _found(
    papers: Iterable[Paper], searched: Mapping[str, int], coming: Collection[str]
) -> list[tuple[int, Paper]]:
    """What a search has found of papers, by rank: those that come anyway, and of each day a few others."""
    found = []
    others: Counter[date] = Counter()
    ranks = ((searched[paper.id], paper) for paper in papers if paper.id in searched)
    for place, paper in sorted(ranks, key=lambda pair: (pair[0], pair[1].id)):
        if place > LAST_SEARCHED:
            break
        if paper.id not in coming:
            day = paper.first_listed
            if day is None or place > LAST_ALONE or others[day] == MOST_SEARCHED_A_DAY:
                continue
            others[day] += 1
        found.append((place, paper))
    return found


def _named(ids: Iterable[str], examples: Mapping[str, Paper]) -> list[Paper]:
    return [examples[each] for each in ids if each in examples]
