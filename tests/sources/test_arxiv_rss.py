"""Feeds of arXiv: which are refused, the day that they are of, and what an item becomes."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sources.arxiv_rss import GAPS, rss_url
from models.errors import ParseError
from models.records import Listing, PaperRecord, ParsedPage
from tests.sources.arxiv_xml import FRIDAY, RSS, atom, entry, feed, item, read_rss, recorded, recorded_file

WEEK = [date(2026, 3, day) for day in (6, 9, 10, 11, 12, 13)]
SECTIONS = {"New": "new", "Cross": "cross", "Replacement": "replacement"}


def record_of(given: str) -> PaperRecord:
    (record,) = read_rss(feed(given)).records
    return record


def test_a_feed_that_reports_an_error_is_refused_in_its_own_words() -> None:
    with pytest.raises(ParseError, match=r"feed of cs\.CV: it says Said so\."):
        read_rss(feed(title="Feed error for query: https://rss.example/rss/notacat"))


def test_the_recorded_error_is_refused() -> None:
    with pytest.raises(ParseError, match="Bad archive 'notacat'"):
        read_rss(recorded("2026-03-13/rss_error.xml"))


@pytest.mark.parametrize("title", ["cs.CL updates on arXiv.org", "cs updates on arXiv.org", ""])
def test_a_feed_of_another_category_is_refused(title: str) -> None:
    with pytest.raises(ParseError, match=r"feed of cs\.CV by its title"):
        read_rss(feed(item(), title=title))


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ("", "readable XML"),
        (feed(item())[:-30], "readable XML"),
        ("<html><body/></html>", "`rss` document"),
        (atom(entry()), "`rss` document"),
        ("<rss/>", "feed of cs.CV"),
        (feed(day="soon"), "day in the feed's `pubDate`"),
        (feed(day="Fri, 31 Dec 9999 23:59:59 -1200"), "day in the feed's `pubDate`"),
        (feed(item(pubDate="soon")), "day in the feed's `pubDate`"),
        (feed("<item/>", item(pubDate="")), "day in the feed's `pubDate`"),
        (feed(item(guid="")), "a readable entry among 1"),
    ],
)
def test_what_is_no_feed_of_a_day_is_refused(body: str, missing: str) -> None:
    with pytest.raises(ParseError, match=missing):
        read_rss(body)


@given(st.binary())
def test_any_bytes_are_parsed_or_refused(body: bytes) -> None:
    with suppress(ParseError):
        read_rss(body)
    with suppress(ParseError):
        read_rss(feed(item()).encode().replace(b"Fri, 13 Mar 2026", body))


@pytest.mark.parametrize(
    ("broken", "missing"),
    [
        (item(guid="https://arxiv.org/abs/2603.00001"), "arXiv id"),
        (item(arxiv_announce_type=""), "known kind in `announce_type` (2603.00001, it is '')"),
        (item(arxiv_announce_type="absonly"), "known kind in `announce_type` (2603.00001, it is 'absonly')"),
        (item(title=""), "title, abstract and authors (2603.00001)"),
        (item(dc_creator=""), "title, abstract and authors (2603.00001)"),
        (item(description="We invent a thing."), "title, abstract and authors (2603.00001)"),
    ],
)
def test_an_item_that_cannot_be_understood_is_named_and_the_others_are_kept(
    broken: str, missing: str
) -> None:
    found = read_rss(feed(item("2603.00009v1"), broken))
    assert ([record.id for record in found.records], found.declared) == (["2603.00009"], 2)
    assert found.problems[0].startswith(f"entry 2 has no {missing}")


def test_items_of_several_days_contradict_each_other() -> None:
    late = item(pubDate="Thu, 12 Mar 2026 00:00:00 -0400")
    found = read_rss(feed(late, item("2603.00002v1"), item("2603.00003v1")))
    assert (found.date, found.problems) == (FRIDAY.date, ("1 of 3 items are not of 2026-03-13", GAPS))


def test_a_feed_with_papers_says_what_it_lacks() -> None:
    found = read_rss(feed(item()))
    assert (found.declared, found.complete, found.problems) == (1, False, (GAPS,))
    assert "2,000" in GAPS


def test_a_feed_without_items_is_of_its_own_day_and_lacks_nothing() -> None:
    found = read_rss(feed(day="Sat, 14 Mar 2026 00:00:00 -0400"))
    assert found == ParsedPage((), declared=0, date=date(2026, 3, 14), complete=False)


@pytest.mark.parametrize(
    ("published", "day"),
    [
        ("Fri, 13 Mar 2026 00:00:00 -0400", date(2026, 3, 13)),
        ("Fri, 13 Mar 2026 04:00:00 +0000", date(2026, 3, 13)),
        ("Fri, 13 Mar 2026 03:59:59 +0000", date(2026, 3, 12)),
        ("Fri, 06 Mar 2026 05:00:00 GMT", date(2026, 3, 6)),
        ("Mon, 01 Jan 0001 00:00:00 GMT", date(2000, 12, 31)),
    ],
)
def test_a_day_is_one_of_us_eastern_time(published: str, day: date) -> None:
    assert read_rss(feed(item(pubDate=published))).date == day


def test_an_item_has_every_field_that_a_feed_tells() -> None:
    assert record_of(item("2603.00001v2", arxiv_announce_type="cross")) == PaperRecord(
        id="2603.00001",
        title="On an Invented Thing",
        abstract="We invent a thing.",
        authors=("Ada Example", "Bo Example"),
        rank=1,
        part="cross",
        categories=("cs.CV", "cs.LG"),
        version=2,
        journal_ref="J. Inv. 1, 2 (2026)",
        doi="10.1234/inv.1",
        license="http://creativecommons.org/licenses/by/4.0/",
        listed_at=datetime(2026, 3, 13, 0, tzinfo=UTC),
    )


def test_ranks_count_within_each_part() -> None:
    kinds = ["new", "new", "cross", "replace", "replace-cross"]
    found = read_rss(feed(*(item(f"2603.0000{n}v1", arxiv_announce_type=k) for n, k in enumerate(kinds, 1))))
    assert [(record.part, record.rank) for record in found.records] == [
        *(("new", 1), ("new", 2), ("cross", 1), ("replacement", 1), ("replacement", 2))
    ]


def test_authors_come_without_their_affiliations() -> None:
    creator = " Thing Collaboration, Ada Example (Inst, Town), Bo Example (Inst (of Things))"
    assert record_of(item(dc_creator=creator)).authors == ("Thing Collaboration", "Ada Example", "Bo Example")


def test_an_abstract_that_speaks_of_abstracts_is_whole() -> None:
    text = "arXiv:2603.00001v1 Announce Type: new \nAbstract: Abstract: what it is.\n Announce Type: odd"
    assert record_of(item(description=text)).abstract == "Abstract: what it is. Announce Type: odd"


def test_an_abstract_that_says_so_withdraws_its_paper() -> None:
    text = "arXiv:2603.00001v2 Announce Type: replace \nAbstract: This paper has been withdrawn."
    assert record_of(item(description=text)).withdrawn is True
    assert record_of(item()).withdrawn is None


def test_the_category_may_be_written_in_any_case() -> None:
    listing = Listing("arxiv", "cs.cv", FRIDAY.date)
    assert read_rss(feed(item()), listing).declared == 1


@pytest.mark.parametrize("day", WEEK, ids=str)
def test_a_recorded_feed_names_the_papers_of_the_recorded_listing(day: date) -> None:
    found = read_rss(recorded(f"{day}/rss_cs.CV.xml"))
    assert (found.date, len(found.records), found.problems) == (day, found.declared, (GAPS,))
    parts = re.split(r"<h3>(\w+) submissions", recorded(f"{day}/new_cs.CV.html").decode())[1:]
    for heading, entries in zip(parts[::2], parts[1::2], strict=True):
        listed = re.findall(r'title="Abstract" id="([^"]+)"', entries)
        assert [record.id for record in found.records if record.part == SECTIONS[heading]] == listed
    assert set(Counter(record.part for record in found.records)) == set(SECTIONS.values())


@pytest.mark.parametrize("day", [date(2026, 3, day) for day in (7, 8, 14, 15)], ids=str)
def test_a_recorded_weekend_is_empty(day: date) -> None:
    found = read_rss(recorded(f"{day}/rss_cs.CV.xml"))
    assert (found.date, found.declared, found.problems) == (day, 0, ())


def test_the_address_is_that_of_the_recording() -> None:
    assert rss_url(f"{RSS}/", "cs.CV") == f"{RSS}/rss/cs.CV"
    assert recorded_file(rss_url(RSS, "cs.CV")).endswith("rss_cs.CV.xml.gz")
