"""Publishing: which feeds there are, when their bytes change, and that nothing makes them vanish."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from pathlib import Path
from urllib.parse import parse_qs

import feedparser
import httpx
import pytest
import respx

from feeds.press import Press, Pressed
from flows.hub import Hub
from flows.steps import syndicating
from flows.steps.editions import Subject
from flows.steps.publishing import publish
from flows.steps.resources import Resources
from flows.steps.syndicating import Issue, Published
from models.database import reading
from models.fulltext.search import search
from models.rulebook import rule_versions
from models.tables import OBSERVATIONS
from models.topics.rules import parse
from models.topics.topic import Topic
from tests.steps.house import ALL as ALL_PAGES
from tests.steps.house import CHALLENGE, FRI, MON, SUN, TUE, WED, Fault, House, at, refused, silent

SLUGS = ("all", "all-revisions", "experts", "experts-revisions", "nothing", "nothing-revisions", "trending")
NAMES = sorted(f"{slug}.{kind}" for slug in SLUGS for kind in ("atom", "rss", "json"))


def titles(path: Path) -> list[str]:
    return [entry.title for entry in feedparser.parse(path.read_bytes()).entries]


@pytest.mark.parametrize("fault", [CHALLENGE, refused(500), silent], ids=["challenge", "500", "silence"])
def test_a_failed_source_leaves_the_last_good_feeds_untouched(house: House, fault: Fault) -> None:
    house.round(at(MON))
    before = house.feeds()
    with house.site.failing(ALL_PAGES, fault):
        done = house.round(at(TUE))
    assert done.failures
    assert sorted(path.name for path in before) == sorted([*NAMES, "index.opml"])
    assert house.feeds() == before
    assert not any(feed.is_written for feed in done.published)


def test_a_feed_that_cannot_be_made_leaves_the_old_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.round(at(MON))
    before = house.feeds()

    def fail(*_: object) -> Iterator[Pressed]:
        raise ValueError("All strings must be XML compatible")

    monkeypatch.setattr(Press, "press", fail)
    with pytest.raises(ValueError, match="XML compatible"):
        house.round(at(TUE))
    assert house.feeds() == before


def test_the_same_day_twice_touches_nothing(house: House) -> None:
    house.round(at(MON))
    before = house.published()
    done = house.round(at(MON))
    assert house.published() == before
    assert not any(feed.is_written for feed in done.published)


def test_what_is_made_anew_on_a_later_day_has_the_same_bytes(house: House) -> None:
    house.round(at(FRI))
    before = {path: content for path, (content, _) in house.published().items()}
    shutil.rmtree(house.settings.public)
    with house.opened(at(SUN) + timedelta(days=400)) as resources:
        published = publish(resources)
    assert {path: content for path, (content, _) in house.published().items()} == before
    assert all(feed.is_written for feed in published)


def test_votes_alone_change_no_feed_but_that_of_what_rises(house: House) -> None:
    house.round(at(SUN))
    before, counted = house.feeds(), len(house.rows(OBSERVATIONS)["observations"])
    house.round(at(SUN, "23:59"))
    assert len(house.rows(OBSERVATIONS)["observations"]) > counted
    changed = {path.name for path, state in house.feeds().items() if before[path] != state}
    assert changed <= {f"trending.{kind}" for kind in ("atom", "rss", "json")}


def trending(path: Path) -> dict[str, tuple[str, ...]]:
    """By entry, what is said of its votes."""
    told = re.compile(r"trending: \d+ votes? in \d+ h(?:, \+\d+ in 24 h)?, rank \d+ of its day")
    entries = feedparser.parse(path.read_bytes()).entries
    return {entry.id: tuple(told.findall(entry.content[0].value)) for entry in entries}


def test_a_paper_comes_to_what_rises_once_and_is_told_of_as_it_was_then(house: House) -> None:
    path = house.settings.public / "feeds" / "trending.atom"
    house.round(at(MON, "08:15"))
    first = trending(path)
    house.round(at(TUE))
    later = trending(path)
    assert first
    assert all(len(told) == 1 for told in later.values())
    assert {key: later[key] for key in first} == first
    assert len(later) > len(first)


def test_the_rules_are_kept_with_their_versions(house: House) -> None:
    house.round(at(MON))
    with house.opened(at(TUE)) as resources:
        changed = tuple(
            replace(topic, rule=parse("expert OR lantern")) if topic.slug == "experts" else topic
            for topic in resources.topics
        )
        publish(replace(resources, topics=changed))
        with reading(resources.engine) as connection:
            versions = rule_versions(connection)
    assert (versions["experts"].version, versions["nothing"].version) == (2, 1)
    assert (versions["experts"].since, versions["nothing"].since) == (at(TUE), at(MON))


def test_all_papers_can_be_searched_after_a_round(house: House) -> None:
    house.round(at(WED))
    with house.opened(at(WED)) as resources, reading(resources.engine) as connection:
        found = search(connection, parse("expert")).matches
    assert found
    assert all("expert" in match.reason for match in found)


def test_without_papers_there_is_a_valid_feed_for_each_topic(house: House) -> None:
    with house.opened(at(MON)) as resources:
        published = publish(resources)
    assert sorted(feed.path.name for feed in published) == NAMES
    for feed in published:
        if feed.path.suffix == ".json":
            assert json.loads(feed.path.read_bytes())["items"] == []
            continue
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
    assert feedparser.parse(feed.path.read_bytes()).feed.link == "https://round.example/topics/experts/"


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
    monkeypatch.setattr(syndicating, "MOST_ENTRIES", 3)
    house.round(at(MON))
    whole = house.settings.public / "feeds" / "all.atom"
    newest = titles(whole)
    monkeypatch.setattr(syndicating, "MOST_ENTRIES", 400)
    house.round(at(MON))
    assert newest == titles(whole)[:3]


def test_feeds_are_published_in_batches_that_begin_with_all(house: House) -> None:
    topics = tuple(Topic(f"t{n}", f"Topic {n}", "", parse("expert")) for n in range(120))
    batches: list[list[str]] = []

    def publish_batch(_: Resources, __: Issue, some: Sequence[Subject]) -> list[Published]:
        batches.append([subject.slug for subject in some])
        return []

    with house.opened(at(MON)) as resources:
        publish(replace(resources, topics=topics), publish_batch)
    assert [len(batch) for batch in batches] == [50, 50, 22]
    assert list(chain(*batches)) == ["all", "trending", *(topic.slug for topic in topics)]


def test_a_topic_that_is_gone_leaves_no_feed_and_no_page(house: House) -> None:
    house.round(at(MON))
    public = house.settings.public
    with house.opened(at(TUE)) as resources:
        publish(replace(resources, topics=resources.topics[:1]))
    assert list(public.rglob("nothing*")) == []
    assert (public / "topics" / "experts" / "index.html").exists()


def test_files_that_are_not_ours_stay(house: House) -> None:
    house.round(at(MON))
    mine = house.settings.public / "feeds" / "nothing-else.atom"
    mine.write_text("mine")
    with house.opened(at(TUE)) as resources:
        publish(replace(resources, topics=()))
    assert mine.read_text() == "mine"


def test_a_round_writes_the_pages_of_what_it_touched_and_no_others(house: House) -> None:
    house.round(at(MON))
    before = house.published()
    house.round(at(TUE))
    papers = house.settings.public / "papers"
    untouched = [path for path, state in house.published().items() if before.get(path) == state]
    assert any(path.is_relative_to(papers) for path in untouched)
    day = house.settings.public / "days" / f"{MON}" / "index.html"
    assert f"days/{TUE}/" in day.read_text()


def test_an_unwritable_cache_costs_time_alone(house: House) -> None:
    house.settings.home.joinpath("cache").write_text("in the way")
    house.round(at(MON))
    assert house.feeds()


def test_a_hub_is_told_of_the_feeds_that_changed_and_of_no_others(house: House) -> None:
    with house.opened(at(MON)) as resources:
        with_hub = replace(resources, hub=Hub("https://hub.example/", "", house.settings.home / "hub.json"))
        with respx.mock:
            told = respx.post("https://hub.example/").respond(204)
            publish(with_hub)
            assert "https://round.example/feeds/all.atom" in {_topic(call.request) for call in told.calls}
        with respx.mock:  # any request would fail
            publish(with_hub)
    assert b'rel="hub"' in (house.settings.public / "feeds" / "all.atom").read_bytes()


def _topic(request: httpx.Request) -> str:
    return parse_qs(request.content.decode())["hub.topic"][0]
