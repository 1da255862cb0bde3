"""The site's own search beside the recorded lists: politely, by either way, and never as a listing of a day."""

from __future__ import annotations

import json
import urllib.request
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from flows.steps import resources
from models.database import reading
from models.searches import found_by_search
from tests.acceptance.stand_in import StandIn, recorded
from tests.acceptance.town import DAY, Clockwork, Town, impatient
from tests.commands.command import Command, use_folder
from tests.databases import opened
from tests.steps.house import rows, with_database

TEXTS = {
    "complexity": "fine-grained complexity",
    "hostile": ("\"Ähnlichkeit\" & 'attention' #1 100% <b> C++/Rust? a=b " * 6)[:250].strip(),
    "nowhere": "xyzzyqux",
}
MORNING, EVENING = "2025-09-19T09:00:00+00:00", "2025-09-19T20:00:00+00:00"
API, SEARCHES = "^/api/papers/search", "^/(api/papers/search|papers\\?q=)"


@pytest.fixture
def town(
    stand_in: StandIn,
    sqlite_template: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Town:
    """A folder in which nothing was read yet, with topics that ask the site's search."""
    use_folder(monkeypatch, tmp_path)
    with_database(tmp_path / "var", sqlite_template)
    Path("topics.toml").write_text(
        "\n".join(
            f'[[topic]]\nslug = "{slug}"\ntitle = "T"\ndescription = "D."\nrule = "attention"\n'
            f"search = {json.dumps(text, ensure_ascii=False)}\n"
            for slug, text in TEXTS.items()
        )
    )
    monkeypatch.setenv("PAPERROUND_SOURCES", "huggingface")
    monkeypatch.setenv("PAPERROUND_HUGGINGFACE_URL", stand_in.url)
    clockwork = Clockwork()
    monkeypatch.setattr(resources, "visiting", impatient(clockwork))
    return Town(stand_in, Command(capsys, monkeypatch), clockwork)


def requests(town: Town, since: int = 0) -> list[dict[str, Any]]:
    """What the site was asked for, but for its robots.txt."""
    return [row for row in town.stand_in.log()[since:] if row["path"] != "/robots.txt"]


def answer(town: Town, text: str) -> list[str]:
    """The papers that the site finds for a text now, best first."""
    url = f"{town.stand_in.url}/api/papers/search?q={quote(text)}&limit=120"
    with urllib.request.urlopen(url, timeout=10) as found:
        return [entry["paper"]["id"] for entry in json.load(found)]


def ranked(day: date = DAY) -> dict[str, list[str]]:
    with opened("sqlite:///var/paperround.db") as engine, reading(engine) as connection:
        found = found_by_search(connection, day, 0)
    return {slug: sorted(ranks, key=ranks.__getitem__) for slug, ranks in found.items()}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"status": 429, "headers": {"Retry-After": "300"}, "body": "slow down"}, "answers 429"),
        ({"challenge": True}, "no readable JSON in the answer"),
    ],
    ids=["429", "challenge"],
)
def test_a_search_in_vain_is_a_warning_alone_and_the_next_round_asks_again(
    town: Town, fault: dict[str, Any], reason: str
) -> None:
    with town.failing(fault | {"path": SEARCHES}):
        result = town.run(MORNING)
    assert (result.code, {row["verdict"] for row in town.status().values()}) == (0, {"fresh"})
    assert reason in result.err
    assert "2 more are left to the next round" in result.err
    assert ranked() == {}
    assert town.run(EVENING).code == 0
    assert ranked()["complexity"] == answer(town, TEXTS["complexity"])


def test_each_text_is_asked_for_once_a_day_and_the_next_day_if_the_answer_has_changed(town: Town) -> None:
    before = len(town.stand_in.log())
    town.run(MORNING)
    town.run(EVENING)
    asked = [urlsplit(row["path"]) for row in requests(town, before)]
    day, search = f"/papers/date/{DAY}", "/api/papers/search"
    assert [found.path for found in asked] == [day, search, search, search, day]
    assert [parse_qs(found.query)["q"] for found in asked[1:4]] == [[text] for text in TEXTS.values()]

    before = len(town.stand_in.log())
    town.run("2025-09-20T09:00:00+00:00")
    searches = [row for row in requests(town, before) if search in row["path"]]
    assert [row["status"] for row in searches] == [200, 200, 304]
    assert all(row["headers"]["if-none-match"] for row in searches)


def test_what_is_found_stands_under_its_topic_and_is_announced_by_no_list_and_in_no_feed(town: Town) -> None:
    town.run("2025-09-26T20:00:00+00:00")
    day = date(2025, 9, 26)
    assert ranked(day) == {slug: answer(town, TEXTS[slug]) for slug in ("complexity", "hostile")}
    assert len(ranked(day)["hostile"]) == 120

    listed = {entry["paper"]["id"] for entry in recorded(day)}
    days = {row["id"]: row["first_listed"] for row in town.rows()["papers"]}
    assert {paper_id for paper_id, announced in days.items() if announced} == listed
    assert days.keys() > listed
    feeds = "".join(path.read_text() for path in Path("var/public/feeds").glob("*.atom"))
    assert all(paper_id in feeds for paper_id in listed)
    assert not any(paper_id in feeds for paper_id in days.keys() - listed)
    assert {row["section"] for row in town.status().values()} == {"daily"}


def test_the_page_is_the_second_way_and_its_list_of_the_day_is_not_the_answer(town: Town) -> None:
    town.run()
    by_api = ranked()
    Path("var/paperround.db").unlink()
    with town.failing({"status": 404, "path": API}):
        result = town.run()
    assert result.code == 0
    assert "answers 404" in result.err
    assert ranked() == by_api
    listed = {entry["paper"]["id"] for entry in recorded(DAY)}
    assert not listed <= set(by_api["complexity"])


def test_a_replay_gives_the_same_rows_whatever_the_topics_ask_for_now(town: Town) -> None:
    with town.failing({"status": 500, "path": API, "times": 4}):
        town.run(MORNING)
    town.run("2025-09-20T09:00:00+00:00")
    with opened("sqlite:///var/paperround.db") as engine:
        before = rows(engine)
    Path("topics.toml").write_text(Path("topics.toml").read_text().replace("complexity", "simplicity"))
    assert town.paperround("replay", "--into", "sqlite:///again.db").code == 0
    assert town.paperround("replay").code == 0
    for url in ("sqlite:///var/paperround.db", "sqlite:///again.db"):
        with opened(url) as engine:
            assert rows(engine) == before
