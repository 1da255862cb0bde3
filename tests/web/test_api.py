"""The JSON API: what it refuses, what it tells, and that its description is true."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.exchange import as_object, ledger_row, topic_as_object
from feeds.web.cursors import change_cursor, place_cursor
from feeds.web.library import Place
from tests.web.asking import Ask
from tests.web.invented import DAY, ENTRY, HOSTILE, PAPERS, TOPICS, Shelved

IDS = [paper.id for paper in PAPERS]
URLS = {
    "/api/papers": [
        "",
        "?limit=2",
        "?q=lantern",
        "?day=2025-10-01",
        "?changed_since=2",
        "?q=lantern&day=2025-10-01",
    ],
    "/api/papers/{paper_id}": ["2510.00003"],
    "/api/revisions": ["", "?changed_since=6", "?changed_since=7"],
    "/api/topics": [""],
    "/api/ledger": ["", "?days=3"],
    "/api/status": [""],
}


def below(path: str) -> str:
    return path.partition("{")[0]


EVERY_URL = [below(path) + rest for path, rests in URLS.items() for rest in rests]


@pytest.mark.parametrize(
    ("url", "status", "says"),
    [
        ("/api/papers?limit=0", 422, "limit: Input should be greater than or equal to 1."),
        ("/api/papers?limit=201", 422, "limit: Input should be less than or equal to 200."),
        ("/api/papers?limit=many", 422, "limit: Input should be a valid integer"),
        ("/api/papers?limt=3", 422, "limt: there is no such parameter."),
        ("/api/papers?day=2025-13-01", 422, "day: Input should be a valid date"),
        ("/api/papers?day=1763251200", 422, "day: should be a date such as 2026-11-20"),
        ("/api/papers?changed_since=-1", 422, "changed_since: "),
        ("/api/papers?changed_since=99999999999999999999", 422, "changed_since: "),
        (
            "/api/papers?changed_since=1&q=x",
            422,
            "changed_since has an order of its own, and goes with limit alone.",
        ),
        ("/api/papers?q=titel:x", 400, "q: column 1: no field is called titel; did you mean title:?"),
        ("/api/papers?q=" + "x" * 3000, 400, "q: the rule has 3,000 characters"),
        ("/api/papers?cursor=abc", 400, "The cursor is not one of ours; begin again without it."),
        ("/api/papers?cursor=%00", 400, "The cursor"),
        ("/api/revisions?cursor=" + place_cursor(Place(None, "x")), 400, "The cursor"),
        ("/api/papers?cursor=" + change_cursor(1, "x"), 400, "The cursor"),
        ("/api/revisions?cursor=" + change_cursor(2**70, "x"), 400, "The cursor"),
        ("/api/revisions?cursor=" + change_cursor(True, "x"), 400, "The cursor"),
        ("/api/papers/2510.99999", 404, "No paper with this id is known."),
        ("/api/papers/%00", 404, "No paper"),
        ("/api/papers/", 404, ""),
        ("/api/papers/2510.00003?x=1", 422, "x: there is no such parameter."),
        ("/api/topics?x=1", 422, "x: "),
        ("/api/ledger?days=0", 422, "days: "),
        ("/api/nothing", 404, "There is nothing at this address."),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_a_sentence(ask: Ask, url: str, status: int, says: str) -> None:
    reply = ask(url, accept="text/html")
    assert reply.headers["content-type"] == "application/problem+json"
    assert (reply.status, reply.json["status"]) == (status, status)
    assert reply.json["detail"].startswith(says)
    assert "\n" not in reply.json["detail"]


def test_what_the_database_says_of_itself_stays_here(ask: Ask, library: Shelved) -> None:
    library.is_down = True
    for url in ("/api/papers", "/api/ledger", "/api/status", "/search?q=lantern", "/status/"):
        reply = ask(url)
        assert reply.status == 503
        assert "secret" not in reply.text


def test_a_fault_of_ours_is_told_without_its_traceback_which_is_logged(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Shelved, "paper", lambda *_: 1 / 0)
    reply = ask("/api/papers/x")
    assert (reply.status, reply.json["detail"]) == (
        500,
        "Something went wrong here; the log of the server says what.",
    )
    assert "division" not in reply.text
    assert "ZeroDivisionError" in caplog.text
    assert 'kind="api",status="500"' in ask("/metrics").text


def description(ask: Ask) -> Any:
    return ask("/api/openapi.json").json


def problems(value: object, described: Any, path: str, status: str) -> Iterator[str]:
    content = described["paths"][path]["get"]["responses"][status]["content"]
    (schema,) = (each["schema"] for each in content.values())
    checker = jsonschema.Draft202012Validator(
        {**schema, "components": described["components"]},
        format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
    )
    return (error.message for error in checker.iter_errors(value))


@pytest.mark.parametrize(("path", "rest"), [(path, rest) for path, rests in URLS.items() for rest in rests])
def test_answers_are_as_the_description_says(ask: Ask, path: str, rest: str) -> None:
    reply = ask(below(path) + rest)
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    assert list(problems(reply.json, description(ask), path, "200")) == []


@pytest.mark.parametrize(
    ("url", "path", "status"),
    [("/api/papers?limit=0", "/api/papers", "422"), ("/api/papers/x", "/api/papers/{paper_id}", "404")],
)
def test_refusals_are_as_the_description_says(ask: Ask, url: str, path: str, status: str) -> None:
    assert list(problems(ask(url).json, description(ask), path, status)) == []


def test_the_description_is_of_the_routes_and_leads_to_the_public_address(ask: Ask) -> None:
    described = description(ask)
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": "https://round.example/papers"}]
    assert list(described["paths"]) == list(URLS)
    for path in described["paths"].values():
        refusals = [response for status, response in path["get"]["responses"].items() if status >= "400"]
        assert all(list(each["content"]) == ["application/problem+json"] for each in refusals)


def test_a_field_that_the_description_does_not_know_would_be_noticed(ask: Ask) -> None:
    paper = {**as_object(PAPERS[0]), "shoe_size": 7}
    assert list(problems(paper, description(ask), "/api/papers/{paper_id}", "200"))


def test_a_paper_is_what_the_export_says_of_it(ask: Ask) -> None:
    assert ask("/api/papers/2510.00003").json == as_object(PAPERS[0])


@pytest.mark.parametrize("name", ["2510.00003v2", "arXiv:2510.00003", "https://arxiv.org/abs/2510.00003"])
def test_a_paper_is_found_by_any_name_of_it(ask: Ask, name: str) -> None:
    assert ask(f"/api/papers/{name}").json["id"] == "2510.00003"


def test_a_doi_is_an_id_with_slashes_and_all(ask: Ask) -> None:
    assert ask(f"/api/papers/{quote('10.1234/lamp(1)')}").json["id"] == "10.1234/lamp(1)"
    assert ask("/api/papers/10.1234%2FLAMP(1)").json["id"] == "10.1234/lamp(1)"


def test_papers_come_with_why_when_a_rule_is_asked_for(ask: Ask) -> None:
    assert ask("/api/papers").json["reasons"] == {}
    found = ask("/api/papers?q=again").json
    assert [paper["id"] for paper in found["papers"]] == ["2510.00003"]
    assert found["reasons"].keys() == {"2510.00003"}
    assert found["next"] is None


def test_papers_of_a_day_are_those_first_listed_on_it(ask: Ask) -> None:
    assert [paper["id"] for paper in ask(f"/api/papers?day={DAY}").json["papers"]] == IDS[:2]


@pytest.mark.parametrize("query", ["limit=1", "limit=1&q=lantern", "limit=1&changed_since=0"])
def test_page_after_page_gives_each_paper_once(ask: Ask, query: str) -> None:
    found, url = [], f"/api/papers?{query}"
    while url:
        reply = ask(url)
        following = reply.json["next"]
        found += [paper["id"] for paper in reply.json["papers"]]
        assert reply.headers.get("link") == (f'<{following}>; rel="next"' if following else None)
        assert following is None or following.startswith("http://round.example/papers/api/papers?")
        url = (
            urlsplit(following)._replace(scheme="", netloc="", path="/api/papers").geturl()
            if following
            else ""
        )
    assert found == (IDS[::-1] if "changed_since" in query else IDS)


@pytest.mark.parametrize("host", ["evil example", "a<b>", "x/y", "", "[::1", "a:99999999", "é"])
def test_a_strange_host_is_not_repeated(ask: Ask, host: str) -> None:
    fields = [(b"host", host.encode("latin-1"))]
    app = ask.app

    async def without_host(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "headers": fields}, receive, send)

    reply = asyncio.run(Ask(without_host).asked("/api/papers?limit=1"))
    assert reply.json["next"].startswith("https://round.example/papers/api/papers?")


@pytest.mark.parametrize(
    "query", ["limit=3", "limit=3&changed_since=0", "limit=1&changed_since=5", "limit=3&day=2025-10-01"]
)
def test_a_page_that_holds_the_rest_has_no_next(ask: Ask, query: str) -> None:
    assert ask(f"/api/papers?{query}").json["next"] is None


def test_changes_come_in_the_order_in_which_they_were_seen(ask: Ask) -> None:
    (change,) = ask("/api/revisions").json["revisions"]
    as_exported = as_object(PAPERS[0])["revisions"]
    assert isinstance(as_exported, list)
    assert change == {"id": "2510.00003", "seq": 7, **as_exported[0]}
    assert ask("/api/revisions?changed_since=7").json == {"revisions": [], "next": None}


def test_the_ledger_is_what_status_says(ask: Ask) -> None:
    assert ask("/api/ledger").json == [ledger_row(ENTRY)]


def test_topics_are_what_the_command_says_and_their_feeds(ask: Ask) -> None:
    told = ask("/api/topics").json
    feeds = [topic.pop("feeds") for topic in told]
    assert told == [topic_as_object(topic) for topic in TOPICS]
    assert feeds[1] == {
        "atom": "https://round.example/papers/feeds/agents.atom",
        "rss": "https://round.example/papers/feeds/agents.rss",
        "json": "https://round.example/papers/feeds/agents.json",
    }


def test_hostile_text_is_told_as_it_is_in_json_and_escaped_in_pages(ask: Ask) -> None:
    assert ask("/api/papers/2510.00002").json["title"] == f"Lanterns {HOSTILE}"
    page = ask("/search?q=" + quote(f'"{HOSTILE}" OR lanterns'))
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize("url", EVERY_URL)
def test_what_has_not_changed_costs_nothing(ask: Ask, url: str) -> None:
    if url == "/api/papers/":
        url += "2510.00003"
    etag = ask(url).headers["etag"]
    assert ask(url, if_none_match=etag).status == 304


def test_the_page_of_the_api_names_every_route_with_an_example(ask: Ask) -> None:
    page = ask("/api/").text
    for path in URLS:
        assert f"<code>{path}</code>" in page
    assert "<script" not in page
    assert 'href="/papers/api/openapi.json"' in page


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["papers", "revisions"]))
def test_any_rule_and_any_cursor_get_an_answer(
    asking: Callable[..., Ask], rule: str, cursor: str, of: str
) -> None:
    query = f"cursor={quote(cursor, errors='replace')}" + (
        f"&q={quote(rule, errors='replace')}" if of == "papers" else ""
    )
    assert asking()(f"/api/{of}?{query}").status in (200, 400, 422)
