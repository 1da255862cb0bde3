"""The source Hugging Face: its addresses, its calendar, and what was recorded of it, both ways."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from flows.demo.markup import listing_page
from flows.sources.huggingface import expects, huggingface
from models.records import Answer, Expectation, Listing, PaperRecord, ParsedPage
from tests.sources.hf_pages import API, AT, DAILY, MONTH, PAGE, TRENDING, WEEK, parse_api, parse_page

RECORDED = Path(__file__).parents[2] / ".." / "shared" / "upstream" / "data"
DAYS = sorted(RECORDED.glob("hf/20*.json.gz"))
needs_recorded = pytest.mark.skipif(
    not DAYS, reason="the recorded pages and answers are not beside the repository"
)


@pytest.mark.parametrize(
    ("listing", "path"),
    [
        (DAILY, "/papers/date/2026-03-10"),
        (WEEK, "/papers/week/2026-W11"),
        (Listing("huggingface", "week", date(2026, 1, 1)), "/papers/week/2026-W01"),
        (Listing("huggingface", "week", date(2027, 1, 1)), "/papers/week/2026-W53"),
        (MONTH, "/papers/month/2026-03"),
        (TRENDING, "/papers/trending"),
    ],
)
def test_a_page_has_the_address_of_its_period(listing: Listing, path: str) -> None:
    assert PAGE.url(listing) == f"http://hf.example{path}"


@pytest.mark.parametrize(
    ("listing", "query"),
    [
        (DAILY, "date=2026-03-10&limit=100&p=0"),
        (WEEK, "week=2026-W11&limit=100&p=0"),
        (MONTH, "month=2026-03&limit=100&p=0"),
        (TRENDING, "sort=trending&limit=100"),
    ],
)
def test_the_api_is_asked_for_100_since_it_cuts_at_50_unasked(listing: Listing, query: str) -> None:
    assert API.url(listing) == f"http://hf.example/api/daily_papers?{query}"


def test_the_source_reads_the_page_first_and_days_alone_unasked() -> None:
    source = huggingface("http://hf.example/")
    page, api = source.ways(DAILY, AT)
    assert (page.name, api.name) == ("page", "api")
    assert source.listings(DAILY.date) == (DAILY,)
    assert page.url(DAILY) == "http://hf.example/papers/date/2026-03-10"
    assert (source.min_interval_seconds, source.reread_after_days) == (1, (1, 3, 7, 14))


@pytest.mark.parametrize(
    ("day", "now", "expectation"),
    [
        ("2026-03-07", "2026-03-07T20:00Z", Expectation.NONE),
        ("2026-03-08", "2026-03-20T00:00Z", Expectation.NONE),
        ("2026-03-14", "2026-03-10T00:00Z", Expectation.NONE),
        ("2026-03-10", "2026-03-10T11:59:59Z", Expectation.LATER),
        ("2026-03-10", "2026-03-09T23:00Z", Expectation.LATER),
        ("2026-03-10", "2026-03-10T12:30+02:00", Expectation.LATER),
        ("2026-03-10", "2026-03-10T12:00Z", Expectation.DUE),
        ("2026-03-10", "2026-03-10T07:00-05:00", Expectation.DUE),
        ("2026-03-10", "2026-04-01T00:00Z", Expectation.DUE),
    ],
)
def test_a_weekday_is_due_from_noon_utc_and_a_weekend_never(
    day: str, now: str, expectation: Expectation
) -> None:
    listing = Listing("huggingface", "daily", date.fromisoformat(day))
    assert expects(listing, datetime.fromisoformat(now)) is expectation


@cache
def recorded(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(gzip.decompress(path.read_bytes()))
    return found


def listing_of(path: Path) -> Listing:
    return Listing("huggingface", "daily", date.fromisoformat(path.name[:10]))


def folded(text: str) -> str:
    return " ".join(text.split())


def agrees(record: PaperRecord, entry: dict[str, Any]) -> None:
    """What is kept is what was recorded, white space and times of day that the site made up apart."""
    paper = entry["paper"]
    assert (record.id, record.votes) == (paper["id"], paper["upvotes"])
    assert (record.title, record.abstract) == (folded(paper["title"]), folded(paper["summary"]))
    assert list(record.authors) == [folded(author["name"]) for author in paper["authors"]]
    assert (record.comments, record.stars) == (entry["numComments"], paper.get("githubStars"))
    assert record.submitter == paper["submittedOnDailyBy"]["user"]
    assert record.summary == folded(paper.get("ai_summary", ""))
    assert set(record.links) == {
        relation for relation, key in (("code", "githubRepo"), ("project", "projectPage")) if key in paper
    }
    assert record.published_at == datetime.fromisoformat(paper["publishedAt"])
    listed_at = datetime.fromisoformat(paper["submittedOnDailyAt"])
    assert record.listed_at == (None if listed_at.time() == time() else listed_at)


@needs_recorded
@pytest.mark.parametrize("path", DAYS, ids=lambda path: path.name[:10])
def test_every_recorded_answer_gives_every_paper_exactly_and_the_same_both_ways(path: Path) -> None:
    entries, listing = recorded(path), listing_of(path)
    by_api = parse_api(entries, listing)
    assert (by_api.date, by_api.declared, by_api.problems) == (listing.date, len(entries), ())
    for record, entry in zip(by_api.records, entries, strict=True):
        agrees(record, entry)
    by_page = parse_page(listing_page(entries, date_string=path.name[:10]), listing)
    assert by_page == by_api


@needs_recorded
def test_the_recorded_answer_of_2026_05_14_is_dated_though_its_times_are_midnight() -> None:
    entries = json.loads((RECORDED / "pages/api/by_date/2026-05-14.json").read_bytes())
    found = parse_api(entries, Listing("huggingface", "daily", date(2026, 5, 14)))
    assert (found.date, found.declared, found.problems) == (date(2026, 5, 14), 37, ())
    for record, entry in zip(found.records, entries, strict=True):
        agrees(record, entry)


@cache
def page_of_2024() -> ParsedPage:
    body = (RECORDED / "pages/html/listing_2024-08-01.html").read_bytes()
    listing = Listing("huggingface", "daily", date(2024, 8, 1))
    return PAGE.parse(listing, Answer(PAGE.url(listing), AT, 200, body=body))


@needs_recorded
def test_the_recorded_page_of_2024_gives_all_13_papers() -> None:
    found = page_of_2024()
    assert (found.date, found.declared, len(found.records)) == (date(2024, 8, 1), 13, 13)
    assert (found.problems, found.has_none) == ((), False)
    first = found.records[0]
    assert (first.id, first.title, first.votes) == ("2407.21783", "The Llama 3 Herd of Models", 94)
    assert (len(first.authors), first.authors[0], first.submitter) == (533, "Abhimanyu Dubey", "akhaliq")
    assert first.published_at == datetime(2024, 7, 31, 17, 54, 27, tzinfo=UTC)
    assert first.listed_at is None


@needs_recorded
def test_a_paper_of_months_ago_on_the_recorded_page_of_2024_is_one_of_its_day() -> None:
    assert "2404.01300" in {record.id for record in page_of_2024().records}
