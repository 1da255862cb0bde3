"""The status as the app gives it: as it stands now, whatever was published."""

from __future__ import annotations

from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.site.pages import texts
from tests.web.asking import Ask
from tests.web.invented import PAGE, RUNS, Shelved, publish


@pytest.fixture(autouse=True)
def published_before(public: Path) -> None:
    """A status was published, and says how it stood then."""
    publish(public, "status/index.html", PAGE)


def test_it_is_made_when_it_is_asked_for_and_nobody_keeps_it(ask: Ask, library: Shelved) -> None:
    reply = ask("/status/")
    assert (reply.status, library.asked) == (200, ["condition"])
    assert reply.headers["cache-control"] == "public, max-age=0"
    assert "A lantern" not in reply.text
    assert 'kind="status",status="200"' in ask("/metrics").text


def test_it_stands_in_the_frame_of_the_site_with_the_search(ask: Ask) -> None:
    found = LexborHTMLParser(ask("/status/").text)
    assert texts(found, "nav [aria-current]") == ["Status"]
    assert len(found.css("header form[role=search]")) == 1
    assert found.css("a[href='../api/status']")


@pytest.mark.parametrize(("url", "to"), [("/status", "./status/"), ("/status/index.html", "./")])
def test_there_is_no_way_past_it_to_what_was_published(ask: Ask, url: str, to: str) -> None:
    reply = ask(url)
    assert (reply.status, reply.headers["location"]) == (301, to)
    assert "A lantern" not in reply.text


def test_without_a_database_it_is_a_503(ask: Ask, library: Shelved) -> None:
    library.is_down = True
    reply = ask("/status/", accept="text/html")
    assert (reply.status, reply.headers["content-type"]) == (503, "text/html; charset=utf-8")


def test_it_is_limited_like_all_that_costs_something(ask: Ask) -> None:
    statuses = {ask("/status/", client=("192.0.2.1", 1)).status for _ in range(61)}
    assert statuses == {200, 429}


def test_what_a_run_said_and_whose_letters_they_are_is_told_to_nobody(ask: Ask) -> None:
    failures = [failure for latest in RUNS.values() if latest.ended for failure in latest.ended.failures]
    for url in ("/status/", "/api/status"):
        assert "2" in ask(url).text
        assert not any(failure in ask(url).text for failure in failures)


def test_as_json_it_says_what_is_wrong_and_what_is_overdue(ask: Ask) -> None:
    reply = ask("/api/status")
    told = reply.json
    assert reply.headers["cache-control"] == "public, max-age=0"
    assert len(told["troubles"]) == 4
    unread, partial = told["overdue"]
    assert (unread["asked"], unread["verdict"], unread["read_at"]) == (False, None, None)
    assert partial == {
        "source": "arxiv",
        "section": "cs.CL",
        "date": "2025-10-01",
        "since": "2025-10-01T12:00:03Z",
        "asked": True,
        "verdict": "partial",
        "read_at": "2025-10-01T12:00:03Z",
    }
    ((run,), letters) = told["runs"], told["letters"]
    assert (run["last"]["course"], run["last"]["ended_at"]) == ("under way", None)
    assert (run["last_ended"]["course"], run["last_ended"]["failures"]) == ("failed", 2)
    assert letters == {"sent": 5, "uncertain": 1}
