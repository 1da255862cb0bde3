"""A small site of invented papers: one of each page, and what the tests ask of pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from feeds.entries import Item
from feeds.site.about import feeds_page, not_found_page, robots
from feeds.site.assets import assets
from feeds.site.day import Day, day_pages
from feeds.site.days import days_page, month_page
from feeds.site.frame import Page, Site
from feeds.site.paper import paper_pages
from feeds.site.status import status_page
from feeds.site.today import ALL, Today, today_page
from feeds.site.topics import Counted, offer, topic_page, topics_page
from feeds.site.trending import OFFER, trending_page
from models.freshness import Freshness
from models.milestones import Event
from models.months import month_of
from models.papers import Appearance, Observation, Paper
from models.records import Verdict
from models.topics.rules import parse
from models.topics.topic import Topic
from models.trending import Standing
from models.verdicts import Entry
from tests.feeds.invented import ANNOUNCED, paper, revision

SITE = Site("https://round.example/papers")
DAY = date(2025, 10, 1)
AT = ANNOUNCED + timedelta(hours=20)


def rich(**changes: Any) -> Paper:
    """A paper of which everything is known."""
    known: dict[str, Any] = {
        "abstract": "We hang $n^2$ lanterns beside each layer and count what they light.",
        "published_at": ANNOUNCED - timedelta(days=3),
        "version": 2,
        "versions": (ANNOUNCED - timedelta(days=3), ANNOUNCED),
        "comment": "8 pages",
        "journal_ref": "Lamps 3 (2025)",
        "doi": "10.5555/lanterns",
        "license": "http://creativecommons.org/licenses/by/4.0/",
        "summary": "Lanterns help.",
        "keywords": ("lanterns", "layers"),
        "submitter": "paperlark",
        "comments": 1,
        "stars": 0,
        "provenance": {"*": "arxiv", "summary": "huggingface"},
        "revisions": (revision(),),
        "appearances": (
            Appearance("huggingface", "daily", DAY, 1),
            Appearance("arxiv", "cs.CL/new", DAY, 2, removed_at=AT),
        ),
        "observations": tuple(
            Observation(ANNOUNCED + timedelta(hours=hours), votes, None, None)
            for hours, votes in ((0, 1), (9, 14), (50, 41))
        ),
        "votes": 41,
    }
    return paper(**{**known, **changes})


def topic(**changes: Any) -> Topic:
    """An invented topic."""
    known: dict[str, Any] = {
        "slug": "small-models",
        "title": "Small models",
        "description": "Models that fit into a lamp",
        "rule": parse('lantern OR ("small model" AND NOT title:survey) OR votes>=20'),
    }
    return Topic(**{**known, **changes})


def entry(verdict: Verdict = Verdict.FRESH, **changes: Any) -> Entry:
    """A row of the ledger."""
    known: dict[str, Any] = {
        "source": "huggingface", "section": "daily", "date": DAY,
        "declared": 3, "parsed": 3, "new": 3, "revised": 0, "unchanged": 0, "removed": 0,
        "verdict": verdict, "via": "page", "error": "", "read_at": AT,
    }  # fmt: skip
    return Entry(**{**known, **changes})


def standing(of: Paper) -> Standing:
    """How a paper stands."""
    return Standing(of, AT, 24.04, votes=41, gained=41, hours=20, rank_of_day=2)


def a_site(*papers: Paper, topics: Iterable[Topic] = (), ledger: Iterable[Entry] = ()) -> list[Page]:
    """One of each page, with these papers on all that name papers."""
    topics, ledger = list(topics), list(ledger)
    day = Day(DAY, papers, {each.id: [of.slug for of in topics] for each in papers}, ledger=ledger)
    standings = [standing(each) for each in papers]
    freshness = [Freshness("huggingface", DAY, AT, tuple(ledger))]
    counted = [Counted(each, len(papers)) for each in topics]
    return [
        today_page(SITE, Today(day, None, freshness, standings, papers, counted)),
        *day_pages(SITE, day),
        days_page(SITE, {DAY: len(papers)}),
        month_page(SITE, month_of(DAY), {DAY: len(papers)}, None, None),
        topics_page(SITE, counted),
        *(topic_page(SITE, each, [Item(paper, "lantern in title") for paper in papers]) for each in topics),
        *(page for each in papers for page in paper_pages(SITE, each)),
        trending_page(SITE, standings, [Event(each, "crossed", AT, 41, 20) for each in papers]),
        status_page(SITE, ledger, freshness),
        feeds_page(SITE, [ALL, OFFER, *map(offer, topics)]),
        not_found_page(SITE),
        robots(SITE),
        *assets(),
    ]


def parsed(page: Page) -> LexborHTMLParser:
    """A page as a browser takes it."""
    return LexborHTMLParser(page.content.decode())


def texts(found: LexborHTMLParser, selector: str) -> list[str]:
    """The text of each element, as one line."""
    return [" ".join(node.text().split()) for node in found.css(selector)]


def only_html(pages: Iterable[Page]) -> list[Page]:
    """Those that are pages for people."""
    return [page for page in pages if page.path.endswith(".html")]


def first(found: LexborHTMLParser, selector: str) -> LexborNode:
    """The first element that there has to be."""
    node = found.css_first(selector)
    assert node is not None, selector
    return node
