"""The sites' own searches: once a day for each topic, without harm to a listing, and kept for a replay."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from flows.demo.week import found_at
from flows.settings import load_settings
from flows.sources.base import Fetch, Source
from flows.sources.biorxiv import biorxiv
from flows.steps import searching as searching_steps
from flows.steps.backfilling import backfill
from flows.steps.ingesting import Choose, between, conditional, ingest, of_day, unsettled
from flows.steps.replaying import replay
from flows.steps.resources import Get, Resources, opened
from flows.steps.searching import Query, due_searches, search_all
from models.database import reading
from models.searches import found_by_search
from models.tables import APPEARANCES, LEDGER, PAPERS, READINGS, SNAPSHOTS
from tests.databases import opened as opened_database
from tests.steps.house import (
    CHALLENGE,
    FRI,
    MON,
    THU,
    TUE,
    WED,
    Fault,
    House,
    Rows,
    Site,
    at,
    refused,
    rows,
    silent,
    with_body,
    with_database,
)

EXPERTS, AGENTS = "mixture of experts", "agents"
NOWHERE = 'zyzzyva & "Ähre"'
SEARCH, SEARCH_PAGE = "/api/papers/search", "/papers?q="


def write_topics(house: House, **texts: str) -> None:
    """A topic for each text, by slug; one with an empty text has none for the site's search."""
    tables = (
        f'[[topic]]\nslug = "{slug}"\ntitle = "{slug}"\ndescription = "{slug}."\nrule = "expert"\n'
        + (f"search = '{text}'\n" if text else "")
        for slug, text in texts.items()
    )
    house.settings.topics.write_text("\n".join(tables))


@pytest.fixture
def town(house: House) -> House:
    """A house with a topic that asks the site's search, and one that does not."""
    write_topics(house, experts=EXPERTS, quiet="")
    return house


def api(text: str) -> str:
    return f"{SEARCH}?q={quote(text, safe='')}&limit=120"


def way(text: str) -> str:
    return f"{SEARCH_PAGE}{quote(text, safe='')}"


@dataclass
class Searching:
    """The searches alone, at one moment after another: no listings, and the resources opened once."""

    resources: Resources
    site: Site

    def at(self, moment: datetime) -> list[str]:
        """What the site's search is asked for at a moment."""
        self.site.now = moment
        self.site.asked.clear()
        source = self.resources.sources["huggingface"]
        queries = due_searches(self.resources, source)
        search_all(self.resources, source, queries, conditional(self.resources, self.site.get))
        return [url for url, _ in self.site.asked]


@contextmanager
def searching(house: House, **texts: str) -> Iterator[Searching]:
    write_topics(house, **texts)
    with opened(house.settings, lambda: house.site.now, house.site.visit) as resources:
        yield Searching(resources, house.site)


def ranks(house: House) -> dict[str, list[str]]:
    """What was found for each topic on the newest day, best first."""
    with opened_database(house.settings.database) as engine, reading(engine) as connection:
        found = found_by_search(connection, FRI, 7)
    return {slug: sorted(given, key=given.__getitem__) for slug, given in found.items()}


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(refused(429), "answers 429"), (silent, "does not answer"), (CHALLENGE, "no readable JSON")],
    ids=["429", "silence", "challenge"],
)
def test_a_search_that_fails_is_a_warning_and_harms_no_listing(
    town: House, caplog: pytest.LogCaptureFixture, fault: Fault, reason: str
) -> None:
    write_topics(town, experts=EXPERTS, agents=AGENTS, quiet="")
    with town.site.failing(SEARCH, fault), town.site.failing(SEARCH_PAGE, fault):
        done = town.round(at(MON))
    assert (done.failures, len(done.ledger)) == ((), 1)
    said = warnings(caplog)
    assert [sentence.partition(": ")[0] for sentence in said] == ["huggingface search/experts 2026-11-09"] * 3
    assert reason in said[0]
    assert said[1].partition(": ")[2].startswith("page: ")
    assert said[2].endswith("no answer; 1 more are left to the next round")


def test_a_search_that_fails_keeps_what_came_and_finds_nothing(town: House) -> None:
    with town.site.failing(SEARCH, refused(429)), town.site.failing(SEARCH_PAGE, CHALLENGE):
        town.ingest(at(MON))
    kept = town.rows(READINGS, SNAPSHOTS, APPEARANCES, LEDGER)
    assert [row["section"] for row in kept["readings"]] == ["daily", "search/experts"]
    assert [row["status"] for row in kept["snapshots"]] == [200, 429, 200]
    assert {row["section"] for row in kept["appearances"]} == {"daily"}
    assert [row["section"] for row in kept["ledger"]] == ["daily"]


@pytest.mark.parametrize("fault", [refused(503), silent, CHALLENGE, with_body(b"{}")], ids=range(4))
def test_a_search_that_failed_is_asked_again_by_the_next_round_of_the_day(house: House, fault: Fault) -> None:
    with searching(house, experts=EXPERTS) as searches:
        with house.site.failing("q=", fault):
            assert searches.at(at(MON, "08:15")) == [api(EXPERTS), way(EXPERTS)]
        assert searches.at(at(MON, "11:15")) == [api(EXPERTS)]
        assert searches.at(at(MON, "14:15")) == []


