"""Many feeds in which the same papers stand, written feed by feed and by the press: CPU, and ratios.

`python -m benchmarks.feeds [--topics N] [--entries N] [--papers N] [--rounds N]`
"""

from __future__ import annotations

import argparse
import gc
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import UUID

from benchmarks.invented import FIRST_DAY, listings
from benchmarks.measuring import Contender, Work, medians, print_table
from feeds.entries import Item
from feeds.feed import Feed
from feeds.json_feed import json_feed
from feeds.press import Press, Pressed
from feeds.syndication import atom, rss
from flows.cli import COLLECTED_AFTER
from flows.kept_fragments import KeptFragments
from models.papers import Appearance, Observation, Paper, Revision, Weight
from models.records import PaperRecord

_CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_INSTALLATION = UUID("7a3d1c52-6f0e-4b8a-9a51-0d2f6c1e8b47")
_BATCH = 50
"""Feeds that are pressed at a time, as when they are published."""


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--topics", type=int, default=1_000)
    parser.add_argument("--entries", type=int, default=50, help="in each feed")
    parser.add_argument("--papers", type=int, default=5_000, help="that the entries are of")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    gc.set_threshold(COLLECTED_AFTER)  # as the command does
    with TemporaryDirectory() as folder:
        house = _House(Path(folder), asked.topics, asked.entries, asked.papers)
        contenders: dict[str, Contender] = {
            "feed by feed": house.plainly,
            "pressed, nothing kept": house.pressed_anew,
            "pressed, 1 % of the papers changed": partial(house.pressed_again, 100),
            "pressed, nothing changed": partial(house.pressed_again, 0),
        }
        seconds = medians(contenders, asked.rounds)
    print(
        f"CPU, median of {asked.rounds} rounds; {asked.topics} feeds of {asked.entries} entries, of "
        f"{asked.papers} papers, as Atom, RSS and JSON Feed\n"
    )
    plain = seconds["feed by feed"]
    rows = [[name, f"{found:.2f}", f"{found / plain:.3f}"] for name, found in seconds.items()]
    print_table(("", "CPU s", "x feed by feed"), rows)


@dataclass
class _House:
    """Papers and feeds; each contender has them anew, with nothing rendered."""

    folder: Path
    topics: int
    entries: int
    papers: int
    numbers: Iterator[int] = field(default_factory=count)

    def plainly(self) -> Work:
        """Each feed by the writers of the formats, its contents made once for the three."""
        feeds = self._feeds(invented_papers(self.papers))
        return lambda: deque(((atom(each), rss(each), json_feed(each)) for each in feeds), maxlen=0)

    def pressed_anew(self) -> Work:
        """All with a file that keeps nothing yet."""
        feeds, kept = self._feeds(invented_papers(self.papers)), self._kept()
        return lambda: _pressed(feeds, kept)

    def pressed_again(self, share: int) -> Work:
        """All once more, after one paper in `share` has changed (0: none), in a process that knows only the file."""
        kept, papers = self._kept(), invented_papers(self.papers)
        _pressed(self._feeds(papers), kept)
        later = [_revised(paper) if share and n % share == 0 else paper for n, paper in enumerate(papers)]
        feeds = self._feeds(later)
        return lambda: _pressed(feeds, kept)

    def _kept(self) -> KeptFragments:
        return KeptFragments(self.folder / f"{next(self.numbers)}.db")

    def _feeds(self, papers: Sequence[Paper]) -> list[Feed]:
        chance = Random(0)
        return [self._feed(number, chance.sample(papers, self.entries)) for number in range(self.topics)]

    def _feed(self, number: int, papers: Iterable[Paper]) -> Feed:
        return Feed(
            slug=f"topic-{number}",
            title=f"Topic {number}",
            description=f"What there is about {number}",
            public_url="https://round.example",
            installation=_INSTALLATION,
            created_at=_CREATED,
            items=[Item(paper, f"{paper.title.split()[number % 9]}, {number}") for paper in papers],
            newest=FIRST_DAY + timedelta(days=13),
        )


def _pressed(feeds: Sequence[Feed], kept: KeptFragments) -> None:
    press = Press(kept)
    for start in range(0, len(feeds), _BATCH):
        press.published(map(_measured, press.press(feeds[start : start + _BATCH], lambda _: True)))
    press.finish()


def _measured(pressed: Pressed) -> Pressed:
    """Lets the documents go, as one does who has written them."""
    return replace(pressed, documents=dict.fromkeys(pressed.documents, b""))


def invented_papers(number: int) -> list[Paper]:
    """So many papers of fourteen days with their votes, ready to be told."""
    return [
        _paper(record, listing.date.toordinal())
        for listing, page in listings(number, -(-number // 14))
        for record in page.records
    ]


def _paper(record: PaperRecord, ordinal: int) -> Paper:
    day = datetime.combine(FIRST_DAY.fromordinal(ordinal), time(), UTC)
    listed = record.listed_at or day
    votes = [Observation(listed + timedelta(hours=7 * n), n * (record.votes or 0), 0, 0) for n in range(9)]
    return Paper(
        id=record.id,
        seq=record.rank,
        title=record.title,
        abstract=record.abstract,
        authors=record.authors,
        first_listed=day.date(),
        announced_at=listed,
        updated_at=listed,
        published_at=record.published_at,
        categories=("cs.CL", "cs.LG"),
        links=record.links,
        summary=record.summary,
        keywords=record.keywords,
        votes=record.votes,
        appearances=(Appearance("huggingface", "daily", day.date(), record.rank),),
        observations=tuple(votes),
    )


def _revised(paper: Paper) -> Paper:
    title, at = f"{paper.title}, revised", paper.updated_at or _CREATED
    revision = Revision("title", paper.title, title, at + timedelta(days=1), "huggingface", Weight.NOTICED)
    return replace(paper, title=title, updated_at=revision.seen_at, revisions=(*paper.revisions, revision))


if __name__ == "__main__":
    main()
