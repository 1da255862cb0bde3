"""Listing pages of Hugging Face: which are refused, what date they state, and their cards."""

from __future__ import annotations

import html
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.demo.markup import listing_page
from models.errors import ParseError
from models.records import Listing, ParsedPage
from tests.sources.hf_pages import DAILY, MONTH, TRENDING, WEEK, dated, made, page, parse_page

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        "paper",
        "id",
        "title",
        "summary",
        "authors",
        "name",
        "upvotes",
        "githubRepo",
        "publishedAt",
        "submittedBy",
    ]
)
ENTRY_LIKE = st.recursive(
    JSON | st.sampled_from(["2603.00001", "2603.00002v3", "https://a.example", "2026-03-10T00:00:00.000Z"]),
    lambda children: st.dictionaries(NAMES, children) | st.lists(children, max_size=3),
    max_leaves=20,
)
PROP_NAMES = ("dailyPapers", "dateString", "date", "periodType", "isTrending", "query", "nextDate")
PROPS = st.dictionaries(st.sampled_from(PROP_NAMES), JSON) | st.lists(ENTRY_LIKE, max_size=4).map(dated)


def missed(text: str | bytes, listing: Listing = DAILY) -> str:
    with pytest.raises(ParseError) as caught:
        parse_page(text, listing)
    assert caught.value.source == "huggingface"
    return caught.value.missing


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body><div id='challenge'>Are you human?</div>",
        b"We had to rate limit your IP",
        b"\xff\x00",
    ],
)
def test_parse_refuses_a_page_without_the_element(body: bytes) -> None:
    assert missed(body) == '[data-target="DailyPapers"]'


def test_parse_refuses_a_redesign_and_never_takes_another_element_for_the_list() -> None:
    other = page(dated([made()])).replace('"DailyPapers"', '"PaperShelf"')
    assert missed(other) == '[data-target="DailyPapers"]'


@pytest.mark.parametrize("attribute", ["", "data-props", 'data-props=""'])
def test_parse_refuses_an_element_without_props(attribute: str) -> None:
    assert "data-props" in missed(f'<div data-target="DailyPapers" {attribute}></div>')


@pytest.mark.parametrize("text", ["{", "nothing", '{"dailyPapers": [', "[" * 100_000])
def test_parse_refuses_broken_json(text: str) -> None:
    assert "readable JSON" in missed(f"<div data-target=DailyPapers data-props='{text}'></div>")


@pytest.mark.parametrize("props", [[], 7, "text", None])
def test_parse_refuses_props_that_are_no_object(props: object) -> None:
    assert "object in data-props" in missed(page(props))


@pytest.mark.parametrize("entries", [None, {}, "many", 3])
def test_parse_refuses_a_page_without_the_list(entries: Any) -> None:
    assert "`dailyPapers`" in missed(page(dated(entries)))


def test_parse_refuses_an_empty_list() -> None:
    """The site answers an empty day with an earlier one, never with nothing."""
    assert missed(page(dated([]))) == "entries in `dailyPapers`"


@pytest.mark.parametrize(
    ("listing", "props"),
    [
        (DAILY, {"periodType": "week", "dateString": "2026-W11"}),
        (DAILY, {"periodType": "month", "dateString": "2026-03"}),
        (DAILY, {"periodType": None}),
        (DAILY, {"isTrending": True}),
        (WEEK, {}),
        (MONTH, {"periodType": "week", "dateString": "2026-W11"}),
        (TRENDING, {"isTrending": False}),
    ],
)
def test_parse_refuses_a_page_of_another_kind(listing: Listing, props: dict[str, Any]) -> None:
    assert "periodType" in missed(page(dated([made()], **props)), listing)


@pytest.mark.parametrize("props", [{"query": {"q": "agents"}}, {"query": "agents"}, {"searchResults": []}])
def test_parse_refuses_a_search_page_though_it_holds_the_list(props: dict[str, Any]) -> None:
    assert "search" in missed(page(dated([made()], **props)))


@pytest.mark.parametrize(
    "stated", ["Mar 10", "2026-02-30", "2026-W11", "", None, 20260310, "\uff12\uff10\uff12\uff16-03-10"]
)
def test_parse_refuses_a_page_of_unreadable_date(stated: object) -> None:
    assert "`dateString`" in missed(page(dated([made()], dateString=stated)))


@pytest.mark.parametrize("following", ["2026-03-10", "2026-03-09"])
def test_parse_refuses_a_page_that_names_a_listing_it_should_have_been(following: str) -> None:
    other = dated([made()], dateString="2026-03-06", nextDate=following)
    assert "the page is of 2026-03-06" in missed(page(other))


def test_parse_refuses_a_page_whose_entries_are_all_broken() -> None:
    broken = dated([made(paper={"id": 2503.0213}), made(paper={"id": None})])
    missing = missed(page(broken, cards=[]))
    assert "a readable entry among 2" in missing
    assert "2503.0213" in missing


def parsed_or_refused(body: bytes, listing: Listing) -> ParsedPage | None:
    try:
        return parse_page(body, listing)
    except ParseError:
        return None


LISTINGS = st.sampled_from([DAILY, WEEK, MONTH, TRENDING])


@given(PROPS | JSON, LISTINGS)
def test_any_json_is_parsed_or_refused(props: object, listing: Listing) -> None:
    blob = html.escape(json.dumps(props))
    found = parsed_or_refused(f"<p data-target=DailyPapers data-props='{blob}'>".encode(), listing)
    if found:
        json.dumps([found.problems, [record.title for record in found.records]], ensure_ascii=False).encode()


@given(st.binary(), LISTINGS)
@example(b"<p data-target=DailyPapers data-props='\xff{\xc3", DAILY)
def test_any_bytes_are_parsed_or_refused(body: bytes, listing: Listing) -> None:
    parsed_or_refused(body, listing)


