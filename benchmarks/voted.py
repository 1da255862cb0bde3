"""Papers with series of votes: those recorded of Hugging Face's daily lists, and invented ones of any size."""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from models.papers import Observation, Paper
from models.series import added

Counts = Mapping[datetime, int]

_PAGE_OF_DAY = "/papers"
_MONDAY, _SUNDAY = 0, 6


@dataclass(frozen=True, slots=True)
class Recorded:
    """The papers of recorded days with every capture of their votes.

    `listed` holds the papers of a day's list as of the morning, at 7 to 9 o'clock UTC, `whole` those that its
    page had when the day was over, for the days of which that was captured.
    """

    papers: Mapping[str, Paper]
    listed: Mapping[date, Sequence[str]]
    whole: Mapping[date, Sequence[str]]


def recorded(folder: Path) -> Recorded:
    """What the folder of recordings holds; see the README files there."""
    captures = list(_lines(folder / "pages" / "series" / "page_snapshots_2025-04_2026-05.jsonl.gz"))
    entries = {path.name[:10]: json.loads(gzip.decompress(path.read_bytes())) for path in _days(folder)}
    listed = {date.fromisoformat(day): [each["paper"]["id"] for each in entries[day]] for day in entries}
    announced: dict[str, datetime] = {}
    for each in (entry["paper"] for day in entries.values() for entry in day):
        announced.setdefault(each["id"], datetime.fromisoformat(each["submittedOnDailyAt"]))
    whole = {day: ids for day, ids in map(_whole_day, captures) if day in listed}
    for day, ids in whole.items():
        for paper_id in ids:  # of papers that came later in the day nobody recorded when
            announced.setdefault(paper_id, datetime.combine(day, time(12), UTC))
    counts = _counts(folder, captures)
    papers = {paper_id: paper(paper_id, at, counts[paper_id]) for paper_id, at in announced.items()}
    return Recorded(papers, listed, whole)


def gained(observations: Sequence[Observation], at: datetime, hours: float) -> int:
    """The votes that captures show to have come within the hours up to a moment."""
    begin = at - timedelta(hours=hours)
    return sum(amount for _, moment, amount in added(observations, "votes") if begin < moment <= at)


def invented(days: int, per_day: int, moments_per_day: int, seldom: bool) -> list[Paper]:
    """Papers of consecutive days that are looked at so many times a day until the last.

    `seldom` lets them gather votes as real ones do: most get few, and most of those on the first day.
    Otherwise each gets one or more at every moment.
    """
    chance = random.Random(4)
    gap = timedelta(days=1) / moments_per_day
    first = datetime(2026, 1, 5, tzinfo=UTC)
    found = []
    for number in range(days * per_day):
        begin = number // per_day * moments_per_day
        final = chance.lognormvariate(1.8, 1.5)
        votes, counts = 0, dict[datetime, int]()
        for nth in range(begin, days * moments_per_day):
            age = (nth - begin + 0.5) * gap
            gathered = int(final * (1 - 2 ** (-age / timedelta(hours=12))))
            votes = gathered if seldom else votes + chance.randint(1, 3)
            counts[first + (nth + 0.5) * gap] = votes
        found.append(paper(f"2601.{number:05}", first + begin * gap, counts))
    return found


def paper(paper_id: str, announced_at: datetime, counts: Counts) -> Paper:
    """A paper with what the store would hold of its votes: where they changed, and no more."""
    observations: list[Observation] = []
    for at, votes in sorted(counts.items()):
        if not observations or observations[-1].votes != votes:
            observations.append(Observation(at, votes, None, None))
    return Paper(
        id=paper_id,
        seq=1,
        title="",
        abstract="",
        authors=(),
        first_listed=announced_at.date(),
        announced_at=announced_at,
        updated_at=announced_at,
        observations=tuple(observations),
    )


def _days(folder: Path) -> list[Path]:
    return sorted((folder / "hf").glob("*.json.gz"))


def _counts(folder: Path, captures: Sequence[dict[str, Any]]) -> dict[str, dict[datetime, int]]:
    counts: dict[str, dict[datetime, int]] = defaultdict(dict)
    for line in _lines(folder / "hf" / "votes.jsonl.gz"):
        counts[line["id"]] |= {datetime.fromisoformat(at): votes for at, votes in line["t"]}
    for capture in captures:
        at = datetime.fromisoformat(capture["fetched_at"])
        for paper_id, votes in capture["papers"]:
            counts[paper_id][at] = votes
    return counts


def _whole_day(capture: dict[str, Any]) -> tuple[date | None, list[str]]:
    """Just after midnight the page still shows the day before; on Sundays and Mondays an older one."""
    at = datetime.fromisoformat(capture["fetched_at"])
    is_of_yesterday = (
        capture["page"] == _PAGE_OF_DAY and at.hour == 0 and at.weekday() not in (_MONDAY, _SUNDAY)
    )
    ids = [paper_id for paper_id, _ in capture["papers"]]
    return (at.date() - timedelta(days=1) if is_of_yesterday else None), ids


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    return map(json.loads, gzip.decompress(path.read_bytes()).decode().splitlines())
