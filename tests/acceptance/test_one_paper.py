"""One paper across both sites: each field from the site that knows it, whichever is read first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.sources.arxiv_calendar import announced_at
from flows.steps.replaying import replay
from models.changes import holder
from models.papers import Paper
from tests.acceptance.arxiv_town import Household, Sites, at, household, noticed, original
from tests.acceptance.recorded_mailings import (
    CATEGORIES,
    MAILINGS,
    NEXT_FRI,
    WEEK,
    Shown,
    shown,
    without_scheme,
)
from tests.acceptance.stand_in import recorded
from tests.databases import opened
from tests.steps.house import rows

pytest_plugins = ["tests.acceptance.arxiv_week"]

FIELDS = (
    *("title", "abstract", "authors", "categories", "version", "withdrawn", "comment", "journal_ref"),
    *("published_at", "versions", "license", "summary", "keywords", "organization", "submitter"),
)


@pytest.fixture(scope="module")
def week_in_the_other_order(
    tmp_path_factory: pytest.TempPathFactory, sites_of_the_week: Sites, sqlite_template: Path
) -> Iterator[Household]:
    """The week as a household has read it that asks arXiv before Hugging Face, and at other moments."""
    own = {"sources": "arxiv,huggingface"}
    with household(tmp_path_factory.mktemp("other"), sites_of_the_week, sqlite_template, **own) as found:
        for day in (*MAILINGS, WEEK[-1]):
            found.read(at(day))
        yield found


@pytest.fixture(scope="module")
def talked_about() -> dict[str, dict[str, Any]]:
    """What Hugging Face's last list says of each paper."""
    return {entry["paper"]["id"]: entry["paper"] for day in WEEK for entry in recorded(day)}


@pytest.fixture(scope="module")
def on_both(mailed: dict[str, Shown], talked_about: dict[str, Any]) -> set[str]:
    return mailed.keys() & talked_about.keys()


def test_a_paper_on_both_sites_is_one_paper_with_the_appearances_of_both(
    papers: dict[str, Paper], mailed: dict[str, Shown], talked_about: dict[str, Any], on_both: set[str]
) -> None:
    assert len(on_both) > 60
    assert papers.keys() == mailed.keys() | talked_about.keys()
    for paper_id, paper in papers.items():
        sources = {place.source for place in paper.appearances}
        assert ("arxiv" in sources) == (paper_id in mailed)
        assert ("huggingface" in sources) == (paper_id in talked_about)


def test_texts_authors_and_categories_are_those_of_arxiv(
    papers: dict[str, Paper], mailed: dict[str, Shown], on_both: set[str]
) -> None:
    for paper_id in on_both:
        paper, entry = papers[paper_id], mailed[paper_id]
        assert original(paper, "title") == entry.title
        assert without_scheme(original(paper, "abstract")) == without_scheme(entry.abstract)
        assert original(paper, "authors")[: len(entry.authors)] == entry.authors
        assert paper.categories == entry.categories
        assert {holder(paper.provenance, name) for name in ("title", "abstract", "categories")} == {"arxiv"}


def test_summary_keywords_and_organization_are_those_of_hugging_face(
    papers: dict[str, Paper], talked_about: dict[str, Any], on_both: set[str]
) -> None:
    for paper_id in on_both:
        paper, given = papers[paper_id], talked_about[paper_id]
        organization = given.get("organization") or {}
        assert paper.summary == " ".join((given.get("ai_summary") or "").split())
        assert paper.keywords == tuple(filter(None, given.get("ai_keywords") or ()))
        assert paper.organization == (organization.get("fullname") or organization.get("name") or "").strip()
    assert sum(bool(papers[paper_id].organization) for paper_id in on_both) > 30


def test_votes_are_those_of_hugging_face_at_the_last_reading(
    papers: dict[str, Paper], on_both: set[str], talked_about: dict[str, Any]
) -> None:
    assert all(isinstance(papers[paper_id].votes, int) for paper_id in talked_about)
    assert sum(bool(papers[paper_id].votes) for paper_id in on_both) > 50
    for paper_id in on_both:
        assert papers[paper_id].observations[-1].votes == papers[paper_id].votes


def test_the_date_is_that_of_the_mailing_where_it_was_announced_there_first(
    papers: dict[str, Paper], on_both: set[str]
) -> None:
    announced: dict[str, date] = {}
    for day in MAILINGS:
        for entry in (entry for category in CATEGORIES for entry in shown(day, category)):
            if entry.part != "replacement":
                announced.setdefault(entry.paper_id, day)
    talked: dict[str, date] = {}
    for day in WEEK:
        for given in recorded(day):
            talked.setdefault(given["paper"]["id"], day)
    first = {paper_id for paper_id in on_both & announced.keys() if announced[paper_id] <= talked[paper_id]}
    assert len(first) > 50
    for paper_id in first:
        assert papers[paper_id].announced_at == announced_at(announced[paper_id])


def test_the_order_of_the_sources_makes_no_difference(
    papers: dict[str, Paper], week_in_the_other_order: Household
) -> None:
    assert {paper_id: lasting(paper) for paper_id, paper in week_in_the_other_order.papers().items()} == {
        paper_id: lasting(paper) for paper_id, paper in papers.items()
    }


def lasting(paper: Paper) -> tuple[Paper, dict[str, str]]:
    """A paper without what tells in which order things became known; the source of each field that is."""
    sources = {name: holder(paper.provenance, name) for name in FIELDS if getattr(paper, name)}
    return replace(paper, seq=0, updated_at=None, provenance={}, revisions=(), observations=()), sources


def test_what_a_reader_notices_is_the_same_and_nothing_that_one_site_corrects_of_the_other(
    papers: dict[str, Paper], week_in_the_other_order: Household
) -> None:
    here, there = (
        {
            (paper.id, found.field, str(found.new), found.source)
            for paper in each.values()
            for found in noticed(paper)
        }
        for each in (papers, week_in_the_other_order.papers())
    )
    assert here == there
    assert {source for *_, source in here} == {"arxiv"}


def test_a_replay_into_another_database_gives_the_same_rows(
    week_in_the_other_order: Household, tmp_path: Path
) -> None:
    into = f"sqlite:///{tmp_path}/again.db"
    with week_in_the_other_order.opened(at(NEXT_FRI)) as resources:
        replay(resources, into=into)
    with opened(week_in_the_other_order.settings.database) as engine, opened(into) as again:
        assert rows(again) == rows(engine)
