"""An invented library and a published tree."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from feeds.condition import Condition
from feeds.web.library import Change, Found, Hit, Place, Standing
from models.errors import DatabaseError
from models.freshness import freshness
from models.mail.delivery import State
from models.overdue import Overdue
from models.papers import Observation, Paper, Revision, Weight
from models.records import Listing, Verdict
from models.run import Latest, Run, RunKind
from models.topics.catalogue import loads
from models.topics.matching import Shelf
from models.topics.rules import Rule
from models.topics.topic import Topic
from models.verdicts import Entry
from tests.feeds.invented import INSTALLATION, paper

PUBLIC_URL = "https://round.example/papers"
DAY = date(2025, 10, 1)
READ = datetime(2025, 10, 1, 12, 0, 3, tzinfo=UTC)
PUBLISHED = datetime(2025, 10, 1, 12, 5, tzinfo=UTC).timestamp()
HOSTILE = '"><script>alert(1)</script></title>'

REVISION = Revision("title", "Old", ["New"], READ, "arxiv", Weight.NOTICED)
PAPERS = (
    paper(id="2510.00003", seq=7, title="Lanterns again", revisions=(REVISION,), versions=(READ,)),
    paper(id="2510.00002", seq=5, title=f"Lanterns {HOSTILE}", observations=(Observation(READ, 3, None, 1),)),
    paper(id="10.1234/lamp(1)", seq=2, title="Lanterns of old", first_listed=None, announced_at=None),
)
ENTRY = Entry(
    "arxiv", "cs.CL", DAY, 4, 4, 3, 1, 0, 0, Verdict.PARTIAL, "rss", f"3 of 4 {HOSTILE}", READ, good_at=None
)
ROUND = Run(
    "1",
    RunKind.ROUND,
    READ,
    READ + timedelta(seconds=42),
    ("550 <ada@reader.example>", "no space left on /srv"),
    {"new": 3},
)
RUNS = {RunKind.ROUND: Latest(Run("2", RunKind.ROUND, READ + timedelta(hours=3)), ROUND)}
TOPICS = loads("""
[[topic]]
slug = "lanterns"
title = "Lanterns"
description = "All about lanterns"
rule = "lantern"

[[topic]]
slug = "agents"
title = "Agents & tools"
description = "Those who act"
about = "Programs that act on their own."
like = ["2401.15947"]
""")


@dataclass
class Shelved:
    """A library of a few papers, in memory; `is_down` as if its database were gone."""

    kept: Sequence[Paper] = PAPERS
    entries: Sequence[Entry] = (ENTRY,)
    is_down: bool = False
    asked: list[str] = field(default_factory=list)

    def _answer(self, what: str) -> None:
        self.asked.append(what)
        if self.is_down:
            raise DatabaseError("cannot read the database postgresql://secret")

    def paper(self, paper_id: str) -> Paper | None:
        self._answer("paper")
        return next((each for each in self.kept if each.id == paper_id), None)

    def papers(self, rule: Rule | None, day: date | None, most: int, before: Place | None) -> Found:
        self._answer("papers")
        papers = [each for each in self.kept if day is None or each.first_listed == day]
        hits = [Hit(each) for each in papers]
        if rule:
            (matches,) = Shelf(papers).matches([rule])
            hits = [Hit(match.paper, match.reason) for match in matches]
        ids = [hit.paper.id for hit in hits]
        start = ids.index(before.id) + 1 if before else 0
        shown = hits[start : start + most]
        place = Place(shown[-1].paper.announced_at, shown[-1].paper.id) if hits[start + most :] else None
        return Found(tuple(shown), place)

    def changed_since(self, seq: int, most: int) -> Sequence[Paper]:
        self._answer("changed_since")
        later = [each for each in self.kept if each.seq > seq]
        return sorted(later, key=lambda each: each.seq)[:most]

    def changes_since(self, seq: int, field: str, most: int) -> Sequence[Change]:
        self._answer("changes_since")
        changes = [Change(each.id, each.seq, of) for each in self.kept for of in each.revisions]
        return [of for of in changes if (of.seq, of.revision.field) > (seq, field)][:most]

    def ledger(self, days: int) -> Sequence[Entry]:
        self._answer("ledger")
        return self.entries

    def topics(self) -> Sequence[Topic]:
        return TOPICS

    def installation(self) -> tuple[UUID, datetime]:
        self._answer("installation")
        return INSTALLATION, READ

    def standing(self) -> Standing:
        self._answer("standing")
        return Standing(
            len(self.kept),
            {"arxiv": DAY},
            {("arxiv", "partial"): 1},
            settled={("arxiv", "cs.CL"): READ},
            overdue={("arxiv", False): 2, ("arxiv", True): 0},
            runs=RUNS,
            failed={RunKind.ROUND: 3, RunKind.DIGEST: 0},
            matches={"lanterns": 4, "agents": 0},
            subscribers={"active": 2},
            deliveries={("daily", "sent"): 5},
            bounces={"hard": 1},
        )

    def condition(self) -> Condition:
        self._answer("condition")
        late = (
            Overdue(Listing("arxiv", f"cs.CV {HOSTILE}", DAY), READ),
            Overdue(ENTRY.listing, READ, ENTRY),
        )
        return Condition(
            READ + timedelta(hours=4),
            self.entries,
            freshness(self.entries),
            late,
            RUNS,
            {State.SENT: 5, State.UNCERTAIN: 1},
        )

    def problems(self) -> Sequence[str]:
        return ("the database is away",) if self.is_down else ()


FEED = b"<feed>" + b"<entry>A lantern</entry>" * 100 + b"</feed>"
PAGE = b"<!doctype html><title>A lantern</title><header><!--search--></header>" + b"<p>Light.</p>" * 100
FILES = {
    "index.html": PAGE,
    "days/2025-10-01/index.html": PAGE,
    "feeds/lanterns.atom": FEED,
    "feeds/lanterns.rss": FEED,
    "feeds/lanterns.json": FEED,
    "feeds/agents.atom": FEED,
    "feeds/agents.json": FEED,
    "feeds/index.opml": FEED,
    "assets/style.css": b"p { color: black }" * 50,
    "assets/favicon.svg": b"<svg/>",
    "papers/2510.00003/index.html": PAGE,
    "papers/2510.00003/paper.bib": b"@misc{}",
    "data.json": b"{}",
    "picture.png": b"\x89PNG" * 200,
    "empty.txt": b"",
    "strange.name": b"?" * 600,
}


def publish(public: Path, name: str, content: bytes, at: float = PUBLISHED) -> None:
    """Writes a file as the publisher does: another one takes its place, at a moment."""
    path = public / name
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_bytes(content)
    os.utime(temporary, (at, at))
    temporary.replace(path)


def published(public: Path) -> Path:
    """A folder that holds a published site, and what is none of its."""
    for name, content in FILES.items():
        publish(public, name, content)
    publish(public, ".published", b"1")
    publish(public, "feeds/.lanterns.atom.tmp", b"half a feed")
    publish(public, ".git/config", b"secret")
    (public.parent / "secret.txt").write_bytes(b"secret")
    return public


@dataclass
class Clock:
    """A clock that is moved by hand, in seconds."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now
