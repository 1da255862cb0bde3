"""Feeds of several topics in one."""

from __future__ import annotations

import json
import os
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest

from feeds.formats import FORMATS
from feeds.web import combined
from models.papers import Paper
from tests.feeds.invented import feed, paper
from tests.web.asking import Ask
from tests.web.invented import PUBLISHED, Clock, Shelved, publish

ONLY_AGENTS = paper(id="2510.00005", title="Agents at work")
ONLY_LANTERNS = paper(id="2510.00006", title="Lanterns at night")
IN_BOTH = paper(id="2510.00007", title="Agents with lanterns")
TITLES = {"Agents at work", "Lanterns at night", "Agents with lanterns"}


def publish_feed(public: Path, slug: str, *papers: Paper, at: float = PUBLISHED) -> None:
    for form in FORMATS:
        document = form.write(feed(*papers, slug=slug, reason=slug))
        publish(public, f"feeds/{slug}.{form.extension}", document, at)


@pytest.fixture
def public(public: Path) -> Path:
    publish_feed(public, "agents", ONLY_AGENTS, IN_BOTH)
    publish_feed(public, "lanterns", IN_BOTH, ONLY_LANTERNS, at=PUBLISHED + 60)
    return public


@pytest.mark.parametrize(
    ("url", "status", "says"),
    [
        ("/feeds/combined.atom", 400, "topics: name the slugs of topics, with commas between."),
        ("/feeds/combined.atom?topics=,%20,", 400, "topics: name"),
        ("/feeds/combined.atom?topics=agents,submarines", 404, "topics: one of these is no topic"),
        ("/feeds/combined.atom?topics=../secret", 404, "topics: one of these"),
        ("/feeds/combined.atom?topics=all", 404, "topics: one of these"),
        ("/feeds/combined.rss?topics=" + ",".join(f"t{n}" for n in range(51)), 400, "topics: at most 50"),
        ("/feeds/combined.xml?topics=agents", 422, "extension: "),
        ("/feeds/combined.?topics=agents", 404, ""),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_a_sentence(ask: Ask, url: str, status: int, says: str) -> None:
    reply = ask(url)
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.status == status
    assert reply.json["detail"].startswith(says)


def test_a_topic_that_is_not_published_yet_is_no_404(ask: Ask, public: Path) -> None:
    (public / "feeds" / "agents.rss").unlink()
    assert ask("/feeds/combined.rss?topics=agents,lanterns").status == 503


@pytest.mark.parametrize("extension", ["atom", "rss", "json"])
def test_each_paper_comes_once(ask: Ask, extension: str) -> None:
    reply = ask(f"/feeds/combined.{extension}?topics=lanterns,agents", accept_encoding="gzip")
    if extension == "json":
        titles = [item["title"] for item in reply.json["items"]]
    else:
        titles = [entry.title for entry in feedparser.parse(reply.text).entries]
    assert set(titles) == TITLES
    assert len(titles) == 3


@pytest.mark.parametrize(
    ("extension", "media_type"),
    [
        ("atom", "application/atom+xml; charset=utf-8"),
        ("rss", "application/rss+xml; charset=utf-8"),
        ("json", "application/feed+json"),
    ],
)
def test_it_is_served_as_any_feed(ask: Ask, extension: str, media_type: str) -> None:
    reply = ask(f"/feeds/combined.{extension}?topics=agents,lanterns")
    assert reply.headers["content-type"] == media_type
    assert reply.headers["cache-control"] == "public, max-age=900"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["last-modified"] == "Wed, 01 Oct 2025 12:06:00 GMT"
    assert (
        ask(f"/feeds/combined.{extension}?topics=agents,lanterns", if_none_match=reply.headers["etag"]).status
        == 304
    )


def test_one_combination_is_one_feed_however_it_is_asked_for(ask: Ask, library: Shelved) -> None:
    urls = ["agents,lanterns", "lanterns,agents", "lanterns,,agents,%20lanterns"]
    assert len({ask(f"/feeds/combined.atom?topics={topics}").body for topics in urls}) == 1
    assert library.asked.count("installation") == 1


def test_it_says_its_own_address_and_an_id_of_its_own(ask: Ask) -> None:
    both = json.loads(ask("/feeds/combined.json?topics=lanterns,agents").body)
    assert both["feed_url"] == "https://round.example/papers/feeds/combined.json?topics=agents,lanterns"
    assert both["title"] == "Agents & tools · Lanterns"
    ids = [
        ElementTree.fromstring(ask(f"/feeds/combined.atom?topics={topics}").body).findtext(
            "{http://www.w3.org/2005/Atom}id"
        )
        for topics in ("agents", "lanterns", "agents,lanterns")
    ]
    assert len(set(ids)) == 3


def test_it_follows_what_is_published(ask: Ask, public: Path, clock: Clock) -> None:
    url = "/feeds/combined.atom?topics=agents,lanterns"
    assert "Dawn" not in ask(url).text
    publish_feed(public, "agents", paper(id="2510.00008", title="Dawn"), at=PUBLISHED + 120)
    publish(public, ".published", b"2", PUBLISHED + 120)
    clock.now += 2
    assert "Dawn" in ask(url).text


def test_combinations_are_kept_up_to_a_bound(
    ask: Ask, library: Shelved, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(combined, "_KEPT", 2)
    for topics in ("agents", "lanterns", "agents", "agents,lanterns", "agents", "lanterns"):
        assert ask(f"/feeds/combined.atom?topics={topics}").status == 200
    assert library.asked.count("installation") == 4


def test_the_slug_of_a_combination_leads_to_no_file(ask: Ask, public: Path) -> None:
    publish(public, "feeds/combined.atom", b"not this")
    os.utime(public / "feeds/combined.atom", (PUBLISHED, PUBLISHED))
    assert ask("/feeds/combined.atom").status == 400
