"""What a reader of the feeds gets; what the formats ask for stands in test_formats.py."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.feed import Feed
from feeds.syndication import atom, rss
from feeds.text import one_line
from models.papers import Weight
from tests.feeds.invented import ANNOUNCED, REVISED, feed, paper, revision

ROOT = Path(__file__).parents[2]
BOTH = pytest.mark.parametrize("render", [atom, rss])
Render = Callable[[Feed], bytes]

HOSTILE_TITLES = [
    "<think> about it",
    "</script><script>alert(1)</script>",
    "Lamps &amp; moths",
    "The \"quoted\" 'lamp'",
    "]]> <!-- <![CDATA[ x",
    "{{ 7 * 7 }} {% raw %} %s",
    "a < b > c & d",
    "Lamp \U0001f4a1 שלום\u200f!",
    "L" * 100_000,
]


def read(written: bytes) -> Any:
    parsed = feedparser.parse(written)
    assert not parsed.bozo
    return parsed


def xml_titles(written: bytes) -> list[str | None]:
    """The titles of the entries, as an XML parser that wrote none of them reads them."""
    root = ElementTree.fromstring(written)
    return [each.text for entry in root.iter() if local(entry) in ("entry", "item") for each in titles(entry)]


def titles(entry: ElementTree.Element) -> list[ElementTree.Element]:
    return [child for child in entry if local(child) == "title"]


def local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_a_hostile_title_comes_back_as_it_was(title: str) -> None:
    written = feed(paper(title=title))
    assert read(atom(written)).entries[0].title == title
    assert xml_titles(atom(written)) == xml_titles(rss(written)) == [title]


@BOTH
def test_one_bad_paper_does_not_lose_the_others(render: Render) -> None:
    bad = paper(
        id="\x00\ud800",
        title="\ufffe\x01",
        abstract="\x0c\udfff" * 9,
        authors=("\uffff",),
        links={"code": "//"},
    )
    assert xml_titles(render(feed(bad, paper()))) == ["\ufffd", "Lanterns for Small Models"]


@BOTH
@given(text=st.text(st.characters()))
def test_any_text_gives_well_formed_xml(render: Render, text: str) -> None:
    hostile = paper(
        id=text,
        title=f"L{text}",
        abstract=text,
        authors=(text, text),
        organization=text,
        links={"code": text},
    )
    assert xml_titles(render(feed(hostile, reason=text, title=text, description=text))) == [
        one_line(f"L{text}")
    ]


@BOTH
def test_a_paper_of_671_authors_and_a_long_abstract_is_one_entry(render: Render) -> None:
    authors = tuple(f"Author {n}" for n in range(671))
    (entry,) = read(render(feed(paper(authors=authors, abstract="word & " * 15_000)))).entries
    assert ", ".join(author.name for author in entry.authors) == ", ".join(authors)


@BOTH
def test_a_vote_changes_no_byte(render: Render) -> None:
    assert render(feed(paper(votes=1, comments=0))) == render(feed(paper(votes=99, comments=5, stars=7)))


@BOTH
def test_an_order_of_papers_changes_no_byte(render: Render) -> None:
    one, other = paper(), paper(id="2510.00018")
    assert render(feed(one, other)) == render(feed(other, one))


@BOTH
def test_a_minor_revision_moves_no_date(render: Render) -> None:
    assert render(feed(paper())) == render(feed(paper(revisions=(revision("categories", Weight.MINOR),))))


@BOTH
def test_no_release_shows_in_the_bytes(render: Render) -> None:
    assert read(render(feed())).feed.generator == "Paper Round"
    assert b"feedgen" not in render(feed())


SCRIPT = """
import hashlib
from feeds.syndication import atom, rss
from tests.feeds.invented import feed, paper, revision
shown = feed(paper(revisions=(revision(),)), paper(id="hep-th/9901001", withdrawn=True))
print(hashlib.sha256(atom(shown) + rss(shown)).hexdigest())
"""


def built_in(**environment: str) -> str:
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=variables, cwd=ROOT, capture_output=True, check=True
    )
    return ran.stdout.decode()


def test_the_bytes_depend_on_no_hash_seed_time_zone_or_locale() -> None:
    here = built_in(PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C")
    assert here == built_in(PYTHONHASHSEED="2", TZ="Asia/Kathmandu", LC_ALL="C.UTF-8")


def test_the_id_of_a_feed_stays_when_the_site_moves() -> None:
    moved = feed(paper(), public_url="https://elsewhere.example")
    before, after = read(atom(feed(paper()))), read(atom(moved))
    assert before.feed.id == after.feed.id == feed().id
    assert [entry.id for entry in before.entries] == [entry.id for entry in after.entries]


def test_two_feeds_of_an_installation_have_two_ids() -> None:
    assert feed().id != feed(slug="all").id


@BOTH
def test_a_reader_gets_ids_dates_and_the_newest_first(render: Render) -> None:
    newer = paper(id="2510.00018", announced_at=REVISED, updated_at=REVISED)
    entries = read(render(feed(paper(), newer))).entries
    assert [entry.id for entry in entries] == ["info:arxiv/2510.00018", "info:arxiv/2510.00017"]
    assert [entry.published_parsed[:6] for entry in entries] == [
        REVISED.timetuple()[:6],
        ANNOUNCED.timetuple()[:6],
    ]


def test_a_reader_gets_the_links_with_their_relations() -> None:
    (entry,) = read(atom(feed(paper()))).entries
    assert entry.link == "https://arxiv.org/abs/2510.00017"
    assert [(link.rel, link.type, link.title) for link in entry.links] == [
        ("alternate", "text/html", "arXiv"),
        ("related", "application/pdf", "PDF"),
        ("related", "text/html", "Hugging Face"),
        ("related", "text/html", "Code"),
        ("related", "text/html", "Project page"),
        ("related", "text/html", "History"),
    ]


def test_a_reader_of_rss_gets_one_link_and_all_authors() -> None:
    (entry,) = read(rss(feed(paper()))).entries
    assert (entry.link, entry.author) == ("https://arxiv.org/abs/2510.00017", "Ada Alpha, Bo Beta")


@BOTH
def test_a_reader_gets_the_content_and_the_categories(render: Render) -> None:
    (entry,) = read(render(feed(paper(), reason="lantern"))).entries
    content = entry.content[0].value if "content" in entry else entry.description
    assert "<p>We hang a lantern beside each layer and count what it lights.</p>" in content
    assert "<p>Why it is here: lantern</p>" in content
    assert [tag.term for tag in entry.tags] == ["cs.CL", "cs.LG"]


@BOTH
def test_a_noticed_revision_is_told_and_a_withdrawal_marked(render: Render) -> None:
    changed = paper(withdrawn=True, updated_at=REVISED, revisions=(revision("withdrawn"),))
    assert xml_titles(render(feed(changed))) == ["[withdrawn] Lanterns for Small Models"]
    assert b"Changed 2025-10-02: withdrawn" in render(feed(changed))


def test_updated_of_a_feed_is_the_latest_of_its_entries() -> None:
    old = paper(id="2509.00001", announced_at=ANNOUNCED - timedelta(days=9), updated_at=REVISED)
    assert read(atom(feed(paper(), old))).feed.updated_parsed[:6] == REVISED.timetuple()[:6]
