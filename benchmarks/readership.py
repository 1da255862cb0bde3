"""Many subscribers with overlapping choices, and a day's news for them: what the benchmarks of mail have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random

from sqlalchemy import Engine, insert

from benchmarks.feeds import invented_papers
from feeds.digests.choosing import News, Subject
from feeds.digests.composing import Composer
from feeds.digests.letterhead import make_letterhead
from feeds.digests.message import build
from feeds.digests.post import Message
from feeds.digests.reader import Reader
from feeds.digests.signing import Sign
from feeds.entries import Item
from feeds.site.frame import Site
from flows.mail.digesting import SLICE
from flows.mail.planning import Planner
from models.database import posting, reading
from models.mail.delivery import Delivery
from models.mail.letters import Fragment
from models.mail.subscribers import slices
from models.mail.tables import SUBSCRIBERS
from models.mail.tokens import Keys, new_token
from models.papers import Paper

TOPICS_EACH = 5
"""Topics that each subscriber has."""
MORNING = datetime(2026, 1, 20, 8, tzinfo=UTC)
"""When all letters are planned: each subscriber's hour has come."""

_SITE = "https://round.example"
_KEYS = Keys(b"a secret of sixteen bytes or more")
_LETTERHEAD = make_letterhead("Paper Round <digest@round.example>", None, _SITE, "")
_INSERTED = 5_000


def subscribe(engine: Engine, count: int, topics: int) -> None:
    """Puts so many subscribers into an empty database, each with some of so many topics."""
    chance = Random(1)
    rows = (_row(number, chance.sample(range(topics), TOPICS_EACH)) for number in range(count))
    while batch := list(islice(rows, _INSERTED)):
        with posting(engine) as connection:
            connection.execute(insert(SUBSCRIBERS), batch)


def plan(engine: Engine, news: News) -> int:
    """Plans and composes the digests of all, a slice after another, as a run does; how many there are."""
    planner = Planner(lambda: news, Composer(Site(_SITE), _LETTERHEAD), _KEYS)
    with reading(engine) as connection:
        parts = slices(connection, SLICE)
    return sum(planner.plan(engine, ids, MORNING) for ids in parts)


def built(sign: Sign | None, delivery: Delivery, fragments: Mapping[str, Fragment]) -> Message:
    """The message of a delivery."""
    manage = _KEYS.manage(delivery.subscriber_id, delivery.generation)
    reader = Reader(delivery.address, delivery.token, manage, "")
    return build(delivery, fragments, reader, _LETTERHEAD, sign)


def news(papers: int, topics: int) -> News:
    """So many papers as if all had come yesterday, forty of a thousand in each topic."""
    chance = Random(0)
    came = [Item(_announced(paper), "lantern") for paper in invented_papers(papers)]
    subjects = (
        Subject(f"topic-{number}", f"Topic {number}", f"topics/topic-{number}/", tuple(_some(came, chance)))
        for number in range(topics)
    )
    up_to = "Hugging Face up to 20 January."
    return News(MORNING, {each.slug: each for each in subjects}, (), MORNING.date(), up_to)


def _announced(paper: Paper) -> Paper:
    at = MORNING - timedelta(hours=9)
    return replace(paper, announced_at=at, updated_at=at)


def _some(items: Sequence[Item], chance: Random) -> list[Item]:
    return chance.sample(items, max(1, len(items) // 25))


def _row(number: int, topics: Sequence[int]) -> dict[str, object]:
    address = f"reader{number}@reader.example"
    before = MORNING - timedelta(days=9)
    return {
        "address": address, "folded": address, "state": "active", "token": new_token(), "generation": 0,
        "topics": [f"topic-{topic}" for topic in topics], "cadence": "daily", "hour": 7, "zone": "UTC",
        "hears_of_nothing": False, "origin": "import", "consent": "", "network": "", "left_by": "",
        "requested_at": before, "confirmed_at": before,
    }  # fmt: skip
