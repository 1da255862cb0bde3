"""What no mailing says of its papers: when their versions came, and under which licence, from OAI-PMH."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path

import pytest

from models.records import Verdict
from tests.acceptance.arxiv_town import Household, Sites, at, both_sites, household, noticed
from tests.acceptance.recorded_mailings import ARXIV, NEXT_FRI, shown

BEFORE_THE_RECORDS_CHANGE, MORNING, NOON = at(NEXT_FRI, "00:20"), at(NEXT_FRI, "05:30"), at(NEXT_FRI, "12:00")
PAGES = 3


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with both_sites(tmp_path_factory.mktemp("sites") / "hf") as found:
        yield found


@pytest.fixture
def house(sites: Sites, tmp_path: Path, sqlite_template: Path) -> Iterator[Household]:
    """A household that has read Friday's mailing of cs.CV minutes after it was announced."""
    own = {"sources": "arxiv", "arxiv_categories": "cs.CV"}
    with household(tmp_path / "house", sites, sqlite_template, **own) as found:
        found.read(BEFORE_THE_RECORDS_CHANGE)
        yield found


def listed() -> set[str]:
    return {entry.paper_id for entry in shown(NEXT_FRI, "cs.CV")}


@cache
def told() -> dict[str, tuple[tuple[datetime, ...], str]]:
    """When the versions of each paper came, and its licence, as the recorded answers have them."""
    pages = sorted((ARXIV / "oai").glob("ListRecords_arXivRaw_cs.CV_*.xml.gz"))
    text = "".join(gzip.decompress(page.read_bytes()).decode() for page in pages)
    found: dict[str, tuple[tuple[datetime, ...], str]] = {}
    for record in text.split("<record>")[1:]:
        (paper_id,), (license_url,) = (
            re.findall("<id>(.*?)</id>", record),
            re.findall("<license>(.*?)<", record),
        )
        dates = re.findall(r'<version version="v\d+">\s*<date>(.*?)</date>', record)
        found[paper_id] = tuple(parsedate_to_datetime(date).astimezone(UTC) for date in dates), license_url
    return found


def asked_in(house: Household, moment: datetime) -> list[str]:
    """What a round asks for, by the beginning of each address."""
    before = len(house.sites.asked())
    house.read(moment)
    return [path.partition("?")[0] for path in house.sites.asked()[before:]]


def test_nothing_is_asked_before_the_records_have_changed(house: Household, sites: Sites) -> None:
    papers = house.papers()
    assert papers.keys() == listed()
    assert {paper.versions for paper in papers.values()} == {()}


def test_every_paper_gets_its_versions_and_its_licence(house: Household) -> None:
    assert asked_in(house, MORNING) == ["/list/cs.CV/new", *["/oai"] * PAGES]
    papers = house.papers()
    assert papers.keys() == listed() <= told().keys()
    for paper_id, paper in papers.items():
        assert (paper.versions, paper.license) == told()[paper_id]
        assert paper.published_at == paper.versions[0]
        assert paper.version == len(paper.versions)
    assert max(len(paper.versions) for paper in papers.values()) > 1


def test_what_became_known_is_no_change_of_a_paper(house: Household) -> None:
    house.read(MORNING)
    house.read(NOON)
    assert [revision for paper in house.papers().values() for revision in noticed(paper)] == []
    assert {row.revised for row in house.rows} == {0}


def test_nothing_is_asked_for_twice(house: Household) -> None:
    house.read(MORNING)
    assert asked_in(house, NOON) == ["/list/cs.CV/new"]
    assert asked_in(house, at(NEXT_FRI, "20:00")) == ["/list/cs.CV/new"]


def test_what_could_not_be_had_is_asked_for_again_and_spoils_no_verdict(
    house: Household, sites: Sites
) -> None:
    with sites.failing({"path": "resumptionToken.*skip%253D100", "status": 500}):
        house.read(MORNING)
    assert house.ledger()["cs.CV", NEXT_FRI].verdict is Verdict.FRESH
    known = sum(bool(paper.versions) for paper in house.papers().values())
    assert 0 < known < len(listed())
    house.read(NOON)
    assert all(paper.versions for paper in house.papers().values())
