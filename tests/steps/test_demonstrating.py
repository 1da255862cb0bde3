"""The demo's rounds: in a folder of their own, without a network, with every event that the week holds."""

from __future__ import annotations

import logging
import socket
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from flows.demo.stage import READINGS
from flows.settings import Settings, load_settings
from flows.steps.demonstrating import demo_settings, demonstrate
from flows.steps.resources import Resources, clock
from flows.steps.resources import opened as resources_of
from flows.steps.rounds import Round, daily_round
from models.database import reading
from models.ledger import entries
from models.papers import Paper, Weight
from models.records import Verdict
from models.selection import changed_since
from tests.databases import opened
from tests.steps.house import FRI, MON, SAT, SUN, THU, TUE, WED, House, at, with_database

DAYS = (MON, TUE, WED, THU, FRI)
LISTINGS = (("arxiv", "cs.CL"), ("arxiv", "cs.CV"), ("huggingface", "daily"))


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


def test_what_the_operator_reads_is_not_what_the_demo_reads(house: House) -> None:
    real = load_settings(
        _env_file=None, home=house.settings.home, sources="biorxiv", huggingface_sections="week"
    )
    with resources_of(demo_settings(real), clock(READINGS[0])) as resources:
        sources = resources.sources.values()
    assert {(source.name, section) for source in sources for section in source.sections} == set(LISTINGS)
    assert not any(source.standing for source in sources)
    assert {url.split("/")[2] for source in sources for url in source.base_urls} == {
        "papers.example",
        "preprints.example",
    }


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
        warnings = logging.FileHandler(home / "warnings.log")
        warnings.setLevel(logging.WARNING)
        patch.setattr(logging.getLogger(), "handlers", [warnings])
        yield own, list(demonstrate(own, a_round))
        warnings.close()


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
        verdicts = {(entry.source, entry.section, entry.date): entry.verdict for entry in entries(connection)}
    last = READINGS[-1].date()
    for source, section in LISTINGS:
        assert {verdicts.pop((source, section, day)) for day in DAYS} == {Verdict.FRESH}
        assert {verdicts.pop((source, section, day)) for day in (SAT, SUN)} == {Verdict.QUIET}
    assert verdicts.pop(("huggingface", "daily", last)) is Verdict.WAITING
    assert set(verdicts.values()) == {Verdict.FRESH}


def test_the_week_holds_every_event(papers: list[Paper]) -> None:
    revisions = Counter(
        revision.field
        for paper in papers
        for revision in paper.revisions
        if revision.weight is not Weight.ENRICHMENT
    )
    assert len(papers) == 58
    assert (revisions["title"], revisions["abstract"], revisions["withdrawn"]) == (1, 3, 1)
    assert (revisions["categories"], revisions["version"], revisions["authors"]) == (1, 3, 0)
    assert sum(paper.withdrawn for paper in papers) == 1
    places = [place for paper in papers for place in paper.appearances]
    assert sum(place.removed_at is not None for place in places) == 2
    assert max(len(paper.observations) for paper in papers) > 3


def test_the_same_paper_is_one_on_both_sites(papers: list[Paper]) -> None:
    by_id = {paper.id: paper for paper in papers}
    places = [(place.date, place.source, place.section) for place in by_id["2611.05210"].appearances]
    assert sorted(places) == [
        (MON, "arxiv", "cs.CL/cross"),
        (MON, "arxiv", "cs.CV/new"),
        (TUE, "huggingface", "daily"),
        (WED, "arxiv", "cs.CL/replacement"),
        (WED, "arxiv", "cs.CV/replacement"),
    ]
    assert by_id["2611.05210"].announced_at == at(MON, "01:00")
    assert by_id["2611.05210"].votes


def test_names_in_tex_are_told_in_letters_and_all_of_them(papers: list[Paper]) -> None:
    by_id = {paper.id: paper for paper in papers}
    assert by_id["2611.04689"].authors == ("Zdeněk Hořejš", "Jörn Straßberg", "María Nuñez-Aldecoa")
    assert by_id["2611.06230"].authors[1] == "Áron Kertvári"
    assert len(by_id["2611.06230"].authors) == 120


def test_every_paper_of_arxiv_has_its_details(papers: list[Paper]) -> None:
    there = [paper for paper in papers if any(place.source == "arxiv" for place in paper.appearances)]
    assert len(there) == 43
    assert all(paper.published_at and paper.license and paper.versions for paper in there)


def test_a_paper_that_was_only_replaced_is_in_no_feed(
    demo: tuple[Settings, list[Round]], papers: list[Paper]
) -> None:
    (replaced,) = [paper for paper in papers if paper.announced_at is None]
    assert replaced.id == "2609.11873"
    assert replaced.id not in (demo[0].public / "feeds" / "all.atom").read_text()


def test_nothing_of_the_demo_looks_like_a_failure(demo: tuple[Settings, list[Round]]) -> None:
    own, rounds = demo
    assert [row.error for done in rounds for row in done.ledger if row.error] == []
    assert (own.home.parent / "warnings.log").read_text() == ""


def test_the_feeds_of_the_demo_are_those_of_the_topics_shipped(demo: tuple[Settings, list[Round]]) -> None:
    own, rounds = demo
    counts = {feed.slug: feed.entries for feed in rounds[-1].published}
    assert len(counts) == 23
    assert counts["all"] == 57
    assert len(list((own.public / "feeds").iterdir())) == 71


def test_the_demo_may_be_run_again(house: House) -> None:
    own = demo_settings(house.settings)
    for _ in range(2):
        first = next(demonstrate(own, just_ingest))
        assert [row.new for row in first.ledger] == [6, 7, 1]
