"""The demo's rounds: in a folder of their own, without a network, with every event that the week holds."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from flows.demo.stage import READINGS
from flows.settings import Settings, load_settings
from flows.steps.demonstrating import demo_settings, demonstrate
from flows.steps.resources import Resources
from flows.steps.rounds import Round, daily_round
from models.database import reading
from models.ledger import entries
from models.papers import Paper, Weight
from models.records import Verdict
from models.selection import changed_since
from tests.databases import opened
from tests.steps.house import FRI, MON, SAT, SUN, THU, TUE, WED, House, with_database

DAYS = (MON, TUE, WED, THU, FRI)


def a_round(resources: Resources, _: datetime) -> Round:
    return daily_round(resources)


def just_ingest(resources: Resources, _: datetime) -> Round:
    return daily_round(resources, publish=lambda _: ())


def test_a_folder_that_no_demo_has_made_is_not_removed(house: House) -> None:
    own = demo_settings(house.settings)
    precious = own.home / "thesis.txt"
    own.home.mkdir()
    precious.write_text("years of work")
    next(demonstrate(own, just_ingest))
    assert precious.read_text() == "years of work"


def test_the_database_of_the_operator_is_not_the_demos(house: House) -> None:
    real = load_settings(
        _env_file=None, home=house.settings.home, database_url="postgresql+psycopg://db.example/papers"
    )
    own = demo_settings(real)
    assert own.home == house.settings.home / "demo"
    assert own.database == f"sqlite:///{own.home / 'paperround.db'}"
    assert (own.huggingface_url, own.sources) == ("https://papers.example", ("huggingface",))


@pytest.fixture(scope="module")
def demo(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[tuple[Settings, list[Round]]]:
    """The whole demo, run once without a network."""
    home = tmp_path_factory.mktemp("demo")
    own = demo_settings(load_settings(_env_file=None, home=home))
    with_database(own.home, sqlite_template)

    def refuse(*_: object) -> None:
        raise AssertionError("the demo needs no network")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        yield own, list(demonstrate(own, a_round))


@pytest.fixture(scope="module")
def papers(demo: tuple[Settings, list[Round]]) -> list[Paper]:
    with opened(demo[0].database) as engine, reading(engine) as connection:
        return list(changed_since(connection))


def test_there_is_a_round_for_each_reading_and_none_fails(demo: tuple[Settings, list[Round]]) -> None:
    rounds = demo[1]
    assert len(rounds) == len(READINGS)
    assert not any(done.failures for done in rounds)


def test_the_ledger_of_the_demo_has_no_gap(demo: tuple[Settings, list[Round]]) -> None:
    with opened(demo[0].database) as engine, reading(engine) as connection:
        verdicts = {entry.date: entry.verdict for entry in entries(connection)}
    assert {day: verdicts[day] for day in DAYS} == dict.fromkeys(DAYS, Verdict.FRESH)
    assert {verdicts[SAT], verdicts[SUN]} == {Verdict.QUIET}
    assert verdicts[READINGS[-1].date()] is Verdict.WAITING


def test_the_week_holds_every_event(papers: list[Paper]) -> None:
    revisions = Counter(
        revision.field
        for paper in papers
        for revision in paper.revisions
        if revision.weight is not Weight.ENRICHMENT
    )
    assert len(papers) == 45
    assert (revisions["title"], revisions["abstract"], revisions["withdrawn"]) == (1, 2, 1)
    assert sum(paper.withdrawn for paper in papers) == 1
    places = [place for paper in papers for place in paper.appearances]
    assert sum(place.removed_at is not None for place in places) == 2
    assert max(len(paper.appearances) for paper in papers) == 2
    assert max(len(paper.observations) for paper in papers) > 3


def test_the_feeds_of_the_demo_are_those_of_the_topics_shipped(demo: tuple[Settings, list[Round]]) -> None:
    own, rounds = demo
    counts = {feed.slug: feed.entries for feed in rounds[-1].published}
    assert len(counts) == 11
    assert counts["all"] == 45
    assert len(list((own.public / "feeds").iterdir())) == 22


def test_the_demo_may_be_run_again(house: House) -> None:
    own = demo_settings(house.settings)
    for _ in range(2):
        first = next(demonstrate(own, just_ingest))
        assert [row.new for row in first.ledger] == [6]
