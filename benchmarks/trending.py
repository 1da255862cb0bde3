"""Which ranking finds at noon the papers that will be, or are, voted up most; and what `climbers` costs.

`python -m benchmarks.trending`
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import mean

from benchmarks.measuring import Work, medians, print_table
from benchmarks.voted import Recorded, gained, invented, recorded
from models.papers import Paper
from models.series import latest
from models.trending import climbers, score

RECORDED = Path(__file__).parents[2] / "shared" / "upstream" / "data"
"""Captures of real days, which lie beside some checkouts."""

PLACES = 10
ROUNDS = 5
DAYS, PER_DAY, MOMENTS_PER_DAY = 14, 100, 8

Ranking = Callable[[Paper, datetime], float]
Truth = Mapping[str, int]
"""The votes of the papers that are to be found, by id."""


def main() -> None:
    """Measures and prints."""
    if RECORDED.is_dir():
        _compare(recorded(RECORDED))
    else:
        print("No recorded votes lie beside this checkout: the rankings are not compared.\n")
    _time()


def _compare(given: Recorded) -> None:
    print(
        f"How many of the {PLACES} papers that should be found a ranking has among its first {PLACES}, on average.\n"
        "What it knows is what was captured by 12:00 UTC: the day's list of the morning, with its votes.\n"
        f"of the morning   the {PLACES} with most votes by the last capture, among the papers listed by then\n"
        "of the day       the same, among all papers of the day\n"
        f"of two days      the {PLACES} that gained most in the last 24 hours, among the papers of two days; all\n"
        "                 captures show that gain, the last capture alone does not\n"
    )
    tasks = {"of the morning": _morning, "of the day": _whole_day, "of two days": _two_days}
    found = {name: list(task(given)) for name, task in tasks.items()}
    rows = [
        [name, *(f"{mean(_share(ranking, *each) for each in found[task]):.3f}" for task in tasks)]
        for name, ranking in _RANKINGS.items()
    ]
    chances = (mean(min(1, PLACES / len(papers)) for papers, _, _ in found[task]) for task in tasks)
    rows.append(["by chance, of those known", *(f"{chance:.3f}" for chance in chances)])
    rows.append(["days", *(str(len(found[task])) for task in tasks)])
    print_table(("", *tasks), rows)
    print()


Task = tuple[Sequence[Paper], datetime, Truth]
"""The papers that are ranked, as of when, and what is to be found."""


def _morning(given: Recorded) -> Iterator[Task]:
    for day, ids in given.listed.items():
        yield _known(given, ids, _noon(day)), _noon(day), _final(given, ids)


def _whole_day(given: Recorded) -> Iterator[Task]:
    for day, ids in given.whole.items():
        listed = given.listed[day]
        yield _known(given, listed, _noon(day)), _noon(day), _final(given, {*ids, *listed})


def _two_days(given: Recorded) -> Iterator[Task]:
    for before, day in pairwise(given.listed):
        if day - before <= timedelta(days=3):  # over a weekend, not over the months without a recording
            papers = _known(given, {*given.listed[before], *given.listed[day]}, _noon(day))
            growth = {each.id: gained(each.observations, _noon(day), hours=24) for each in papers}
            yield papers, _noon(day), growth


def _known(given: Recorded, ids: Sequence[str] | set[str], at: datetime) -> list[Paper]:
    papers = (given.papers[paper_id] for paper_id in sorted(ids))
    return [
        replace(each, observations=tuple(seen for seen in each.observations if seen.at <= at))
        for each in papers
    ]


def _final(given: Recorded, ids: Sequence[str] | set[str]) -> Truth:
    return {paper_id: latest(given.papers[paper_id].observations, "votes") or 0 for paper_id in ids}


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _share(ranking: Ranking, papers: Sequence[Paper], at: datetime, truth: Truth) -> float:
    """Whoever has as many votes as the last of those to be found counts as found."""
    places = min(PLACES, len(truth))
    least = sorted(truth.values(), reverse=True)[places - 1]
    first = sorted(papers, key=lambda paper: (-ranking(paper, at), paper.id))[:places]
    return sum(truth[paper.id] >= least for paper in first) / places


def _votes(paper: Paper, at: datetime) -> int:
    return latest(paper.observations, "votes", at) or 0


def _announced(paper: Paper) -> datetime:
    return paper.announced_at or datetime.max.replace(tzinfo=UTC)


def _age(paper: Paper, at: datetime) -> float:
    """In hours."""
    return max(0.0, (at - _announced(paper)).total_seconds() / 3600)


def _score(paper: Paper, at: datetime) -> float:
    return score(paper.observations, _announced(paper), at)


def _score_by_day(paper: Paper, at: datetime) -> float:
    """As since May 2026, when the site tells no hours any more."""
    return score(paper.observations, datetime.combine(_announced(paper), time(), UTC), at)


def _score_of_last(paper: Paper, at: datetime) -> float:
    return score(paper.observations[-1:], _announced(paper), at)


def _hacker_news(paper: Paper, at: datetime) -> float:
    return math.pow(max(0, _votes(paper, at) - 1), 0.8) / math.pow(_age(paper, at) + 2, 1.8)


def _reddit(paper: Paper, at: datetime) -> float:
    return math.log10(max(1, _votes(paper, at))) - _age(paper, at) / 12.5


_RANKINGS: dict[str, Ranking] = {
    "Paper Round's score": _score,
    "  knowing the day of listing alone": _score_by_day,
    "  knowing the last capture alone": _score_of_last,
    "votes alone": _votes,
    "votes per hour": lambda paper, at: _votes(paper, at) / (_age(paper, at) + 0.5),
    "Hacker News' gravity": _hacker_news,
    "Reddit's hot": _reddit,
    "newest": lambda paper, at: -_age(paper, at),
}


def _time() -> None:
    print(
        f"CPU of `climbers` over {DAYS} days of {PER_DAY} papers, looked at {MOMENTS_PER_DAY} times a day,\n"
        f"median of {ROUNDS} rounds, beside sorting the papers by votes at each of these moments.\n"
    )
    rows = []
    for name, seldom in (("votes as real papers get them", True), ("new votes for all each time", False)):
        papers = invented(DAYS, PER_DAY, MOMENTS_PER_DAY, seldom)
        observations = sum(len(paper.observations) for paper in papers)
        contenders: dict[str, Work] = {
            "ours": partial(climbers, papers, papers[0].observations[0].at),
            "bare": partial(_sorted_by_votes, papers),
        }
        seconds = medians({each: partial(_given, work) for each, work in contenders.items()}, ROUNDS)
        ratio = seconds["ours"] / seconds["bare"]
        rows.append([name, f"{observations:,}", f"{seconds['ours']:.2f}", f"{ratio:.1f}"])
    print_table(("", "observations", "CPU s", "x sorting"), rows)


def _given(work: Work) -> Work:
    return work


def _sorted_by_votes(papers: Sequence[Paper]) -> list[list[str]]:
    changes: dict[datetime, list[tuple[str, int]]] = defaultdict(list)
    for paper in papers:
        for seen in paper.observations:
            changes[seen.at].append((paper.id, seen.votes or 0))
    votes: dict[str, int] = {}
    first = []
    for at in sorted(changes):
        votes |= changes[at]
        first.append(sorted(votes, key=lambda paper_id: -votes[paper_id])[:20])
    return first


if __name__ == "__main__":
    main()
