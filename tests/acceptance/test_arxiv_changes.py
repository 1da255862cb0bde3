"""A paper that a later mailing shows otherwise: one notice to the reader, and the feed says what it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest

from models.papers import Paper, Revision
from tests.acceptance.arxiv_town import Household, Sites, at, both_sites, household, noticed
from tests.acceptance.recorded_mailings import THU, WED, Shown, entries_of
from tests.databases import opened as opened_database
from tests.steps.house import rows

REPLACED = "2603.09826"
"""Announced on Wednesday, replaced on Thursday; its entries do not tell its version."""
REASON = "This paper has been withdrawn by the authors due to an error in the third experiment"


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[Sites]:
    """A stand-in for each test: what is edited there stays so."""
    with both_sites(tmp_path / "hf") as found:
        yield found


@pytest.fixture
def house(sites: Sites, tmp_path: Path, sqlite_template: Path) -> Iterator[Household]:
    """A household that has read Wednesday's mailing of cs.CV."""
    own = {"sources": "arxiv", "arxiv_categories": "cs.CV"}
    with household(tmp_path / "house", sites, sqlite_template, **own) as found:
        found.read(at(WED))
        yield found


@pytest.fixture
def replaced() -> Shown:
    """The paper as Wednesday's page shows it."""
    return entries_of(WED)[REPLACED]


def all_noticed(papers: dict[str, Paper]) -> list[tuple[str, Revision]]:
    return [(paper.id, revision) for paper in papers.values() for revision in noticed(paper)]


def test_a_replacement_that_changes_nothing_is_not_noticed(house: Household) -> None:
    house.read(at(THU))
    assert all_noticed(house.papers()) == []
    assert house.ledger()["cs.CV", THU].revised == 0


def test_one_edited_word_of_a_title_is_one_notice(house: Household, sites: Sites, replaced: Shown) -> None:
    edited = replaced.title.replace("Localization", "Whereabouts")
    sites.edit(REPLACED, replaced.title, edited)
    house.read(at(THU))
    ((paper_id, revision),) = all_noticed(house.papers())
    assert paper_id == REPLACED
    assert (revision.field, revision.old, revision.new) == ("title", replaced.title, edited)
    assert revision.seen_at == at(THU)
    assert house.ledger()["cs.CV", THU].revised == 1


def test_one_edited_word_of_an_abstract_is_one_notice(
    house: Household, sites: Sites, replaced: Shown
) -> None:
    word = replaced.abstract.split()[3]
    sites.edit(REPLACED, f" {word} ", " indigo ")
    house.read(at(THU))
    ((paper_id, revision),) = all_noticed(house.papers())
    assert (paper_id, revision.field, revision.old) == (REPLACED, "abstract", replaced.abstract)
    assert "indigo" in str(revision.new)


def test_a_new_comment_is_kept_and_not_noticed(house: Household, sites: Sites, replaced: Shown) -> None:
    sites.edit(REPLACED, replaced.comments, "To appear elsewhere")
    house.read(at(THU))
    papers = house.papers()
    assert all_noticed(papers) == []
    assert papers[REPLACED].comment == "To appear elsewhere"
    assert [(found.field, found.old) for found in papers[REPLACED].revisions] == [
        ("comment", replaced.comments)
    ]


def test_a_withdrawal_is_one_notice_and_the_feed_says_so(
    house: Household, sites: Sites, replaced: Shown
) -> None:
    sites.edit(REPLACED, replaced.comments, REASON)
    house.read(at(THU))
    papers = house.papers()
    ((paper_id, revision),) = all_noticed(papers)
    assert (paper_id, revision.field, revision.new) == (REPLACED, "withdrawn", True)
    assert papers[REPLACED].withdrawn
    entry = entry_of(house.publish(at(THU)) / "all.atom", REPLACED)
    assert entry.title == f"[withdrawn] {replaced.title}"
    assert REASON in entry.content[0].value
    assert entry.updated > entry.published


def entry_of(feed: Path, paper_id: str) -> feedparser.FeedParserDict:
    """The one entry of a paper in a feed."""
    (found,) = (entry for entry in feedparser.parse(feed.read_bytes()).entries if paper_id in entry.link)
    return found


def test_the_same_mailing_again_changes_no_row(house: Household, sites: Sites, replaced: Shown) -> None:
    sites.edit(REPLACED, replaced.comments, REASON)
    house.read(at(THU))
    with opened_database(house.settings.database) as engine:
        before = rows(engine)
        house.read(at(THU, "18:00"))
        after = rows(engine)
    same = ("papers", "revisions", "appearances", "observations")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
