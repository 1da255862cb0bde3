"""The arXiv of the demo: it answers as the real one does, and tells of the same papers as Hugging Face."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from flows.demo.mailings import mailing
from flows.demo.stage import READINGS, DemoSite
from flows.demo.week import tables
from flows.sources.arxiv import arxiv
from flows.sources.arxiv_calendar import announced_at, newest_label
from flows.sources.detailing import read_details
from flows.sources.reading import read
from models.errors import FetchError
from models.records import Answer, Listing, PaperRecord, ParsedPage
from models.tex import displayed

BASE = "https://preprints.example"
CATEGORIES = ("cs.CL", "cs.CV")
MON, TUE, WED, THU, FRI, SAT, SUN = (date(2026, 11, day) for day in range(9, 16))
NEXT = date(2026, 11, 16)
MAILINGS = (MON, TUE, WED, THU, FRI, NEXT)
SOURCE = arxiv(BASE, f"{BASE}/oai", f"{BASE}/api", BASE, CATEGORIES)
RECORDS = "/oai?verb=ListRecords&metadataPrefix=arXivRaw&set=cs:cs:CL"


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 8, 15, tzinfo=UTC)


def answer(path: str, moment: datetime) -> Answer:
    return DemoSite(lambda: moment).fetch(BASE + path)


def page(category: str, moment: datetime) -> ParsedPage:
    """What the parser makes of the newest mailing; any doubt of the parser fails the test."""
    listing = Listing("arxiv", category, newest_label(moment))
    reading = read(SOURCE, listing, DemoSite(lambda: moment).fetch, moment)
    assert reading.page is not None, reading.problems
    assert (reading.problems, reading.page.problems, reading.via) == ((), (), "page")
    return reading.page


def records(category: str, moment: datetime) -> dict[tuple[str, str], PaperRecord]:
    """What a mailing says of its papers, by part and id."""
    return {(record.part, record.id): record for record in page(category, moment).records}


def details(category: str, day: date) -> dict[str, PaperRecord]:
    """What OAI-PMH says, in a single answer, of all papers of a mailing."""
    assert SOURCE.details is not None
    ids = [record.id for record in page(category, morning(day)).records]
    site = DemoSite(lambda: morning(day))
    found = read_details(SOURCE.details, Listing("arxiv", category, day), ids, site.fetch, morning(day))
    assert (found.problems, len(found.answers)) == ((), 1)
    assert found.page is not None
    return {record.id: record for record in found.page.records}


@pytest.mark.parametrize(
    "path",
    [
        "/list/cs.CL/recent",
        "/list/cs.CL/2026-11",
        "/list/../new",
        "/catchup/cs.CL/2026-11-09?abs=True",
        "/abs/2611.05210",
        "/rss/cs.CL",
        "/api/query?id_list=2611.05210",
        "/oai",
        "/oai?verb=Identify",
        f"{RECORDS}&from=2026-11-09",
        f"{RECORDS}&from=2026-11-09&until=someday",
        f"{RECORDS.replace('Raw', '')}&from=2026-11-09&until=2026-11-09",
    ],
)
def test_what_arxiv_lacks_in_the_demo_is_a_404(path: str) -> None:
    with pytest.raises(FetchError) as caught:
        answer(path, morning(MON))
    assert caught.value.answer.status == 404
    assert not caught.value.retryable


def test_a_category_in_which_nobody_writes_says_so() -> None:
    empty = page("hep-th", morning(WED))
    assert (empty.date, empty.declared, empty.has_none) == (WED, 0, True)


def test_a_day_without_changes_has_no_records() -> None:
    assert b"noRecordsMatch" in answer(f"{RECORDS}&from=2026-11-14&until=2026-11-15", morning(SUN)).body


def test_arxiv_sends_no_etag() -> None:
    assert answer("/list/cs.CL/new", morning(MON)).headers == {"content-type": "text/html; charset=utf-8"}
    records = answer(f"{RECORDS}&from=2026-11-09&until=2026-11-09", morning(MON))
    assert records.headers == {"content-type": "text/xml; charset=utf-8"}


def test_a_mailing_is_out_at_eight_in_the_evening_of_new_york() -> None:
    assert page("cs.CL", announced_at(TUE) - timedelta(seconds=1)).date == MON
    assert page("cs.CL", announced_at(TUE)).date == TUE


@pytest.mark.parametrize("day", [SAT, SUN])
def test_at_the_weekend_the_newest_mailing_is_fridays(day: date) -> None:
    assert page("cs.CV", morning(day)) == page("cs.CV", morning(FRI))


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("moment", READINGS, ids=str)
def test_every_mailing_parses_whole_at_every_reading(moment: datetime, category: str) -> None:
    parsed = page(category, moment)
    assert parsed.date == newest_label(moment)
    assert 0 < len(parsed.records) == parsed.declared
    assert len({record.id for record in parsed.records}) == parsed.declared


def test_the_parser_finds_in_the_page_what_the_mailing_says() -> None:
    found = records("cs.CL", morning(THU))
    for part, papers in mailing("cs.CL", THU).items():
        for paper in papers:
            record = found[part.lower(), paper.id]
            assert (record.title, record.abstract) == (displayed(paper.title), paper.abstract)
            assert record.authors == tuple(map(displayed, paper.authors))
            assert (record.categories, record.comment) == (paper.categories, paper.comment)


def test_an_address_stands_behind_words() -> None:
    body = answer("/list/cs.CV/new", morning(TUE)).body.decode()
    assert 'data at <a href="https://example.org/gauges" class="link-external">this https URL</a>' in body
    assert "<https://example.org/?q=" in records("cs.CL", morning(TUE))["cross", "2611.07034"].abstract


def test_a_page_cuts_authors_and_has_letters_where_oai_has_all_in_tex() -> None:
    listed = records("cs.CL", morning(TUE))["new", "2611.06230"].authors
    told = details("cs.CL", TUE)["2611.06230"].authors
    assert (len(listed), len(told)) == (100, 120)
    assert (listed[1], told[1]) == ("Áron Kertvári", r"\'Aron Kertv\'ari")


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("day", MAILINGS, ids=str)
def test_oai_tells_more_of_all_papers_of_a_mailing(day: date, category: str) -> None:
    told = details(category, day)
    for record in page(category, morning(day)).records:
        assert told[record.id].published_at
        assert told[record.id].license
        assert record.version in (None, told[record.id].version)


def test_a_paper_is_announced_before_hugging_face_lists_it() -> None:
    listed_at = {table["id"]: table["listed"] for table in tables()["papers"] if "listed" in table}
    for day in MAILINGS:
        for category in CATEGORIES:
            shared = [paper for paper in mailing(category, day)["New"] if paper.id in listed_at]
            assert all(announced_at(day) <= listed_at[paper.id] for paper in shared)


def test_a_title_is_replaced_hours_before_hugging_face_shows_it() -> None:
    before, after = records("cs.CV", morning(MON)), records("cs.CV", morning(WED))
    old, new = before["new", "2611.05210"], after["replacement", "2611.05210"]
    assert (old.version, new.version) == (1, 2)
    assert old.title != new.title
    assert old.abstract == new.abstract
    assert ("replacement", "2611.05210") in records("cs.CL", morning(WED))


def test_a_paper_is_withdrawn_by_its_comment_and_has_no_html() -> None:
    gone = records("cs.CL", morning(THU))["replacement", "2611.06144"]
    assert (gone.withdrawn, gone.version) == (True, None)
    assert details("cs.CL", THU)["2611.06144"].version == 2
    told = answer(f"{RECORDS}&from={THU}&until={THU}", morning(THU)).body
    assert told.count(b"<source_type>I</source_type>") == 1


def test_a_late_cross_list_names_only_the_new_category() -> None:
    assert ("new", "2611.06551") in records("cs.CV", morning(TUE))
    assert records("cs.CL", morning(THU))["cross", "2611.06551"].categories == ("cs.CV", "cs.CL")
    assert "2611.06551" not in {record.id for record in page("cs.CV", morning(THU)).records}


def test_a_paper_may_be_on_arxiv_alone_and_be_replaced_there() -> None:
    old = records("cs.CL", morning(MON))["new", "2611.04689"].abstract
    new = records("cs.CL", morning(FRI))["replacement", "2611.04689"].abstract
    assert [words for words in zip(old.split(), new.split(), strict=True) if words[0] != words[1]] == [
        ("71", "68")
    ]
