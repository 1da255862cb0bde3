"""How arXiv is asked, by its own log: slowly, one thing at a time, by name, as its robots.txt allows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.arxiv_town import TOPICS, Sites, at, both_sites
from tests.acceptance.recorded_mailings import NEXT_FRI, WEEK
from tests.steps.house import with_database

ROOT = Path(__file__).parents[2]
INTERVAL_SECONDS, HANG_SECONDS = 0.2, 0.4
ON_THE_WAY_SECONDS = 0.1
"""By so much a request may be late, so that the next one seems to be early."""
CONTACT = "mailto:reader@example.org"
NEEDED = {"/robots.txt", "/list/cs.CL/new", "/list/cs.CV/new", "/oai", "/api/query"}

Log = list[dict[str, Any]]


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[tuple[Log, Log]]:
    """What both sites were asked for in two rounds of a day, by the command, with time that really passes."""
    folder = tmp_path_factory.mktemp("polite")
    with_database(folder / "var", sqlite_template)
    (folder / "topics.toml").write_text(TOPICS)
    hanging = {"path": "^/list/", "hang": HANG_SECONDS}
    with both_sites(folder / "hf", WEEK) as sites, sites.failing(hanging):
        run(sites, folder, "05:30")
        first = sites.log()
        run(sites, folder, "12:00")
        yield first, sites.log()[len(first) :]


def run(sites: Sites, folder: Path, clock_time: str) -> None:
    moment = at(NEXT_FRI, clock_time)
    sites.at(moment)
    command = [sys.executable, "-c", "from flows.cli import main; main()", "run", "--as-of", str(moment)]
    done = subprocess.run(
        command, cwd=folder, env=environment(sites), text=True, capture_output=True, timeout=90, check=False
    )
    assert done.returncode == 0, done.stderr


def environment(sites: Sites) -> Mapping[str, str]:
    own = {"arxiv_categories": "cs.CV,cs.CL", "min_interval": str(INTERVAL_SECONDS), "contact": CONTACT}
    settings = {f"PAPERROUND_{name.upper()}": value for name, value in (sites.addresses | own).items()}
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings}


def of_site(log: Log, site: str) -> Log:
    return [row for row in log if row["site"] == site]


def test_each_round_asks_for_all_that_it_needs(rounds: tuple[Log, Log]) -> None:
    asked = [[row["path"].partition("?")[0] for row in of_site(log, "arxiv")] for log in rounds]
    assert set(asked[0]) == NEEDED
    assert (asked[0].count("/list/cs.CV/new"), asked[0].count("/oai")) == (1, 4)
    assert len(asked[1]) < len(asked[0])


@pytest.mark.parametrize("site", ["arxiv", "hf"])
def test_robots_txt_is_read_before_the_first_page_and_once(rounds: tuple[Log, Log], site: str) -> None:
    for log in rounds:
        paths = [row["path"] for row in of_site(log, site)]
        assert paths[0] == "/robots.txt"
        assert paths.count("/robots.txt") == 1


@pytest.mark.parametrize("site", ["arxiv", "hf"])
def test_two_requests_are_never_nearer_than_the_interval(rounds: tuple[Log, Log], site: str) -> None:
    for log in rounds:
        came_at = [row["at"] for row in of_site(log, site)]
        assert len(came_at) > 1
        for first, last in combinations(range(len(came_at)), 2):
            least = (last - first) * INTERVAL_SECONDS
            assert came_at[last] - came_at[first] > least - ON_THE_WAY_SECONDS


def test_nothing_is_asked_while_an_answer_is_on_the_way(rounds: tuple[Log, Log]) -> None:
    for log in rounds:
        listings = [pair for pair in pairwise(log) if pair[0]["path"].startswith("/list/")]
        assert listings
        assert all(after["at"] - before["at"] >= HANG_SECONDS for before, after in listings)


def test_every_request_says_who_asks_and_where_to_complain(rounds: tuple[Log, Log]) -> None:
    agents = {row["headers"]["user-agent"] for log in rounds for row in log}
    assert agents == {f"paperround/{version('paperround')} (+{CONTACT})"}


@pytest.mark.parametrize("site", ["arxiv", "hf"])
def test_what_was_read_before_is_asked_for_only_if_it_has_changed(rounds: tuple[Log, Log], site: str) -> None:
    first, second = (of_site(log, site) for log in rounds)
    read = {row["path"] for row in first if row["status"] == 200} - {"/robots.txt"}
    again = [row for row in second if row["path"] in read]
    assert again
    assert not any("if-none-match" in row["headers"] for row in first)
    assert all("if-none-match" in row["headers"] for row in again)
    assert {row["status"] for row in again if row["path"].startswith("/list/")} <= {304}


def test_no_mailing_is_caught_up_with_that_is_on_its_page(rounds: tuple[Log, Log]) -> None:
    assert not any(row["path"].startswith(("/catchup", "/rss")) for log in rounds for row in log)
