"""Hugging Face's own search: which answers are refused, what is asked for, what is found."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.demo.markup import listing_page
from flows.sources.base import Search
from flows.sources.huggingface import huggingface
from flows.sources.huggingface_search import MOST_RESULTS
from flows.sources.searching import read_search
from models.errors import FetchError, ParseError
from models.records import Answer, Listing, ParsedPage, Reading
from tests.sources.hf_pages import AT, BASE, DAILY, dated, made, page, without

TEXT = "fine-grained complexity"
LONGEST = ("\"Straße\" & Ähre #5? C++/C% '§' = " * 9)[:250]
SEARCHED = Listing("huggingface", "search/complexity", DAILY.date)
DAYS_LIST = [made(number) for number in range(901, 904)]


def search() -> Search:
    found = huggingface(BASE).search
    assert found is not None
    return found


def parse_api(body: object) -> ParsedPage:
    api, _ = search().ways(TEXT)
    given = body if isinstance(body, bytes) else json.dumps(body).encode()
    return api.parse(SEARCHED, Answer(api.url(SEARCHED), AT, 200, body=given))


def parse_page(text: str, asked: str = TEXT) -> ParsedPage:
    _, way = search().ways(asked)
    return way.parse(SEARCHED, Answer(way.url(SEARCHED), AT, 200, body=text.encode()))


def results(*entries: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries as the search's API gives them: less than on a list."""
    return [{"paper": entry["paper"], "title": entry["title"]} for entry in entries]


def searched_page(entries: object, **props: object) -> str:
    """The page that answers the text, with the day's list in it."""
    return page(dated(DAYS_LIST, **{"query": {"q": TEXT}, "searchResults": entries, **props}))


@pytest.mark.parametrize("body", [b"", b"<html>Just a moment</html>", b"[", b"\xff", b"[" * 100_000])
def test_an_answer_that_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError, match="readable JSON"):
        parse_api(body)


@pytest.mark.parametrize("body", [{}, {"error": "Invalid query"}, {"papers": []}, "text", None, 3])
def test_an_answer_that_is_no_array_is_refused(body: object) -> None:
    with pytest.raises(ParseError, match="list as the answer"):
        parse_api(body)


def test_an_answer_whose_entries_are_all_broken_is_refused() -> None:
    with pytest.raises(ParseError, match="a readable entry among 1"):
        parse_api([{"title": "A model, not a paper"}])


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("<html>Just a moment</html>", 'data-target="DailyPapers"'),
        ('<div data-target="DailyPapers"></div>', "readable JSON in data-props"),
        (page([]), "object in data-props"),
        ('<div data-target="PaperShelf" data-props="{}"></div>', 'data-target="DailyPapers"'),
    ],
)
def test_a_page_that_is_none_of_papers_is_refused(text: str, missing: str) -> None:
    with pytest.raises(ParseError, match=missing):
        parse_page(text)


@pytest.mark.parametrize("given", [None, {}, "none", {"papers": []}])
def test_a_page_without_results_is_refused_and_the_day_s_list_never_taken_for_them(given: object) -> None:
    with pytest.raises(ParseError, match="list `searchResults`"):
        parse_page(searched_page(given))


def test_a_page_that_lacks_the_key_of_results_is_refused() -> None:
    with pytest.raises(ParseError, match="list `searchResults`"):
        parse_page(page(dated(DAYS_LIST, query={"q": TEXT})))


@pytest.mark.parametrize(
    "query", [{}, "", None, [], {"q": ""}, {"q": "agents"}, {"q": [TEXT]}, {"q": TEXT.upper()}]
)
def test_a_page_that_answers_another_text_is_refused(query: object) -> None:
    with pytest.raises(ParseError, match="answer to 'fine-grained complexity' in `query`"):
        parse_page(searched_page(results(made()), query=query))


@given(st.binary())
def test_any_bytes_are_parsed_or_refused(body: bytes) -> None:
    for way in search().ways(TEXT):
        with suppress(ParseError):
            way.parse(SEARCHED, Answer(way.url(SEARCHED), AT, 200, body=body))


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=250))
def test_whatever_is_asked_for_stands_in_the_address_and_comes_out_of_it(text: str) -> None:
    for way in search().ways(text):
        assert search().text(way.url(SEARCHED)) == text


def test_quotes_umlauts_and_signs_of_addresses_are_asked_for_as_they_are() -> None:
    api, way = search().ways(LONGEST)
    assert len(LONGEST) == 250
    assert dict(parse_qsl(urlsplit(api.url(SEARCHED)).query)) == {"q": LONGEST, "limit": "120"}
    assert dict(parse_qsl(urlsplit(way.url(SEARCHED)).query)) == {"q": LONGEST}
    assert api.url(SEARCHED).isascii()