def test_a_page_is_filed_under_the_date_that_it_states() -> None:
    found = parse_page(page(dated([made(1), made(2)])))
    assert (found.date, found.declared, len(found.records)) == (DAILY.date, 2, 2)
    assert [record.rank for record in found.records] == [1, 2]
    assert (found.problems, found.complete, found.has_none, found.next_url) == ((), True, False, None)


def test_a_page_of_2024_states_its_day_as_a_time_and_no_kind() -> None:
    props = {"dailyPapers": [made()], "date": "2026-03-10T00:00:00.000Z", "query": ""}
    assert parse_page(page(props)).date == DAILY.date


def test_parse_refuses_a_later_page_that_names_an_earlier_list() -> None:
    """Before its first list the site answers with that one, and never else with a later one."""
    later = dated([made()], dateString="2026-03-11", prevDate="2026-03-10")
    with pytest.raises(ParseError, match="page is of 2026-03-11 and names 2026-03-10"):
        parse_page(page(later))


@pytest.mark.parametrize(
    ("stated", "following", "has_none"),
    [
        ("2026-03-06", None, False),  # the newest list so far: the asked one may come
        ("2026-03-06", "soon", False),
        ("2026-03-06", "2026-03-11", True),
        ("2026-03-11", None, True),
        ("2026-03-10", "2026-03-11", False),
    ],
)
def test_a_clamped_page_says_nothing_for_the_asked_date_only_where_its_dates_prove_it(
    stated: str, following: str | None, has_none: bool
) -> None:
    found = parse_page(page(dated([made()], dateString=stated, nextDate=following)))
    assert found.date == date.fromisoformat(stated)
    assert found.has_none is has_none


@pytest.mark.parametrize(
    ("listing", "kind", "label", "stated"),
    [
        (WEEK, "week", "2026-W11", date(2026, 3, 9)),
        (WEEK, "week", "2026-W10", date(2026, 3, 2)),
        (MONTH, "month", "2026-03", date(2026, 3, 1)),
        (TRENDING, None, None, None),
    ],
)
def test_listings_that_the_site_cuts_are_never_complete(
    listing: Listing, kind: str | None, label: str | None, stated: date | None
) -> None:
    found = parse_page(listing_page([made(1), made(2)], date_string=label, period_type=kind), listing)
    assert (found.date, found.complete, len(found.records), found.problems) == (stated, False, 2, ())


def test_a_paper_twice_on_a_page_is_two_records_with_two_ranks() -> None:
    found = parse_page(listing_page([made(7), made(8), made(7)], date_string="2026-03-10"))
    assert [(record.id[-1], record.rank) for record in found.records] == [("7", 1), ("8", 2), ("7", 3)]
    assert (found.declared, found.problems) == (3, ())


@pytest.mark.parametrize(
    ("cards", "sentence"),
    [
        ([], "0 cards and 2 entries: without a card 2603.00001, 2603.00002"),
        (["2603.00001"], "1 cards and 2 entries: without a card 2603.00002"),
        (
            ["2603.00001", "2603.00009", "2603.00002"],
            "3 cards and 2 entries: without an entry 2603.00009",
        ),
        (
            ["2603.00001", "2603.00009"],
            "2 cards and 2 entries: without a card 2603.00002; without an entry 2603.00009",
        ),
        (
            ["2603.00001", "2603.00001", "2603.00002"],
            "3 cards and 2 entries: without an entry 2603.00001",
        ),
    ],
)
def test_cards_and_entries_that_disagree_are_a_problem(cards: list[str], sentence: str) -> None:
    assert parse_page(page(dated([made(1), made(2)]), cards)).problems == (sentence,)


def test_a_disagreement_names_three_papers_at_most() -> None:
    (problem,) = parse_page(page(dated([made(n) for n in range(1, 9)]), [])).problems
    assert problem.count("2603.") == 3


def test_cards_without_entries_disagree_on_the_page_of_the_demo_too() -> None:
    text = listing_page([made(1)], date_string="2026-03-10", cards=[made(1), made(2)])
    assert parse_page(text).problems == ("2 cards and 1 entries: without an entry 2603.00002",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('href="/papers/2603', 'href="https://huggingface.co/papers/2603'),
        ('"/papers/2603.00001"', '"/papers/2603.00001?from=list"'),
        ('"/papers/2603.00001"', '"/papers/2603.00001v2#community"'),
        ("</article>", '<a href="/papers/trending">star</a></article>'),
        ("<article>", '<article><a href="/papers/trending">star</a>'),
        ("</main>", '<article><a href>no paper</a></article><a href="/papers/2603.00003">no card</a>'),
        ("<h3>", "<!--[--><div>"),
        ("<main>", "<main data-target=MainHeader data-props='{}'>"),
    ],
)
def test_a_card_is_known_by_its_link_alone(old: str, new: str) -> None:
    assert parse_page(page(dated([made(1), made(2)])).replace(old, new)).problems == ()


def test_text_that_looks_like_markup_is_unescaped_once() -> None:
    title = "<think> &quot;A&amp;B&quot; </script> 'q' \u202eleft\u202c"
    found = parse_page(listing_page([made(paper={"title": title})], date_string="2026-03-10"))
    assert found.records[0].title == title


def test_a_page_written_again_with_other_quotes_and_order_is_the_same() -> None:
    blob = json.dumps(dated([made()])).replace("'", "&#39;")
    text = (
        f"<section data-props='{blob}' class=x data-target=DailyPapers><article><a href=/papers/2603.00001>"
    )
    assert parse_page(text).records == parse_page(page(dated([made()]))).records
