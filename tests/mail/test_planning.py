"""Digests are planned once, with what they will tell; what a letter did not bring comes with the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine

from feeds.digests.choosing import News, Subject
from feeds.digests.composing import MOST_PAPERS, Composer
from feeds.digests.digest import Composed, Digest
from feeds.digests.letterhead import make_letterhead
from feeds.entries import Item
from feeds.site.frame import Site
from flows.mail.planning import Planner
from models.database import connect, posting, upgrade
from models.mail.settling import settle
from models.mail.subscriber import Choices
from models.mail.tables import DELIVERIES, FRAGMENTS, TOLD
from models.mail.tokens import Keys
from tests.feeds.invented import paper
from tests.mail import subscribed
from tests.mail.planned import NOW
from tests.models.stored import rows

SITE = "https://papers.example"
COMPOSER = Composer(Site(SITE), make_letterhead(None, None, SITE, ""))
KEYS = Keys(b"a secret of the tests, and of no other")
EVERYBODY = range(1, 100)
TOMORROW = NOW + timedelta(days=1)


def planner(papers: int = 3, news: Callable[[], News] | None = None) -> Planner:
    """A planner to whom so many papers of agents are new."""
    came = NOW - timedelta(hours=8)
    items = tuple(
        Item(paper(id=f"2611.{n:05}", title=f"Agent {n}", announced_at=came, updated_at=came), "agents")
        for n in range(1, papers + 1)
    )
    agents = Subject("agents", "Agents", "topics/agents/", items)
    made = News(NOW, {"agents": agents}, (), NOW.date(), "Hugging Face up to today.")
    return Planner(news or (lambda: made), COMPOSER, KEYS)


def join(engine: Engine, *names: str) -> None:
    with posting(engine) as connection:
        for name in names:
            subscribed.joined(connection, f"{name}@reader.example", Choices(("agents",), hour=7))


def test_where_nobody_is_due_nobody_asks_what_is_new(engine: Engine) -> None:
    def costly() -> News:
        pytest.fail("nobody should ask")

    join(engine, "ada")
    assert planner(news=costly).plan(engine, EVERYBODY, NOW - timedelta(minutes=1)) == 0
    assert planner(news=costly).plan(engine, range(50, 60), NOW) == 0


def test_each_who_is_due_gets_one_letter_of_pieces_that_all_share(engine: Engine) -> None:
    join(engine, "ada", "bo")
    assert planner().plan(engine, EVERYBODY, NOW) == 2
    assert planner().plan(engine, EVERYBODY, NOW + timedelta(hours=1)) == 0
    ada, bo = rows(engine, DELIVERIES)
    assert ada["pieces"] == bo["pieces"]
    assert {row["key"] for row in rows(engine, FRAGMENTS)} == set(ada["pieces"])
    assert ada["subject"] == "Paper Round, Friday 20 November: 3 new papers"
    assert len(rows(engine, TOLD)) == 6


def test_a_dry_run_gives_the_same_letters_and_writes_nothing(engine: Engine) -> None:
    join(engine, "ada")
    with engine.connect() as connection:
        (draft,) = planner().drafts(connection, EVERYBODY, NOW)
    assert draft.address == "ada@reader.example"
    assert rows(engine, DELIVERIES) == []
    planner().plan(engine, EVERYBODY, NOW)
    assert [row["pieces"] for row in rows(engine, DELIVERIES)] == [list(draft.planned.letter.pieces)]


def test_a_full_letter_counts_the_rest_which_is_then_no_news(engine: Engine) -> None:
    join(engine, "ada")
    planner(MOST_PAPERS + 5).plan(engine, EVERYBODY, NOW)
    assert len(rows(engine, TOLD)) == MOST_PAPERS
    assert [row["counted"] for row in rows(engine, DELIVERIES)] == [5]
    assert planner(MOST_PAPERS + 5).plan(engine, EVERYBODY, TOMORROW) == 0


def test_what_comes_between_the_news_and_its_planning_is_still_news_the_next_day(engine: Engine) -> None:
    """A long list is sent at a pace: the last slice is planned hours after it was asked what is new."""
    join(engine, "ada")
    planner(MOST_PAPERS + 5).plan(engine, EVERYBODY, NOW + timedelta(hours=2))
    assert {row["told_at"] for row in rows(engine, TOLD)} == {NOW}
    came = NOW + timedelta(hours=1)
    late = Item(paper(id="2611.00099", title="An agent more", announced_at=came, updated_at=came), "agents")
    news = planner(MOST_PAPERS + 5).news()
    tomorrow = replace(
        news, at=TOMORROW,
        subjects={"agents": replace(news.subjects["agents"], items=(late, *news.subjects["agents"].items))},
    )  # fmt: skip
    assert planner(news=lambda: tomorrow).plan(engine, EVERYBODY, TOMORROW) == 1
    assert {row["paper_id"] for row in rows(engine, TOLD) if row["told_at"] == TOMORROW} == {"2611.00099"}


def test_what_a_letter_had_that_came_too_late_comes_with_the_next(engine: Engine) -> None:
    join(engine, "ada")
    planner().plan(engine, EVERYBODY, NOW)
    with posting(engine) as connection:
        settle(connection, TOMORROW)
    assert planner().plan(engine, EVERYBODY, TOMORROW) == 1
    assert {row["delivery_id"] for row in rows(engine, TOLD)} == {
        KEYS.delivery_id(1, "daily", TOMORROW.date().isoformat())
    }


def test_nobody_waits_for_letters_that_are_being_made(sqlite_url: str) -> None:
    """SQLite has one lock for all who write: who fills in the form would wait for a slice of letters."""
    engine = connect(sqlite_url)
    upgrade(engine, NOW)
    join(engine, "ada")
    written: list[str] = []

    class Watched(Composer):
        def compose(self, digest: Digest) -> Composed:
            with closing(sqlite3.connect(engine.url.database or "", timeout=0)) as another:
                another.execute("UPDATE subscribers SET consent = 'written meanwhile'")
            written.append("a letter")
            return super().compose(digest)

    made = Planner(planner().news, Watched(Site(SITE), make_letterhead(None, None, SITE, "")), KEYS)
    assert made.plan(engine, EVERYBODY, NOW) == 1
    assert written == ["a letter"]
    engine.dispose()


def test_a_digest_that_cannot_be_made_keeps_no_other_back(engine: Engine) -> None:
    class Stumbling(Composer):
        def compose(self, digest: Digest) -> Composed:
            if not made.broken:
                raise ValueError("of all things")
            return super().compose(digest)

    join(engine, "ada", "bo")
    made = Planner(planner().news, Stumbling(Site(SITE), make_letterhead(None, None, SITE, "")), KEYS)
    assert made.plan(engine, EVERYBODY, NOW) == 1
    assert made.broken == [1]
    assert [row["subscriber_id"] for row in rows(engine, DELIVERIES)] == [2]
    assert planner().plan(engine, EVERYBODY, NOW) == 1


def test_two_who_plan_at_once_plan_each_letter_once(engine: Engine) -> None:
    join(engine, *"abcdefgh")
    together = Barrier(2, timeout=30)

    def plan(_: int) -> int:
        mine = planner()
        together.wait()
        return mine.plan(engine, EVERYBODY, NOW)

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(plan, range(2))) == 8
    assert len(rows(engine, DELIVERIES)) == 8
    assert len(rows(engine, TOLD)) == 24