def test_an_address_without_a_text_asks_for_none() -> None:
    assert search().text(f"{BASE}/papers") == ""
    assert search().text(f"{BASE}/papers?q=") == ""


def test_the_api_is_asked_first_and_the_page_then() -> None:
    api, way = search().ways("a b")
    assert api.url(SEARCHED) == f"{BASE}/api/papers/search?q=a%20b&limit=120"
    assert way.url(SEARCHED) == f"{BASE}/papers?q=a%20b"


def test_what_is_found_has_ranks_and_no_date_and_removes_nothing() -> None:
    for found in (parse_api(results(made(3), made(1))), parse_page(searched_page([made(3), made(1)]))):
        assert [(record.id, record.rank) for record in found.records] == [
            ("2603.00003", 1),
            ("2603.00001", 2),
        ]
        assert (found.declared, found.date, found.complete, found.problems) == (2, None, False, ())
        assert found.next_url is None


def test_to_find_nothing_is_an_answer() -> None:
    for found in (parse_api([]), parse_page(searched_page([]))):
        assert (found.records, found.declared, found.problems) == ((), 0, ())


def test_no_more_is_taken_than_the_site_promises_to_give() -> None:
    many = [made(number) for number in range(1, MOST_RESULTS + 2)]
    for found in (parse_api(results(*many[:-1])), parse_api(results(*many)), parse_page(searched_page(many))):
        assert (len(found.records), found.declared) == (120, 120)
        assert found.records[-1].rank == 120


def test_a_paper_that_was_never_on_a_list_has_no_submitter_and_no_day() -> None:
    old = without(
        made(paper={"id": "1802.00001", "publishedAt": "2018-02-01T00:00:00.000Z"}),
        "submittedOnDailyAt", "submittedOnDailyBy", "submittedBy", "numComments",
    )  # fmt: skip
    (record,) = parse_api(results(old)).records
    assert (record.id, record.submitter, record.listed_at, record.comments) == ("1802.00001", "", None, None)


def test_a_paper_that_is_named_twice_is_given_twice() -> None:
    assert [record.rank for record in parse_api(results(made(), made(2), made())).records] == [1, 2, 3]


def test_an_entry_that_cannot_be_read_is_told_and_leaves_its_rank_free() -> None:
    found = parse_api([*results(made(1)), {}, *results(made(3))])
    assert [record.rank for record in found.records] == [1, 3]
    assert found.problems[0].startswith("entry 2 has no arXiv id")


@pytest.mark.parametrize("query", [{"q": TEXT}, TEXT, {"q": "  fine-grained\n complexity "}])
def test_a_page_says_in_several_ways_what_it_answers(query: object) -> None:
    assert len(parse_page(searched_page([made()], query=query)).records) == 1


def test_the_page_that_the_demo_makes_is_understood() -> None:
    text = listing_page(DAYS_LIST, date_string="2026-03-10", searched=LONGEST, results=[made(5), made(4)])
    assert [record.id for record in parse_page(text, LONGEST).records] == ["2603.00005", "2603.00004"]


def asked(*bodies: str | int) -> tuple[list[str], Reading]:
    """What is asked for, and the reading, of a site that answers so in turn: with a text, or in vain."""
    urls: list[str] = []

    def fetch(url: str) -> Answer:
        body = bodies[len(urls)]
        urls.append(urlsplit(url).path)
        if isinstance(body, int):
            raise FetchError(Answer(url, AT, body, error=f"answers {body}"), retryable=True)
        return Answer(url, AT, 200, body=body.encode())

    source = huggingface(BASE)
    return urls, read_search(source, search(), SEARCHED, TEXT, fetch, AT)


API, PAGE = "/api/papers/search", "/papers"


def test_a_site_that_has_had_enough_is_a_reading_without_a_page_that_says_why() -> None:
    urls, found = asked(429, 429)
    assert (urls, found.page, found.via) == ([API, PAGE], None, "")
    assert [problem.rpartition(": ")[2] for problem in found.problems] == ["answers 429"] * 2
    assert [answer.status for answer in found.answers] == [429, 429]


def test_where_the_api_fails_the_page_is_asked_and_the_reading_says_why() -> None:
    urls, found = asked("{}", searched_page([made()]))
    assert (urls, found.via, len(found.problems)) == ([API, PAGE], "page", 1)
    assert found.page is not None
    assert [record.id for record in found.page.records] == ["2603.00001"]


@pytest.mark.parametrize("entries", [[], [made()]], ids=["nothing", "a paper"])
def test_where_the_api_answers_nothing_else_is_asked(entries: list[dict[str, Any]]) -> None:
    urls, found = asked(json.dumps(results(*entries)))
    assert (urls, found.via, found.problems) == ([API], "api", ())
    assert (found.listing, found.read_at) == (SEARCHED, AT)
