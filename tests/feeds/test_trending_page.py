from __future__ import annotations

from datetime import timedelta

from selectolax.lexbor import LexborHTMLParser

from feeds.site.trending import trending_page
from models.milestones import Event
from models.trending import Standing
from tests.feeds.invented import ANNOUNCED, paper

AT = ANNOUNCED + timedelta(hours=20)
STANDING = Standing(paper(), AT, 24.04, votes=41, gained=41, hours=20, rank_of_day=2)


def page(*standings: Standing, events: tuple[Event, ...] = ()) -> LexborHTMLParser:
    return LexborHTMLParser(trending_page(standings, events, "https://round.example/").decode())


def text(found: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in found.css(selector)]


def test_without_votes_the_page_says_so() -> None:
    assert text(page(), "main") == ["No votes have been seen yet."]


def test_what_comes_from_outside_stays_text() -> None:
    hostile = Standing(
        paper(title="</h2><script>alert(1)</script>", authors=("<i>A</i>",)), AT, 1, 1, 1, 1, 1
    )
    found = page(hostile)
    assert found.css("main script, main i") == []
    assert text(found, "h2") == ["</h2><script>alert(1)</script>"]


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    assert page(STANDING).css("script, img, link[rel=stylesheet], iframe, [style*=url]") == []


def test_each_paper_tells_what_its_place_is_made_of() -> None:
    event = Event(STANDING.paper, "crossed", AT, 41, 20)
    found = page(STANDING, events=(event,))
    assert text(found, "li h2 a") == ["Lanterns for Small Models"]
    assert found.css("li h2 a")[0].attributes["href"] == "https://arxiv.org/abs/2510.00017"
    assert text(found, "li p") == [
        "Ada Alpha, Bo Beta",
        "41 votes in 20 h, rank 2 of its day · score 24.0 · crossed 20 votes",
    ]


def test_the_page_says_of_when_the_votes_are_and_where_its_feed_is() -> None:
    found = page(STANDING)
    assert "Votes as of 2025-10-01 23:30 UTC" in text(found, "header p")[0]
    hrefs = {node.attributes["href"] for node in found.css("link[rel=alternate], header a")}
    assert hrefs == {"https://round.example/feeds/trending.atom"}


def test_the_places_are_in_the_order_given_and_the_authors_counted() -> None:
    other = Standing(paper(id="2510.00018", title="B", authors=tuple("abcdef")), AT, 1, 1, 1, 1, 3)
    found = page(STANDING, other)
    assert text(found, "h2") == ["Lanterns for Small Models", "B"]
    assert "a, b, c, d and 2 more" in text(found, "li p")
