"""What RFC 4287 and the RSS profile ask of every feed, empty ones included."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from feeds.feed import Archive, Feed, archived
from feeds.json_feed import json_feed
from feeds.syndication import atom, rss
from models.freshness import Freshness
from tests.feeds.invented import ANNOUNCED, CREATED, REVISED, feed, paper, revision

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
RFC_822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000")

NEWS = (Freshness("arxiv", date(2025, 10, 1), ANNOUNCED),)
EMPTY = feed()
FULL = feed(
    paper(),
    paper(id="2510.00018", updated_at=REVISED, revisions=(revision(),)),
    paper(id="10.1101/2025.10.01.123456", appearances=()),
    paper(id="lamp-7", authors=(), links={}, appearances=(), abstract="", organization=""),
)
EVERY = pytest.mark.parametrize("shown", [EMPTY, FULL], ids=["empty", "full"])


def channel(shown: Feed) -> Element:
    found = ElementTree.fromstring(rss(shown)).find("channel")
    assert found is not None
    return found


def texts(parent: Element, name: str) -> list[str]:
    return [child.text or "" for child in parent.findall(name)]


def atom_entries(shown: Feed) -> list[Element]:
    return ElementTree.fromstring(atom(shown)).findall(f"{ATOM}entry")


@EVERY
def test_atom_feed_has_exactly_one_id_title_updated_and_an_author(shown: Feed) -> None:
    root = ElementTree.fromstring(atom(shown))
    assert [len(root.findall(f"{ATOM}{name}")) for name in ("id", "title", "updated", "author")] == [1] * 4
    assert root.tag == f"{ATOM}feed"


@EVERY
def test_atom_feed_links_once_to_itself_and_once_to_the_site(shown: Feed) -> None:
    links = [dict(link.attrib) for link in ElementTree.fromstring(atom(shown)).findall(f"{ATOM}link")]
    assert links == [
        {
            "href": "https://round.example/papers/feeds/small-models.atom",
            "rel": "self",
            "type": "application/atom+xml",
        },
        {"href": "https://round.example/papers/", "rel": "alternate", "type": "text/html"},
    ]


def test_an_atom_entry_has_exactly_one_id_title_updated_published_and_content() -> None:
    names = ("id", "title", "updated", "published", "content")
    for entry in atom_entries(FULL):
        assert [len(entry.findall(f"{ATOM}{name}")) for name in names] == [1] * 5


def test_an_atom_entry_has_at_most_one_alternate_link_and_html_content() -> None:
    for entry in atom_entries(FULL):
        relations = [link.get("rel") for link in entry.findall(f"{ATOM}link")]
        assert relations.count("alternate") <= 1
        assert set(relations) <= {"alternate", "related"}
        assert [content.get("type") for content in entry.findall(f"{ATOM}content")] == ["html"]


def test_no_date_in_atom_is_of_the_clock() -> None:
    root = ElementTree.fromstring(atom(FULL))
    stamps = {each.text or "" for name in ("updated", "published") for each in root.iter(f"{ATOM}{name}")}
    assert stamps == {ANNOUNCED.isoformat(), REVISED.isoformat()}


@EVERY
def test_every_date_in_rss_has_a_year_of_four_digits_and_is_not_of_the_clock(shown: Feed) -> None:
    stamps = [each.text or "" for name in ("pubDate", "lastBuildDate") for each in channel(shown).iter(name)]
    assert all(RFC_822.fullmatch(stamp) for stamp in stamps)
    assert {parsedate_to_datetime(stamp) for stamp in stamps} <= {ANNOUNCED, REVISED, CREATED}


PLACES = {
    "hub": "https://hub.example/",
    "previous": "https://round.example/papers/feeds/small-models/2025-09.atom",
}


def relations(written: bytes) -> list[tuple[str | None, str | None]]:
    """The links of a feed itself, relation and URL, in its order."""
    root = ElementTree.fromstring(written)
    parent = root.find("channel") or root
    return [(link.get("rel"), link.get("href")) for link in parent.findall(f"{ATOM}link")]


@pytest.mark.parametrize("name", PLACES)
def test_a_place_that_is_not_set_is_in_no_format(name: str) -> None:
    shown = feed(**{other: url for other, url in PLACES.items() if other != name})
    for written in (atom(shown), rss(shown), json_feed(shown)):
        assert PLACES[name].encode() not in written


def test_hub_and_archive_stand_in_atom_and_in_rss() -> None:
    shown = feed(page="topics/small-models/", **PLACES)
    places = [("hub", PLACES["hub"]), ("prev-archive", PLACES["previous"])]
    page = "https://round.example/papers/topics/small-models/"
    assert relations(atom(shown)) == [("self", shown.url("atom")), *places, ("alternate", page)]
    assert relations(rss(shown)) == [("self", shown.url("rss")), *places]
    assert texts(channel(shown), "link") == [page]


def test_an_archive_document_names_itself_its_neighbours_and_the_feed() -> None:
    other = "https://round.example/papers/feeds/small-models/2025-{}.atom"
    archive = Archive("2025-09", feed().url("atom"), other.format("08"), other.format("10"))
    written = atom(archived(feed(**PLACES, news=NEWS), archive))
    assert relations(written) == [
        ("self", other.format("09")),
        ("current", feed().url("atom")),
        ("prev-archive", other.format("08")),
        ("next-archive", other.format("10")),
        ("alternate", feed().page_url),
    ]
    root = ElementTree.fromstring(written)
    assert root.findall("{http://purl.org/syndication/history/1.0}archive")
    assert texts(root, f"{ATOM}subtitle") == ["Models that fit into a lamp"]
    assert b"syndication/history" not in atom(feed())


def test_each_format_ends_its_description_with_how_old_the_news_is() -> None:
    shown = feed(news=NEWS)
    told = "Models that fit into a lamp arXiv up to 1 October 2025."
    assert texts(ElementTree.fromstring(atom(shown)), f"{ATOM}subtitle") == [told]
    assert texts(channel(shown), "description") == [told]
    assert json.loads(json_feed(shown))["description"] == told


def test_a_combined_feed_is_where_it_was_asked_for() -> None:
    shown, other = feed(slug="combined", query="topics=a,b&x=1"), feed(slug="combined", query="topics=a,c")
    url = "https://round.example/papers/feeds/combined.atom?topics=a,b&x=1"
    assert relations(atom(shown))[0] == ("self", url)
    assert shown.id != other.id


def test_a_feed_without_papers_is_as_old_as_the_installation() -> None:
    (updated,) = texts(ElementTree.fromstring(atom(EMPTY)), f"{ATOM}updated")
    (built,) = texts(channel(EMPTY), "lastBuildDate")
    assert datetime.fromisoformat(updated) == parsedate_to_datetime(built) == CREATED


@EVERY
def test_rss_channel_has_what_the_profile_asks_for(shown: Feed) -> None:
    assert texts(channel(shown), "title") == ["Small models"]
    assert texts(channel(shown), "link") == ["https://round.example/papers/"]
    assert texts(channel(shown), "description") == ["Models that fit into a lamp"]
    assert texts(channel(shown), "ttl") == ["360"]
    assert texts(channel(shown), "docs") == ["https://www.rssboard.org/rss-specification"]
    assert texts(channel(shown), "generator") == ["Paper Round"]


@EVERY
def test_rss_channel_links_once_to_itself(shown: Feed) -> None:
    (link,) = channel(shown).findall(f"{ATOM}link")
    assert dict(link.attrib) == {
        "href": "https://round.example/papers/feeds/small-models.rss",
        "rel": "self",
        "type": "application/rss+xml",
    }


def test_an_rss_guid_is_the_atom_id_and_no_permanent_link() -> None:
    guids = list(channel(FULL).iter("guid"))
    assert [guid.get("isPermaLink") for guid in guids] == ["false"] * 4
    assert [guid.text for guid in guids] == [texts(entry, f"{ATOM}id")[0] for entry in atom_entries(FULL)]


def test_an_rss_entry_has_its_whole_content_as_its_description() -> None:
    for item, entry in zip(channel(FULL).findall("item"), atom_entries(FULL), strict=True):
        assert texts(item, "description") == texts(entry, f"{ATOM}content")
        assert not item.findall("{http://purl.org/rss/1.0/modules/content/}encoded")


def test_an_rss_entry_names_its_authors_in_one_creator() -> None:
    creators = [texts(item, f"{DC}creator") for item in channel(FULL).findall("item")]
    assert creators == [["Ada Alpha, Bo Beta"]] * 3 + [[]]
    assert not list(channel(FULL).iter("author"))


@pytest.mark.parametrize("public_url", ["https://round.example", "https://round.example/"])
def test_a_slash_at_the_end_of_the_public_url_makes_no_difference(public_url: str) -> None:
    shown = feed(public_url=public_url)
    assert (shown.home_url, shown.url("atom")) == (
        "https://round.example/",
        "https://round.example/feeds/small-models.atom",
    )


def test_a_feed_without_title_or_description_is_still_complete() -> None:
    shown = feed(title=" ", description="\x00")
    assert texts(channel(shown), "title") == texts(channel(shown), "description") == ["small-models"]