def test_after_a_search_in_vain_the_site_is_left_alone_and_what_waited_comes_first(house: House) -> None:
    in_vain = [api("refused"), way("refused")]
    with (
        searching(house, refused="refused", experts=EXPERTS, agents=AGENTS) as searches,
        house.site.failing("q=refused", refused(400)),
    ):
        assert searches.at(at(MON, "08:15")) == in_vain
        assert searches.at(at(MON, "11:15")) == [api(EXPERTS), api(AGENTS), *in_vain]
        assert searches.at(at(MON, "14:15")) == in_vain
        assert searches.at(at(TUE, "08:15")) == [api(EXPERTS), api(AGENTS), *in_vain]


def choosing(choose: Choose) -> Callable[[House], object]:
    return lambda house: house.ingest(at(TUE), choose)


def run_backfill(house: House) -> None:
    with house.opened(at(TUE)) as resources:
        backfill(resources, MON, TUE)


@pytest.mark.parametrize(
    "run",
    [
        choosing(of_day(TUE)),
        choosing(between(MON, TUE)),
        choosing(unsettled()),
        choosing(unsettled(of_day(TUE))),
        run_backfill,
    ],
    ids=["a day", "days", "unsettled", "unsettled of a day", "backfill"],
)
def test_only_what_is_due_is_read_with_searches(town: House, run: Callable[[House], object]) -> None:
    run(town)
    assert town.site.asked
    assert not any(SEARCH in url or SEARCH_PAGE in url for url, _ in town.site.asked)


def due(house: House, source: Source | None = None) -> list[Query]:
    with house.opened(at(MON)) as resources:
        return due_searches(resources, source or resources.sources["huggingface"])


def test_nothing_is_asked_of_a_site_without_a_search_or_for_topics_without_a_text(house: House) -> None:
    assert due(house) == []
    write_topics(house, experts=EXPERTS)
    assert [(query.slug, query.text) for query in due(house)] == [("experts", EXPERTS)]
    assert due(house, biorxiv("https://api.example", "biorxiv")) == []


def test_a_round_asks_for_each_topic_after_the_listings(house: House) -> None:
    write_topics(house, experts=EXPERTS, quiet="", agents=AGENTS)
    house.ingest(at(MON))
    assert [url for url, _ in house.site.asked] == [f"/papers/date/{MON}", api(EXPERTS), api(AGENTS)]


def test_each_topic_is_asked_for_once_a_day(house: House) -> None:
    with searching(house, experts=EXPERTS, quiet="", agents=AGENTS) as searches:
        assert searches.at(at(MON, "08:15")) == [api(EXPERTS), api(AGENTS)]
        assert searches.at(at(MON, "11:15")) == searches.at(at(MON, "23:59")) == []
        assert searches.at(at(TUE, "02:15")) == [api(EXPERTS), api(AGENTS)]


def test_a_search_that_finds_nothing_has_its_answer(house: House) -> None:
    with searching(house, nowhere=NOWHERE) as searches:
        assert searches.at(at(MON, "08:15")) == [api(NOWHERE)]
        assert searches.at(at(MON, "11:15")) == []
    assert ranks(house) == {}


@pytest.mark.parametrize("fault", [None, refused(500)], ids=["api", "page"])
def test_each_way_finds_the_same_and_is_enough(
    house: House, caplog: pytest.LogCaptureFixture, fault: Fault | None
) -> None:
    house.site.faults = {SEARCH: fault} if fault else {}
    with searching(house, experts=EXPERTS) as searches:
        assert searches.at(at(TUE)) == [api(EXPERTS), way(EXPERTS)][: 2 if fault else 1]
        assert searches.at(at(TUE, "23:15")) == []
    assert [sentence.rpartition(": ")[2] for sentence in warnings(caplog)] == ["answers 500"] * bool(fault)
    assert ranks(house) == {"experts": [paper.id for paper in found_at(at(TUE), EXPERTS)]}


def test_what_is_found_is_kept_by_rank_and_only_a_list_announces_it(town: House) -> None:
    town.ingest(at(TUE))
    kept = town.rows(PAPERS, APPEARANCES)
    placed = {row["paper_id"]: row for row in kept["appearances"] if row["section"] == "search/experts"}
    by_id = {row["id"]: row for row in kept["papers"]}
    assert sorted(row["rank"] for row in placed.values()) == list(range(1, len(placed) + 1))
    of_monday = [paper_id for paper_id in placed if by_id[paper_id]["first_listed"] is None]
    assert len(of_monday) > 3
    assert all(by_id[paper_id]["votes"] is not None for paper_id in of_monday)

    town.ingest(at(TUE), of_day(MON))
    announced = {row["id"]: row["first_listed"] for row in town.rows(PAPERS)["papers"]}
    assert [announced[paper_id] for paper_id in of_monday] == [MON] * len(of_monday)


