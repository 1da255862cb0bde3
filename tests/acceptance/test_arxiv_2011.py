"""The mailing of 3 February 2011: ids of the old kind, real withdrawals, affiliations in the lines of authors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.sources.arxiv_calendar import announced_at
from models.papers import Paper
from models.records import Verdict
from tests.acceptance.arxiv_town import Household, at, both_sites, household, original
from tests.acceptance.recorded_mailings import GROUNDHOG_DAY, declared, shown

CATEGORIES = ("hep-th", "math")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Household]:
    """A household that has read the mailing minutes after it was announced."""
    folder = tmp_path_factory.mktemp("old")
    own = {"sources": "arxiv", "arxiv_categories": CATEGORIES}
    with (
        both_sites(folder / "hf") as sites,
        household(folder / "house", sites, sqlite_template, **own) as found,
    ):
        found.read(at(GROUNDHOG_DAY, "01:10"))
        yield found


@pytest.fixture(scope="module")
def papers(house: Household) -> dict[str, Paper]:
    return house.papers()


def test_every_entry_of_both_pages_is_there_and_no_other(house: Household, papers: dict[str, Paper]) -> None:
    stored = {
        (place.section, place.rank, paper.id) for paper in papers.values() for place in paper.appearances
    }
    assert stored == {
        (f"{category}/{entry.part}", entry.rank, entry.paper_id)
        for category in CATEGORIES
        for entry in shown(GROUNDHOG_DAY, category)
    }
    for category in CATEGORIES:
        row = house.ledger()[category, GROUNDHOG_DAY]
        assert row.verdict is Verdict.FRESH
        assert row.declared == row.parsed == declared(GROUNDHOG_DAY, category)


def test_ids_of_the_old_kind_keep_their_archive(papers: dict[str, Paper]) -> None:
    assert {paper_id for paper_id in papers if "/" in paper_id} == {"hep-th/0703166", "math/0510544"}


def test_every_field_is_as_the_page_shows_it(papers: dict[str, Paper]) -> None:
    for category in CATEGORIES:
        for entry in shown(GROUNDHOG_DAY, category):
            paper = papers[entry.paper_id]
            assert original(paper, "title") == entry.title
            assert original(paper, "authors") == entry.authors
            assert original(paper, "comment") == entry.comments
            assert original(paper, "abstract") == entry.abstract
            assert paper.categories == entry.categories


def test_the_withdrawn_papers_are_those_that_say_so(papers: dict[str, Paper]) -> None:
    assert {paper.id for paper in papers.values() if paper.withdrawn} == {"1101.2483", "1102.0219"}
    assert papers["math/0510544"].authors == ("Naihong Hu", "Dong Liu", "Linsheng Zhu")


def test_new_papers_and_crosses_are_announced_with_the_mailing_and_replacements_are_not(
    papers: dict[str, Paper],
) -> None:
    parts: dict[str, set[str]] = {}
    for category in CATEGORIES:
        for entry in shown(GROUNDHOG_DAY, category):
            parts.setdefault(entry.paper_id, set()).add(entry.part)
    for paper_id, stands_in in parts.items():
        expected = None if stands_in == {"replacement"} else announced_at(GROUNDHOG_DAY)
        assert papers[paper_id].announced_at == expected
