"""Publishing: which feeds there are, when their bytes change, and that nothing makes them vanish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from pathlib import Path

import feedparser
import pytest

from flows.steps import publishing
from flows.steps.publishing import Edition, Published, publish, publish_feeds
from flows.steps.resources import Resources
from models.tables import OBSERVATIONS
from models.topics.catalogue import Topic
from models.topics.rules import parse
from tests.steps.house import ALL, CHALLENGE, FRI, MON, SUN, TUE, WED, Fault, House, at, refused, silent

NAMES = ["all.atom", "all.rss", "experts.atom", "experts.rss", "nothing.atom", "nothing.rss"]


def titles(path: Path) -> list[str]:
    return [entry.title for entry in feedparser.parse(path.read_bytes()).entries]


@pytest.mark.parametrize("fault", [CHALLENGE, refused(500), silent], ids=["challenge", "500", "silence"])
def test_a_failed_source_leaves_the_last_good_feeds_untouched(house: House, fault: Fault) -> None:
    house.round(at(MON))
    before = house.feeds()
    with house.site.failing(ALL, fault):
        done = house.round(at(TUE))
    assert done.failures
    assert [path.name for path in sorted(before)] == NAMES
    assert house.feeds() == before
    assert not any(feed.is_written for feed in done.published)


def test_a_feed_that_cannot_be_made_leaves_the_old_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.round(at(MON))
    before = house.feeds()

    def fail(_: object) -> bytes:
        raise ValueError("All strings must be XML compatible")

    monkeypatch.setattr(publishing, "_FORMATS", {"atom": fail})
    with pytest.raises(ValueError, match="XML compatible"):
        house.round(at(TUE))
    assert house.feeds() == before


def test_the_same_day_twice_touches_no_feed(house: House) -> None:
    house.round(at(MON))
    before = house.feeds()
    done = house.round(at(MON))
    assert house.feeds() == before
    assert not any(feed.is_written for feed in done.published)


def test_feeds_made_anew_on_a_later_day_have_the_same_bytes(house: House) -> None:
    house.round(at(FRI))
    before = {path: content for path, (content, _) in house.feeds().items()}
    for path in before:
        path.unlink()
    with house.opened(at(SUN) + timedelta(days=400)) as resources:
        published = publish(resources)
    assert {path: content for path, (content, _) in house.feeds().items()} == before
    assert all(feed.is_written for feed in published)


def test_votes_alone_change_no_feed(house: House) -> None:
    house.round(at(SUN))
    before, counted = house.feeds(), len(house.rows(OBSERVATIONS)["observations"])
    house.round(at(SUN, "23:59"))
    assert len(house.rows(OBSERVATIONS)["observations"]) > counted
    assert house.feeds() == before


def test_without_papers_there_is_a_valid_feed_for_each_topic(house: House) -> None:
    with house.opened(at(MON)) as resources:
        published = publish(resources)
    assert [feed.path.name for feed in published] == NAMES
    for feed in published:
        parsed = feedparser.parse(feed.path.read_bytes())
        assert not parsed.bozo
        assert (parsed.entries, feed.entries) == ([], 0)


def test_each_topic_has_its_papers_and_all_has_every_one(house: House) -> None:
    done = house.round(at(WED))
    counts = {feed.path.name: feed.entries for feed in done.published}
    feeds = house.settings.public / "feeds"
    found = [title for title in titles(feeds / "all.atom") if "expert" in title.lower()]
    assert counts["all.atom"] == counts["all.rss"] == len(titles(feeds / "all.rss")) == 7
    assert 0 < counts["experts.atom"] < 7
    assert counts["nothing.rss"] == 0
    assert set(found) <= set(titles(feeds / "experts.atom"))


def test_a_feed_says_where_it_is(house: House) -> None:
    done = house.round(at(MON))
    (feed,) = [feed for feed in done.published if feed.path.name == "experts.rss"]
    assert (feed.slug, feed.url) == ("experts", "https://round.example/feeds/experts.rss")
    assert feedparser.parse(feed.path.read_bytes()).feed.link == "https://round.example/"


def test_a_revised_title_changes_the_feed_and_keeps_the_entry(house: House) -> None:
    house.round(at(TUE))
    path = house.settings.public / "feeds" / "all.atom"
    before = {entry.id: entry for entry in feedparser.parse(path.read_bytes()).entries}
    house.round(at(WED))
    after = {entry.id: entry for entry in feedparser.parse(path.read_bytes()).entries}
    revised = [key for key in before if before[key].title != after[key].title]
    assert len(revised) == 1
    assert before[revised[0]].published == after[revised[0]].published
    assert before[revised[0]].updated < after[revised[0]].updated


def test_a_feed_ends_with_its_newest_papers(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "MOST_ENTRIES", 3)
    house.round(at(MON))
    whole = house.settings.public / "feeds" / "all.atom"
    newest = titles(whole)
    monkeypatch.setattr(publishing, "MOST_ENTRIES", 400)
    house.round(at(MON))
    assert newest == titles(whole)[:3]


def test_topics_are_published_in_batches_that_begin_with_all(house: House) -> None:
    topics = tuple(Topic(f"t{n}", f"Topic {n}", "", parse("expert")) for n in range(120))
    batches: list[list[str]] = []

    def publish_batch(_: Resources, __: Edition, some: Sequence[Topic | None]) -> list[Published]:
        batches.append([topic.slug if topic else "all" for topic in some])
        return []

    with house.opened(at(MON)) as resources:
        publish(replace(resources, topics=topics), publish_batch)
    assert [len(batch) for batch in batches] == [50, 50, 21]
    assert list(chain(*batches)) == ["all", *(topic.slug for topic in topics)]


def test_a_batch_is_published_from_what_it_is_given(house: House) -> None:
    house.round(at(MON))
    with house.opened(at(MON)) as resources:
        published = publish_feeds(resources, publishing._edition(resources), (None,))
    assert [(feed.path.name, feed.is_written) for feed in published] == [
        ("all.atom", False),
        ("all.rss", False),
    ]