def test_an_answer_that_is_known_is_asked_for_by_its_etag(house: House) -> None:
    with searching(house, nowhere=NOWHERE) as searches:
        searches.at(at(MON))
        searches.at(at(TUE))
    ((_, validators),) = house.site.asked
    assert validators is not None
    first, second = house.rows(SNAPSHOTS)["snapshots"]
    assert (first["status"], second["status"]) == (200, 304)
    assert first["content_hash"] == second["content_hash"]


def test_of_more_topics_than_a_round_has_room_for_those_that_wait_come_next(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching_steps, "MOST_SEARCHES", 2)
    with searching(house, a="alpha", b="beta", c="gamma") as searches:
        assert searches.at(at(MON)) == [api("alpha"), api("beta")]
        assert searches.at(at(TUE, "02:15")) == [api("gamma"), api("alpha")]
        assert searches.at(at(TUE, "05:15")) == [api("beta")]
        assert searches.at(at(TUE, "08:15")) == []


def test_a_round_hands_each_search_to_whoever_shall_ask(town: House) -> None:
    write_topics(town, experts=EXPERTS, agents=AGENTS)
    handed: list[str] = []

    def ask(_: Resources, source: Source, query: Query, __: Fetch) -> bool:
        handed.append(f"{source.name} {query.slug}: {query.text} ({query.listing})")
        return True

    with town.opened(at(MON)) as resources:
        ingest(resources, ask_search=ask)
    assert handed == [
        "huggingface experts: mixture of experts (huggingface search/experts 2026-11-09)",
        "huggingface agents: agents (huggingface search/agents 2026-11-09)",
    ]


def test_a_failure_while_storing_leaves_nothing_of_the_search(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the power is gone")

    before = house.rows()
    with searching(house, experts=EXPERTS) as searches:
        with monkeypatch.context() as patch:
            patch.setattr(searching_steps, "store_found", fail)
            with pytest.raises(RuntimeError, match="the power is gone"):
                searches.at(at(MON))
        assert house.rows() == before
        assert searches.at(at(MON, "23:15")) == [api(EXPERTS)]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> House:
    """Rounds with searches by each way and in vain; never changed, but copied."""
    folder = tmp_path_factory.mktemp("searched")
    settings = load_settings(
        _env_file=None,
        home=with_database(folder / "var", sqlite_template),
        topics=folder / "topics.toml",
        sources="huggingface",
        huggingface_url="https://papers.example",
    )
    house = House(settings, Site(at(TUE)))
    write_topics(house, experts=EXPERTS, details=AGENTS, nowhere=NOWHERE)
    house.ingest(at(TUE, "08:15"))
    with house.site.failing(SEARCH, silent):
        house.ingest(at(WED))
    with house.site.failing(SEARCH, refused(429)), house.site.failing(SEARCH_PAGE, CHALLENGE):
        house.ingest(at(THU))
    house.ingest(at(FRI))
    return house


@pytest.fixture
def lived(history: House, tmp_path: Path) -> House:
    """A house of one's own after the history, whose topics now ask for other things or are gone."""
    shutil.copytree(history.settings.home, tmp_path / "var")
    own = {"home": tmp_path / "var", "topics": tmp_path / "topics.toml"}
    house = House(history.settings.model_copy(update=own), Site(at(FRI)))
    write_topics(house, experts="something else", other="xylophones")
    return house


def replayed(house: House, into: str | None = None) -> Rows:
    """All rows after a replay of a house's snapshots, without a site."""

    def forbid(_: Source) -> AbstractContextManager[Get]:
        raise AssertionError("a replay visits no site")

    with house.opened(at(FRI)) as resources:
        replay(replace(resources, visit=forbid), into=into)
    with opened_database(into or house.settings.database) as engine:
        return rows(engine)


def test_the_history_holds_searches_by_each_way_and_in_vain(history: House) -> None:
    kept = history.rows()
    of_search = {row["id"]: row for row in kept["readings"] if row["section"].startswith("search/")}
    taken = {sum(row["reading_id"] == number for row in kept["snapshots"]) for number in of_search}
    assert taken == {1, 2}
    assert {row["section"] for row in of_search.values()} == {
        f"search/{slug}" for slug in ("experts", "details", "nowhere")
    }
    assert {row["date"] for row in of_search.values()} == {TUE, WED, THU, FRI}
    assert {row["status"] for row in kept["snapshots"]} == {200, 304, 429, None}


def test_a_replay_gives_every_row_again_whatever_the_topics_ask_for_now(lived: House) -> None:
    before = lived.rows()
    assert replayed(lived) == before


def test_a_replay_into_another_database_with_the_site_elsewhere_gives_every_row_of_the_original(
    lived: House, postgresql_url: str
) -> None:
    moved = lived.settings.model_copy(update={"huggingface_url": "http://mirror.example/hf"})
    assert replayed(House(moved, lived.site), postgresql_url) == lived.rows()
