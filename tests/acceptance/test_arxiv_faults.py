"""What arXiv may do instead of showing a mailing: it is told, kept, and read again until it is whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from flows.sources.arxiv_rss import GAPS
from flows.steps.replaying import replay
from models.records import Verdict
from models.verdicts import Entry
from tests.acceptance.arxiv_town import Household, Sites, at, both_sites, household, noticed
from tests.acceptance.recorded_mailings import THU, declared, shown
from tests.databases import opened
from tests.steps.house import rows

NOT_SURELY_OUT, SURELY_OUT, NEXT_ROUND = at(THU, "00:20"), at(THU, "05:30"), at(THU, "09:00")
NEW, CATCHUP, FEED = "^/list/cs.CV/new", "^/catchup/", "^/rss/"

FAULTS: dict[str, tuple[Mapping[str, object], str]] = {
    "cut": ({"truncate": 200_000}, "gives no whole answer"),
    "redesign": ({"drift": True}, "no `#dlpage > dl > dt`"),
    "challenge": ({"challenge": True}, "no `#dlpage`"),
    "unavailable": ({"status": 503, "body": "sorry"}, "answers 503 Service Unavailable"),
}
BY_NAME = list(FAULTS)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with both_sites(tmp_path_factory.mktemp("sites") / "hf") as found:
        yield found


@pytest.fixture
def house(sites: Sites, tmp_path: Path, sqlite_template: Path) -> Iterator[Household]:
    """A household that reads cs.CV, for the first time on Thursday."""
    own = {"sources": "arxiv", "arxiv_categories": "cs.CV"}
    with household(tmp_path / "house", sites, sqlite_template, **own) as found:
        yield found


def thursday(house: Household) -> Entry:
    return house.ledger()["cs.CV", THU]


def assert_whole(house: Household) -> None:
    """Thursday is there with every paper in its place, and nobody takes its coming for a change."""
    row, papers = thursday(house), house.papers()
    stored = {
        (place.section, place.rank, paper.id, place.removed_at)
        for paper in papers.values()
        for place in paper.appearances
    }
    expected = {(f"cs.CV/{entry.part}", entry.rank, entry.paper_id, None) for entry in shown(THU, "cs.CV")}
    assert (row.verdict, row.declared, row.parsed) == (Verdict.FRESH, len(expected), len(expected))
    assert stored == expected
    assert [revision for paper in papers.values() for revision in noticed(paper)] == []


@pytest.mark.parametrize("name", BY_NAME)
def test_a_fault_before_the_mailing_is_surely_out_fails_and_is_made_up_for(
    house: Household, sites: Sites, name: str
) -> None:
    fault, reason = FAULTS[name]
    before = len(sites.asked())
    with sites.failing({"path": NEW, **fault}):
        house.read(NOT_SURELY_OUT)
    assert (thursday(house).verdict, thursday(house).parsed) == (Verdict.FAILED, 0)
    assert reason in thursday(house).error
    assert set(sites.asked()[before:]) == {"/list/cs.CV/new"}
    house.read(NEXT_ROUND)
    assert thursday(house).via == "page"
    assert_whole(house)


@pytest.mark.parametrize("name", BY_NAME)
def test_catchup_rescues_a_mailing_that_is_surely_out(house: Household, sites: Sites, name: str) -> None:
    fault, reason = FAULTS[name]
    with sites.failing({"path": NEW, **fault}):
        house.read(SURELY_OUT)
    assert thursday(house).via == "catchup"
    assert thursday(house).error.startswith("page: ")
    assert reason in thursday(house).error
    assert_whole(house)


def test_the_feed_bears_witness_where_catchup_fails_too_and_says_what_it_lacks(
    house: Household, sites: Sites
) -> None:
    with sites.failing({"path": NEW, "challenge": True}, {"path": CATCHUP, "status": 500}):
        house.read(SURELY_OUT)
    row = thursday(house)
    assert (row.verdict, row.via) == (Verdict.PARTIAL, "rss")
    assert (row.declared, row.parsed) == (declared(THU, "cs.CV"), declared(THU, "cs.CV"))
    assert [part.split(":")[0] for part in row.error.split("; ")[:3]] == ["page", "catchup", "rss"]
    assert GAPS in row.error
    assert set(house.papers()) == {entry.paper_id for entry in shown(THU, "cs.CV")}


def test_what_the_feed_had_borne_witness_of_is_read_again_whole(house: Household, sites: Sites) -> None:
    with sites.failing({"path": NEW, "challenge": True}, {"path": CATCHUP, "status": 500}):
        house.read(SURELY_OUT)
    house.read(NEXT_ROUND)
    assert thursday(house).via == "page"
    assert_whole(house)


def test_a_mailing_that_no_way_gives_has_failed_until_one_does(house: Household, sites: Sites) -> None:
    ways = (NEW, CATCHUP, FEED)
    with sites.failing(*({"path": way, "status": 500} for way in ways)):
        house.read(SURELY_OUT)
    assert (thursday(house).verdict, thursday(house).via) == (Verdict.FAILED, "")
    assert thursday(house).error.count("500 Internal Server Error") == len(ways)
    house.read(NEXT_ROUND)
    assert_whole(house)


def test_what_a_fault_answered_is_kept(house: Household, sites: Sites) -> None:
    with sites.failing({"path": NEW, "challenge": True}):
        house.read(NOT_SURELY_OUT)
    ((snapshot,),) = [kept.snapshots for kept in house.readings()]
    assert (snapshot.url, snapshot.status) == (f"{sites.arxiv_url}/list/cs.CV/new", 200)
    with house.opened(NOT_SURELY_OUT) as resources:
        assert snapshot.content_hash is not None
        assert b"Checking that you are human" in resources.archive.load(snapshot.content_hash)


@pytest.fixture
def incomplete(sites: Sites) -> Iterator[tuple[str, str, str]]:
    """A page that declares one cross more than it has; the edit that mends it."""
    last_new = [entry for entry in shown(THU, "cs.CV") if entry.part == "new"][-1]
    count = crosses()  # in a heading that stands behind the last new paper
    whole, promised = (f"showing {number} of {number} entries" for number in (count, count + 1))
    sites.edit(last_new.paper_id, whole, promised)
    yield last_new.paper_id, promised, whole
    sites.edit(last_new.paper_id, promised, whole)


def crosses() -> int:
    return sum(entry.part == "cross" for entry in shown(THU, "cs.CV"))


def test_a_page_with_less_than_it_declares_is_partial_and_read_again(
    house: Household, sites: Sites, incomplete: tuple[str, str, str]
) -> None:
    house.read(NOT_SURELY_OUT)
    row, count = thursday(house), declared(THU, "cs.CV")
    assert (row.verdict, row.declared, row.parsed) == (Verdict.PARTIAL, count + 1, count)
    assert f"{crosses()} of {crosses() + 1} cross entries" in row.error
    sites.edit(*incomplete)
    house.read(NEXT_ROUND)
    assert_whole(house)


def test_a_page_that_stays_incomplete_is_held_against_catchup_and_feed(
    house: Household, incomplete: tuple[str, str, str]
) -> None:
    house.read(SURELY_OUT)
    row = thursday(house)
    assert (row.verdict, row.parsed) == (Verdict.PARTIAL, declared(THU, "cs.CV"))
    assert [way for way in ("page: ", "catchup: ", "rss: ") if way in row.error] == [
        "page: ",
        "catchup: ",
        "rss: ",
    ]


def test_one_entry_that_cannot_be_read_is_named_and_the_others_are_taken(
    house: Household, sites: Sites
) -> None:
    broken = shown(THU, "cs.CV")[4]
    sites.edit(broken.paper_id, "list-title", "list-tittle")
    house.read(NOT_SURELY_OUT)
    row = thursday(house)
    assert (row.verdict, row.declared - row.parsed) == (Verdict.PARTIAL, 1)
    assert broken.paper_id in row.error
    assert broken.paper_id not in house.papers()
    sites.edit(broken.paper_id, "list-tittle", "list-title")
    house.read(NEXT_ROUND)
    assert_whole(house)


def test_a_replay_of_faults_and_of_every_way_gives_the_same_rows(
    house: Household, sites: Sites, tmp_path: Path
) -> None:
    stories: list[Any] = [
        [{"path": NEW, "truncate": 200_000}, {"path": CATCHUP, "challenge": True}],
        [{"path": NEW, "drift": True}],
        [],
    ]
    for story, clock_time in zip(stories, ("05:30", "09:00", "14:00"), strict=True):
        with sites.failing(*story):
            house.read(at(THU, clock_time))
    assert [row.via for row in house.rows] == ["rss", "catchup", "page"]
    into = f"sqlite:///{tmp_path}/again.db"
    with house.opened(NEXT_ROUND) as resources:
        replay(resources, into=into)
    with opened(house.settings.database) as engine, opened(into) as again:
        assert rows(again) == rows(engine)
