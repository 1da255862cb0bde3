from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from feeds.opml import Group, opml
from feeds.text import one_line
from tests.feeds.invented import CREATED, feed

NOW = CREATED + timedelta(days=30, hours=3)


def listed(*groups: Group) -> ElementTree.Element:
    body = ElementTree.fromstring(opml("Paper Round", groups, CREATED, NOW)).find("body")
    assert body is not None
    return body


def test_without_feeds_the_list_is_empty_and_well_formed() -> None:
    assert list(listed(Group("Topics", ()))) == []


def test_each_feed_is_an_outline_in_its_group() -> None:
    topic = feed(page="topics/small-models/")
    found = listed(Group("Topics", [topic]), Group("Everything", [feed(slug="all"), feed(slug="trending")]))
    assert [group.get("text") for group in found] == ["Topics", "Everything"]
    assert [len(group) for group in found] == [1, 2]
    assert found[0][0].attrib == {
        "type": "rss",
        "text": "Small models",
        "title": "Small models",
        "xmlUrl": "https://round.example/papers/feeds/small-models.atom",
        "htmlUrl": "https://round.example/papers/topics/small-models/",
        "language": "en",
        "description": "Models that fit into a lamp",
    }


def test_the_head_has_the_given_times_and_none_of_the_clock() -> None:
    head = ElementTree.fromstring(opml("Paper Round", (), CREATED, NOW)).find("head")
    assert head is not None
    assert {child.tag: child.text for child in head} == {
        "title": "Paper Round",
        "dateCreated": "Mon, 01 Sep 2025 00:00:00 GMT",
        "dateModified": "Wed, 01 Oct 2025 03:00:00 GMT",
        "docs": "http://opml.org/spec2.opml",
    }


@given(st.text(st.characters()))
def test_any_text_stays_text(text: str) -> None:
    found = listed(Group(text, [feed(title=text, description=text)]))
    assert found[0].get("text") == one_line(text)
    assert found[0][0].get("title") == (one_line(text) or "small-models")
    assert found[0][0].get("description", "") == one_line(text)
