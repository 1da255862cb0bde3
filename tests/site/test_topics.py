from __future__ import annotations

from datetime import timedelta

import pytest

from feeds.entries import Item
from feeds.site.about import feeds_page
from feeds.site.rule_words import in_words, sought
from feeds.site.subscribing import Offer
from feeds.site.topics import Counted, topic_page, topics_page
from models.topics.rules import parse
from models.topics.topic import Likeness
from tests.feeds.invented import ANNOUNCED, paper
from tests.site.pages import SITE, parsed, rich, texts, topic


def test_without_topics_the_page_says_how_to_make_one() -> None:
    assert "There are no topics yet." in texts(parsed(topics_page(SITE, [])), "main")[0]


def test_a_topic_without_papers_says_so() -> None:
    assert "No paper of the last two weeks belongs to it." in texts(
        parsed(topic_page(SITE, topic(), [])), "p"
    )


def test_each_topic_says_what_it_looks_for_and_where_its_feeds_are() -> None:
    found = parsed(topics_page(SITE, [Counted(topic(), 7)]))
    assert texts(found, ".facts span")[0] == "7 papers of late"
    assert [node.attributes["href"] for node in found.css(".papers a")] == [
        "../topics/small-models/",
        *(f"https://round.example/papers/feeds/small-models.{kind}" for kind in ("atom", "rss", "json")),
    ]


def test_a_topic_has_the_entries_of_its_feed_by_day_with_why_they_are_there() -> None:
    late = Item(rich(id="2510.00018", title="Late"), "votes>=20", ANNOUNCED + timedelta(days=2))
    unannounced = Item(paper(id="2510.00019", announced_at=None))
    found = parsed(topic_page(SITE, topic(), [late, Item(rich(), "lantern in title"), unannounced]))
    assert texts(found, "h2:not(#follow)") == ["Friday, 3 October 2025", "Wednesday, 1 October 2025"]
    assert texts(found, ".why") == ["Why it is here: votes>=20", "Why it is here: lantern in title"]
    assert "votes" not in "".join(texts(found, ".facts"))


def test_a_reader_finds_the_atom_feed_of_the_topic_first() -> None:
    links = parsed(topic_page(SITE, topic(), [])).css("link[rel=alternate]")
    assert [(link.attributes["href"] or "").rpartition("/")[2] for link in links] == [
        "small-models.atom", "small-models.rss", "small-models.json", "small-models-revisions.atom", "all.atom",
    ]  # fmt: skip


def test_the_address_to_copy_stands_there_as_text() -> None:
    found = parsed(topic_page(SITE, topic(), []))
    assert texts(found, ".box code.address") == ["https://round.example/papers/feeds/small-models.atom"]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("lantern", "“lantern”"),
        ("cod*", "“cod…”"),
        ("author:Alpha", "“Alpha” among the authors"),
        ('"sparse attention"~5', "“sparse attention” at most 5 words apart"),
        ("a OR b OR c", "“a”, “b” or “c”"),
        ("a AND (b OR c) AND NOT d", "“a” and (“b” or “c”) but without “d”"),
        ("votes>=1000 votes_24h>=5", "at least 1,000 votes and at least 5 votes within 24 hours"),
        ("a has:code NOT is:withdrawn", "“a” and code but without a withdrawal"),
    ],
)
def test_a_rule_is_told_in_words(rule: str, words: str) -> None:
    assert in_words(parse(rule).tree) == words


def test_a_topic_may_look_for_what_is_like_a_sentence() -> None:
    likeness = Likeness(about="Lamps for models.", most_a_day=3)
    assert sought(topic(rule=None, likeness=likeness)) == "Papers whose text is near to “Lamps for models”."
    assert sought(topic(rule=parse("lamp"), likeness=likeness)) == (
        "Papers with “lamp”; and, at most 3 a day, papers whose text is near to “Lamps for models”."
    )


def test_all_feeds_are_named_with_their_addresses() -> None:
    found = parsed(
        feeds_page(SITE, [Offer("all", "All papers"), Offer("trending", "Trending", has_revisions=False)])
    )
    assert texts(found, "li code.address")[1:] == [
        "https://round.example/papers/feeds/all.atom",
        "https://round.example/papers/feeds/trending.atom",
    ]
    hrefs = [node.attributes["href"] for node in found.css("main a")]
    assert "https://round.example/papers/feeds/index.opml" in hrefs
    assert "https://round.example/papers/feeds/all-revisions.atom" in hrefs
    assert "https://round.example/papers/feeds/trending-revisions.atom" not in hrefs


def test_without_feeds_the_page_about_them_says_so() -> None:
    assert "There are no feeds yet." in texts(parsed(feeds_page(SITE, [])), "p")
