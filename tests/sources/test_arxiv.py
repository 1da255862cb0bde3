"""The source arXiv: which categories it takes, how a mailing is read at which moment, what of the past it reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from flows.sources.arxiv import CATCHUP_DAYS, arxiv
from flows.sources.base import Way
from models.errors import SettingsError
from models.records import Answer, Expectation, Listing
from tests.sources.arxiv_xml import (
    API,
    AT,
    OAI,
    RSS,
    SHARED,
)

SITE = "http://arxiv.example"
SOURCE = arxiv(SITE, OAI, API, RSS, ("cs.CV", "hep-th"))
FRIDAY = date(2026, 3, 13)
MONTH = Listing("arxiv", "cs.CV/month", date(2026, 2, 1))


def mailing(day: date | str = FRIDAY, category: str = "cs.CV") -> Listing:
    return Listing("arxiv", category, date.fromisoformat(day) if isinstance(day, str) else day)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def ways(listing: Listing, now: datetime | str) -> dict[str, Way]:
    """The ways to read a listing at a moment, by name."""
    at = moment(now) if isinstance(now, str) else now
    return {way.name: way for way in SOURCE.ways(listing, at)}


def in_short(found: Sequence[Way]) -> str:
    """The names of ways in order, a mark behind those that are for a rescue."""
    return " ".join(way.name + ("?" if way.rescue else "") for way in found)


def answered(body: str, url: str = OAI) -> Answer:
    return Answer(url, AT, 200, body=body.encode())


@pytest.mark.parametrize(
    "category",
    [
        *(
            "",
            " ",
            "cs.",
            ".CL",
            "cs.cl",
            "CS.CL",
            "cs.C",
            "cs.CLX",
            "cs.CL ",
            "cs.CL/new",
            "cs-CL",
            "cs.CL.LG",
        ),
        *("../cs.CL", "cs.CL?skip=0", "cs.CL\n", "math-ph.", "10.1101/x", "2603.00001", "cs.ÄÖ", "*"),
    ],
)
def test_what_is_no_category_is_refused(category: str) -> None:
    with pytest.raises(SettingsError, match="is no category of arXiv, such as"):
        arxiv(categories=("cs.CV", category))


def test_no_category_at_all_is_refused() -> None:
    with pytest.raises(SettingsError, match="PAPERROUND_ARXIV_CATEGORIES names them"):
        arxiv(categories=())


def test_every_category_that_arxiv_has_is_taken() -> None:
    path = SHARED / "reference" / "arxiv-categories.json"
    if not path.exists():
        pytest.skip("the categories of arXiv are not beside the checkout")
    names = [name for name, found in json.loads(path.read_text())["categories"].items() if found["is_active"]]
    assert len(names) > 150
    assert arxiv(categories=names).sections == tuple(names)


@pytest.mark.parametrize(
    "category",
    ["cs", "hep-th", "cond-mat.soft", "cond-mat.mtrl-sci", "physics.optics", "physics.acc-ph", "q-bio.NC"],
)
def test_categories_of_every_form_are_taken(category: str) -> None:
    assert arxiv(categories=(category,)).sections == (category,)


def test_a_category_that_is_named_twice_is_read_once_in_the_order_named() -> None:
    source = arxiv(categories=("hep-th", "cs.CV", "hep-th"))
    assert source.sections == ("hep-th", "cs.CV")
    assert source.listings(FRIDAY) == (mailing(category="hep-th"), mailing())
    assert source.listings_between(FRIDAY, FRIDAY, AT) == source.listings(FRIDAY)


def test_the_source_is_one_site_of_several_hosts_at_the_pace_that_its_terms_ask_for() -> None:
    assert SOURCE.base_urls == (SITE, OAI, API, RSS)
    assert SOURCE.interfaces == (OAI, API)
    assert (SOURCE.min_interval_seconds, SOURCE.reread_after_days) == (3, ())


def test_addresses_may_end_in_a_slash_and_be_the_same() -> None:
    source = arxiv(f"{SITE}/", f"{SITE}/oai/", f"{SITE}/api/query/", f"{SITE}/")
    assert source.base_urls == (SITE, f"{SITE}/oai", f"{SITE}/api")


@pytest.mark.parametrize(
    ("day", "now", "expected"),
    [
        ("2026-03-13", "2026-03-12T23:59:59", "page"),
        ("2026-03-13", "2026-03-13T00:00", "page"),
        ("2026-03-13", "2026-03-13T01:59:59", "page"),
        ("2026-03-13", "2026-03-13T02:00", "page catchup? rss?"),
        ("2026-03-13", "2026-03-15T23:59:59", "page catchup? rss?"),
        ("2026-03-06", "2026-03-06T02:59:59", "page"),
        ("2026-03-06", "2026-03-06T03:00", "page catchup? rss?"),
        ("2026-12-01", "2026-03-13T12:00", "page"),
    ],
)
def test_the_newest_mailing_is_rescued_only_once_it_is_surely_out(day: str, now: str, expected: str) -> None:
    assert in_short(SOURCE.ways(mailing(day), moment(now))) == expected


@pytest.mark.parametrize(
    ("day", "now", "expected"),
    [
        ("2026-03-13", "2026-03-16T00:00", "catchup oai?"),
        ("2026-03-12", "2026-03-13T00:00", "catchup oai?"),
        ("2026-06-22", "2026-06-23T12:00", "catchup oai?"),
    ],
    ids=["over the weekend", "of yesterday", "that a holiday cost"],
)
def test_an_earlier_mailing_is_caught_up_with(day: str, now: str, expected: str) -> None:
    assert in_short(SOURCE.ways(mailing(day), moment(now))) == expected


@pytest.mark.parametrize("day", ["2026-03-14", "2026-03-15"])
def test_a_day_of_a_weekend_is_looked_for_on_the_page_until_the_next_mailing_is_out(day: str) -> None:
    assert in_short(SOURCE.ways(mailing(day), moment("2026-03-15T23:59:59"))) == "page"
    assert SOURCE.ways(mailing(day), moment("2026-03-16T00:00")) == ()
    assert SOURCE.ways(mailing(day), moment("2027-03-16T00:00")) == ()


@pytest.mark.parametrize(
    ("day", "now", "expected"),
    [
        ("2025-12-12", "2026-03-12T23:59:59", "catchup oai?"),
        ("2025-12-12", "2026-03-13T00:00", "oai?"),
        ("2025-12-15", "2026-03-15T12:00", "catchup oai?"),
        ("2025-12-12", "2026-03-15T12:00", "oai?"),
    ],
)
def test_catchup_reaches_ninety_days_back_from_the_day_that_it_is_at_the_site(
    day: str, now: str, expected: str
) -> None:
    assert in_short(SOURCE.ways(mailing(day), moment(now))) == expected


@pytest.mark.parametrize("now", ["2026-03-01T00:00", "2036-03-01T00:00"])
def test_a_month_is_read_in_its_list_whenever_it_is_asked_for(now: str) -> None:
    assert in_short(SOURCE.ways(MONTH, moment(now))) == "month oai?"


def test_each_way_has_the_address_of_its_listing() -> None:
    newest, past, month = ways(mailing(), AT), ways(mailing(), "2026-03-17T12:00"), ways(MONTH, AT)
    assert newest["page"].url(mailing()) == f"{SITE}/list/cs.CV/new"
    assert newest["rss"].url(mailing()) == f"{RSS}/rss/cs.CV"
    assert newest["catchup"].url(mailing()) == f"{SITE}/catchup/cs.CV/2026-03-13?abs=True"
    assert past["catchup"].url(mailing()) == newest["catchup"].url(mailing())
    assert month["month"].url(MONTH) == f"{SITE}/list/cs.CV/2026-02?skip=0&show=2000"
    asked = "verb=ListRecords&metadataPrefix=arXivRaw&set=cs%3Acs%3ACV"
    assert past["oai"].url(mailing()) == f"{OAI}?{asked}&from=2026-03-13&until=2026-03-13"
    assert month["oai"].url(MONTH) == f"{OAI}?{asked}&from=2026-02-01&until=2026-02-28"


def test_the_calendar_is_asked_for_mailings_alone() -> None:
    assert SOURCE.expects(mailing(), moment("2026-03-13T01:59")) is Expectation.LATER
    assert SOURCE.expects(mailing(), moment("2026-03-13T02:00")) is Expectation.DUE
    assert SOURCE.expects(mailing("2026-03-14"), AT) is Expectation.NONE
    assert SOURCE.expects(Listing("arxiv", "cs.CV/month", date(2026, 2, 1)), AT) is Expectation.DUE


def test_a_month_without_papers_is_an_answer() -> None:
    heading, nothing = "Authors and titles for February 2026 ", "No updates for this time period."
    body = (
        f'<div id="dlpage"><h1>Invented</h1><h2>{heading}</h2><dl id="articles"><p>{nothing}</p></dl></div>'
    )
    page = ways(MONTH, AT)["month"].parse(MONTH, answered(body))
    assert (page.declared, page.date, page.has_none) == (0, MONTH.date, True)


def between(first: str, last: str, now: str) -> list[str]:
    """The past listings of a range of days, as short as they can be told."""
    found = SOURCE.listings_between(date.fromisoformat(first), date.fromisoformat(last), moment(now))
    return [f"{listing.section} {listing.date}" for listing in found]


def test_what_catchup_reaches_is_read_day_by_day_oldest_first() -> None:
    assert between("2026-03-12", "2026-03-13", "2026-03-13T12:00") == [
        "cs.CV 2026-03-12",
        "hep-th 2026-03-12",
        "cs.CV 2026-03-13",
        "hep-th 2026-03-13",
    ]


def test_what_is_older_is_read_once_for_each_month() -> None:
    assert between("2024-11-20", "2025-01-03", "2026-03-13T12:00") == [
        "cs.CV/month 2024-11-01",
        "hep-th/month 2024-11-01",
        "cs.CV/month 2024-12-01",
        "hep-th/month 2024-12-01",
        "cs.CV/month 2025-01-01",
        "hep-th/month 2025-01-01",
    ]


def test_a_range_that_catchup_reaches_in_part_is_read_by_month_before_it_and_by_day_from_there() -> None:
    reached = FRIDAY - timedelta(CATCHUP_DAYS)  # 2025-12-13
    found = between("2025-11-30", "2026-03-13", "2026-03-13T12:00")
    assert found[:4] == [
        "cs.CV/month 2025-11-01",
        "hep-th/month 2025-11-01",
        "cs.CV/month 2025-12-01",
        "hep-th/month 2025-12-01",
    ]
    assert found[4] == f"cs.CV {reached}"
    assert found[-1] == "hep-th 2026-03-13"
    assert len(found) == 4 + 2 * (CATCHUP_DAYS + 1)


def test_a_range_is_parted_where_catchup_ends_whatever_mailing_is_the_newest() -> None:
    assert between("2025-12-14", "2025-12-14", "2026-03-14T23:59") == [
        "cs.CV 2025-12-14",
        "hep-th 2025-12-14",
    ]
    assert between("2025-12-14", "2025-12-14", "2026-03-15T00:00") == [
        "cs.CV/month 2025-12-01",
        "hep-th/month 2025-12-01",
    ]
