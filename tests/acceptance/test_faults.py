"""What the site may do instead of answering: nothing is lost, the last feeds stay, and a person is told."""

from __future__ import annotations

import json
import shutil
import urllib.request
from datetime import date, datetime
from pathlib import Path

import pytest

from flows.steps import resources
from tests.acceptance.stand_in import StandIn, recorded
from tests.acceptance.town import AFTER, BEFORE, DAY, EVERYTHING, PAGE, Clockwork, Fault, Town, impatient
from tests.commands.command import Command, use_folder
from tests.steps.conftest import TOPICS
from tests.steps.house import with_database


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """Where each test begins; filled by the first, copied by the others."""
    return with_database(tmp_path_factory.mktemp("town") / "var", sqlite_template)


@pytest.fixture
def town(
    stand_in: StandIn,
    home: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Town:
    """A folder in which the day before has been read and published."""
    use_folder(monkeypatch, tmp_path)
    Path("topics.toml").write_text(TOPICS)
    monkeypatch.setenv("PAPERROUND_SOURCES", "huggingface")
    monkeypatch.setenv("PAPERROUND_HUGGINGFACE_URL", stand_in.url)
    clockwork = Clockwork()
    monkeypatch.setattr(resources, "visiting", impatient(clockwork))
    found = Town(stand_in, Command(capsys, monkeypatch), clockwork)
    shutil.copytree(home, "var")
    if not (home / "public").exists():
        assert found.run("2025-09-18T20:00:00+00:00").code == 0
        shutil.copytree("var", home, dirs_exist_ok=True)
    clockwork.slept.clear()
    return found


def page_of(stand_in: StandIn, day: date) -> str:
    """The page of a day, as the site gives it on that day."""
    stand_in.at(datetime.fromisoformat(f"{day}T20:00:00+00:00"))
    with urllib.request.urlopen(f"{stand_in.url}/papers/date/{day}", timeout=10) as answer:
        text: str = answer.read().decode()
    return text


FAULTS: dict[str, tuple[Fault, str]] = {
    "challenge": ({"challenge": True}, 'no [data-target="DailyPapers"]'),
    "429 with Retry-After": (
        {"status": 429, "headers": {"Retry-After": "7"}, "body": "slow down"},
        "answers 429 Too Many Requests",
    ),
    "429 without": ({"status": 429, "body": "slow down"}, "answers 429 Too Many Requests"),
    "500": ({"status": 500, "body": "sorry"}, "answers 500 Internal Server Error"),
    "503": ({"status": 503}, "answers 503 Service Unavailable"),
    "404": ({"status": 404}, "answers 404 Not Found"),
    "hang": ({"hang": 1.5}, "does not answer in time"),
    "reset": ({"reset": True}, "gives no whole answer"),
    "cut answer": ({"truncate": 2000}, "gives no whole answer"),
    "empty array": ({"status": 200, "body": "[]"}, 'no [data-target="DailyPapers"]'),
    "empty object": ({"status": 200, "body": "{}"}, 'no [data-target="DailyPapers"]'),
    "nothing": ({"status": 200, "body": ""}, 'no [data-target="DailyPapers"]'),
}
BY_NAME = list(FAULTS)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_fault_of_the_page_is_made_up_for_by_the_second_way_which_says_why(town: Town, name: str) -> None:
    fault, reason = FAULTS[name]
    with town.failing(fault | {"path": PAGE}):
        result = town.run()
    row = town.status()[str(DAY)]
    assert result.code == 0
    assert (row["verdict"], row["via"], row["parsed"]) == ("fresh", "api", len(recorded(DAY)))
    assert row["error"].startswith("page: ")
    assert reason in row["error"]
    assert town.papers_of(DAY) == {entry["paper"]["id"] for entry in recorded(DAY)}


@pytest.mark.parametrize("name", BY_NAME)
def test_a_fault_of_every_way_is_told_leaves_the_last_feeds_and_loses_nothing(town: Town, name: str) -> None:
    fault, reason = FAULTS[name]
    feeds, content = town.feeds(), town.rows()
    with town.failing(fault | {"path": EVERYTHING}):
        result = town.run()
    row = town.status()[str(DAY)]
    assert result.code == 1
    assert row["verdict"] == ("stalled" if name == "empty array" else "failed")
    assert reason in row["error"]
    assert f"huggingface daily {DAY}: {row['error']}" in result.out
    assert town.feeds() == feeds
    assert town.rows() == content
    assert len(town.newest_answers()) == 2

    assert town.run("2025-09-19T23:00:00+00:00").code == 0
    assert {row["verdict"] for row in town.status().values()} == {"fresh"}
    assert town.papers_of(DAY) == {entry["paper"]["id"] for entry in recorded(DAY)}
    assert town.feeds() != feeds


def test_what_a_fault_answered_is_kept(town: Town) -> None:
    with town.failing({"path": EVERYTHING, "challenge": True}):
        town.run()
    for _, status, content_hash in town.newest_answers():
        assert status == 200
        assert content_hash is not None
        assert list(Path("var/archive").rglob(f"{content_hash}.gz"))


def test_a_redesign_is_told_by_what_was_not_found(town: Town) -> None:
    with town.failing({"path": PAGE, "drift": True}):
        assert town.run().code == 0
    row = town.status()[str(DAY)]
    assert (row["verdict"], row["via"]) == ("fresh", "api")
    assert row["error"] == 'page: no [data-target="DailyPapers"]'


def test_a_redesign_of_page_and_api_fails_and_is_read_when_it_is_over(town: Town) -> None:
    feeds = town.feeds()
    with town.failing(
        {"path": PAGE, "drift": True}, {"path": "^/api", "status": 200, "body": '{"papers": []}'}
    ):
        assert town.run().code == 1
    row = town.status()[str(DAY)]
    assert (row["verdict"], row["via"]) == ("failed", "")
    assert row["error"].startswith('page: no [data-target="DailyPapers"]; api: no JSON array of entries')
    assert town.feeds() == feeds
    assert town.run("2025-09-19T23:00:00+00:00").code == 0


def test_a_429_that_ends_is_waited_for_as_long_as_it_asks(town: Town) -> None:
    fault = {"path": PAGE, "times": 1, "status": 429, "headers": {"Retry-After": "33"}}
    with town.failing(fault):
        assert town.run().code == 0
    row = town.status()[str(DAY)]
    assert (row["verdict"], row["via"], row["error"]) == ("fresh", "page", "")
    assert 33 in town.clockwork.slept


def test_a_429_without_a_time_is_tried_again_later_and_later(town: Town) -> None:
    with town.failing({"path": f"^/papers/date/{DAY}", "times": 2, "status": 429}):
        assert town.run().code == 0
    assert town.status()[str(DAY)]["via"] == "page"
    waits = [seconds for seconds in town.clockwork.slept if seconds > 1]
    assert waits == sorted(waits)


def test_a_429_that_asks_for_hours_closes_the_whole_site_until_the_next_run(town: Town) -> None:
    feeds = town.feeds()
    with town.failing({"path": PAGE, "status": 429, "headers": {"Retry-After": "7200"}}):
        result = town.run()
        asked = [row["path"] for row in town.stand_in.log()][-1]
    assert result.code == 1
    assert asked.startswith("/papers/")
    assert "asks to be left alone until 2025-09-19 22:00:00 UTC" in town.status()[str(DAY)]["error"]
    assert max(town.clockwork.slept, default=0) < 7200
    assert town.feeds() == feeds
    assert town.run("2025-09-19T23:00:00+00:00").code == 0


@pytest.mark.parametrize("other", [BEFORE, AFTER], ids=["an earlier", "a later"])
def test_the_page_of_another_day_is_not_taken_for_this_one(town: Town, other: date) -> None:
    body = page_of(town.stand_in, other)
    with town.failing({"path": f"^/papers/date/{DAY}", "status": 200, "body": body}):
        assert town.run().code == 0
    row = town.status()[str(DAY)]
    assert (row["verdict"], row["via"], row["parsed"]) == ("fresh", "api", len(recorded(DAY)))
    assert str(other) in row["error"]
    assert town.papers_of(DAY) == {entry["paper"]["id"] for entry in recorded(DAY)}


def test_another_day_on_every_way_is_a_day_that_is_missing(town: Town) -> None:
    feeds = town.feeds()
    page = {"path": f"^/papers/date/{DAY}", "status": 200, "body": page_of(town.stand_in, BEFORE)}
    api = {"path": f"^/api.*{DAY}", "status": 200, "body": json.dumps(recorded(BEFORE))}
    with town.failing(page, api):
        result = town.run()
    row = town.status()[str(DAY)]
    assert (result.code, row["verdict"], row["parsed"]) == (1, "stalled", 0)
    assert row["error"] == f"page: answers with {BEFORE}; api: answers with {BEFORE}"
    assert town.papers_of(DAY) == set()
    assert town.feeds() == feeds
    assert town.run("2025-09-19T23:00:00+00:00").code == 0
    assert town.papers_of(DAY) == {entry["paper"]["id"] for entry in recorded(DAY)}


def test_half_a_list_is_partial_and_removes_nothing(town: Town) -> None:
    assert town.run().code == 0
    before = town.rows()["appearances"]
    half = [*recorded(DAY)[:3], {"paper": {"id": 2509.1234}}]
    with town.failing(
        {"path": f"^/papers/date/{DAY}", "challenge": True},
        {"path": f"^/api.*{DAY}", "status": 200, "body": json.dumps(half)},
    ):
        assert town.run("2025-09-19T22:00:00+00:00").code == 0
    row = town.status()[str(DAY)]
    assert (row["verdict"], row["via"], row["declared"], row["parsed"], row["removed"]) == (
        "partial",
        "api",
        4,
        3,
        0,
    )
    assert [place["removed_at"] for place in town.rows()["appearances"]] == [None] * len(before)


def test_a_robots_txt_that_cannot_be_read_closes_the_site(town: Town) -> None:
    feeds = town.feeds()
    with town.failing({"path": "^/robots.txt", "status": 500}):
        assert town.run().code == 1
    assert "may not be read, because" in town.status()[str(DAY)]["error"]
    assert town.feeds() == feeds
