from __future__ import annotations

import json
from typing import Any

from feeds.feed import Feed
from feeds.json_feed import json_feed
from tests.feeds.invented import ANNOUNCED, REVISED, feed, paper

PAGE = "https://round.example/papers/papers/2510.00017/"


def read(shown: Feed) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json_feed(shown))
    return found


def test_a_feed_without_papers_is_valid() -> None:
    assert read(feed())["items"] == []


def test_what_is_not_known_is_left_out() -> None:
    (item,) = read(feed(paper(id="lamp-7", authors=(), categories=(), links={}, appearances=())))["items"]
    assert not {"authors", "tags", "attachments"} & item.keys()
    assert item["url"] == item["_paper_round"]["about"] == PAGE.replace("2510.00017", "lamp-7")


def test_a_feed_says_what_and_where_it_is() -> None:
    found = read(feed(page="topics/small-models/", hub="https://hub.example/"))
    assert {name: value for name, value in found.items() if name != "items"} == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Small models",
        "home_page_url": "https://round.example/papers/topics/small-models/",
        "feed_url": "https://round.example/papers/feeds/small-models.json",
        "description": "Models that fit into a lamp",
        "language": "en",
        "authors": [{"name": "Paper Round", "url": "https://round.example/papers/"}],
        "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
    }


def test_an_item_has_all_that_an_entry_has() -> None:
    (item,) = read(feed(paper(updated_at=REVISED, version=2), reason="lantern"))["items"]
    assert item.pop("content_html").endswith("<p>Why it is here: lantern</p>\n")
    assert item == {
        "id": "info:arxiv/2510.00017",
        "url": "https://arxiv.org/abs/2510.00017",
        "title": "Lanterns for Small Models",
        "date_published": ANNOUNCED.isoformat(),
        "date_modified": REVISED.isoformat(),
        "authors": [{"name": "Ada Alpha"}, {"name": "Bo Beta"}],
        "tags": ["cs.CL", "cs.LG"],
        "attachments": [
            {"url": "https://arxiv.org/pdf/2510.00017", "mime_type": "application/pdf", "title": "PDF"}
        ],
        "_paper_round": {"about": PAGE, "paper": "2510.00017", "version": 2, "withdrawn": False},
    }


def test_a_hostile_title_is_text() -> None:
    title = '</script>", "id": "x\\" <think> \U0001f4a1'
    assert [item["title"] for item in read(feed(paper(title=title)))["items"]] == [title]


def test_the_same_feed_gives_the_same_bytes() -> None:
    assert json_feed(feed(paper())) == json_feed(feed(paper(votes=99)))
