"""What arXiv's interfaces for programs are used for: a rescue of listings, never taken for one, and details."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from flows.sources.arxiv import BY_LAST_CHANGE, arxiv
from flows.sources.base import Details, Way
from flows.sources.reading import read
from models.errors import FetchError, ParseError
from models.records import Answer, Listing, ParsedPage
from tests.sources.arxiv_xml import (
    API,
    AT,
    FRIDAY,
    OAI,
    RSS,
    atom,
    entry,
    feed,
    item,
    oai,
    oai_error,
    raw,
    version,
)

SITE = "http://arxiv.example"
SOURCE = arxiv(SITE, OAI, API, RSS, ("cs.CV",))
THURSDAY = replace(FRIDAY, date=date(2026, 3, 12))
MONTH = Listing("arxiv", "cs.CV/month", date(2026, 2, 1))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def by_name(listing: Listing, name: str) -> Way:
    """A way to read a listing that is past."""
    (found,) = [way for way in SOURCE.ways(listing, AT) if way.name == name]
    return found


def answered(body: str, url: str = OAI) -> Answer:
    return Answer(url, AT, 200, body=body.encode())


HARVESTED = oai(
    raw("2603.00001"),
    raw("2603.00002", categories="cs.LG cs.CV"),
    raw("2603.00003", version(1) + version(2)),
    raw("2603.00004", version(1) + version(2), categories="cs.LG cs.CV"),
)


def by_oai(listing: Listing, body: str) -> ParsedPage:
    return by_name(listing, "oai").parse(listing, answered(body))


def test_an_error_of_oai_is_no_listing() -> None:
    with pytest.raises(ParseError, match="badArgument"):
        by_oai(THURSDAY, oai_error("badArgument"))


def test_what_oai_gives_says_that_it_is_no_listing_and_is_never_whole() -> None:
    page = by_oai(THURSDAY, HARVESTED)
    assert (page.problems, page.complete, page.date) == ((BY_LAST_CHANGE,), False, None)
    assert (page.declared, len(page.records), page.lists) == (4, 4, False)


def test_even_nothing_by_oai_is_doubted() -> None:
    assert by_oai(THURSDAY, oai_error("noRecordsMatch")).problems == (BY_LAST_CHANGE,)


@pytest.mark.parametrize(
    ("category", "parts"),
    [
        ("cs.CV", ["new", "cross", "replacement", "replacement"]),
        ("cs.LG", ["cross", "new", "replacement", "replacement"]),
        ("cs", ["new", "new", "replacement", "replacement"]),
        ("hep-th", ["cross", "cross", "replacement", "replacement"]),
    ],
)
def test_papers_by_oai_are_of_the_part_that_their_versions_and_category_tell(
    category: str, parts: list[str]
) -> None:
    assert [record.part for record in by_oai(replace(THURSDAY, section=category), HARVESTED).records] == parts


def test_papers_of_a_month_by_oai_are_of_no_part() -> None:
    assert {record.part for record in by_oai(MONTH, HARVESTED).records} == {""}


def test_a_mailing_whose_catchup_page_fails_is_read_by_oai_in_part() -> None:
    def fetch(url: str) -> Answer:
        if url.startswith(SITE):
            raise FetchError(Answer(url, AT, 503, error="answers 503"))
        return answered(HARVESTED, url)

    found = read(SOURCE, THURSDAY, fetch, AT)
    assert (found.via, found.page and len(found.page.records)) == ("oai", 4)
    assert found.problems == (
        f"catchup: {SITE}/catchup/cs.CV/2026-03-12?abs=True: answers 503",
        f"oai: {BY_LAST_CHANGE}",
    )


def test_the_newest_mailing_whose_pages_fail_is_witnessed_by_its_feed() -> None:
    def fetch(url: str) -> Answer:
        if url.startswith(SITE):
            raise FetchError(Answer(url, AT, 503, error="answers 503"))
        return answered(feed(item()), url)

    found = read(SOURCE, FRIDAY, fetch, AT)
    assert (found.via, [answer.url for answer in found.answers][-1]) == ("rss", f"{RSS}/rss/cs.CV")
    assert [problem.partition(":")[0] for problem in found.problems] == ["page", "catchup", "rss"]


@pytest.fixture
def details() -> Details:
    assert SOURCE.details is not None
    return SOURCE.details


@pytest.mark.parametrize("now", ["2026-03-12T12:00", "2026-03-13T00:00", "2026-03-13T02:29:59"])
def test_details_are_not_harvested_before_they_are_there(details: Details, now: str) -> None:
    assert details.harvest(FRIDAY, moment(now)) is None


@pytest.mark.parametrize("now", ["2026-03-13T02:30", "2026-09-13T00:00"])
def test_details_are_harvested_from_two_and_a_half_hours_after_the_announcement(
    details: Details, now: str
) -> None:
    url = details.harvest(FRIDAY, moment(now))
    assert url == by_name(THURSDAY, "oai").url(FRIDAY)


def test_details_of_a_month_are_harvested_at_any_time(details: Details) -> None:
    assert details.harvest(MONTH, moment("2026-02-01T00:00")) == by_name(MONTH, "oai").url(MONTH)


def test_papers_are_looked_up_by_their_ids_a_hundred_at_once(details: Details) -> None:
    assert details.lookup(["2603.00001", "hep-th/9901001"]) == (
        f"{API}/query?id_list=2603.00001,hep-th/9901001&max_results=100"
    )
    assert details.most_ids == 100


def test_an_answer_is_understood_by_its_address(details: Details) -> None:
    harvested = details.parse(answered(oai(raw()), details.harvest(FRIDAY, AT) or ""))
    looked_up = details.parse(answered(atom(entry()), details.lookup(["2603.00001"])))
    assert [page.records[0].id for page in (harvested, looked_up)] == ["2603.00001"] * 2
    assert harvested.records[0].license.startswith("http")
    assert looked_up.records[0].license == ""


def test_an_answer_of_the_other_interface_is_refused(details: Details) -> None:
    with pytest.raises(ParseError):
        details.parse(answered(atom(entry()), details.harvest(FRIDAY, AT) or ""))
    with pytest.raises(ParseError):
        details.parse(answered(oai(raw()), details.lookup(["2603.00001"])))
