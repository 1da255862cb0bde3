from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from feeds.site.trending import trending_page
from models.milestones import Event
from models.trending import Standing
from tests.feeds.invented import paper
from tests.site.pages import AT, SITE, first, parsed, standing, texts

STANDING = standing(paper())


def page(*standings: Standing, events: tuple[Event, ...] = ()) -> LexborHTMLParser:
    return parsed(trending_page(SITE, standings, events))


def test_without_votes_the_page_says_so() -> None:
    assert "No votes have been seen yet." in texts(page(), "main p")


def test_each_paper_tells_what_its_place_is_made_of() -> None:
    found = page(STANDING, events=(Event(STANDING.paper, "crossed", AT, 41, 20),))
    assert first(found, "li h3 a").attributes["href"] == "../papers/2510.00017/"
    assert texts(found, "li p") == [
        "Ada Alpha, Bo Beta",
        "41 votes in 20 h, rank 2 of its day score 24.0 crossed 20 votes cs.CL cs.LG",
    ]


def test_the_page_says_of_when_the_votes_are_and_where_its_feed_is() -> None:
    found = page(STANDING)
    assert "as of 1 Oct 2025, 23:30 UTC" in texts(found, ".lede")[0]
    taken = first(found, "link[rel=alternate]").attributes["href"]
    assert taken == "https://round.example/papers/feeds/trending.atom"


def test_the_places_are_in_the_order_given() -> None:
    assert texts(page(STANDING, standing(paper(id="2510.00018", title="B"))), "ol h3") == [
        "Lanterns for Small Models",
        "B",
    ]
