"""The recorded week of arXiv beside Hugging Face's, several rounds a day: every entry of every page exactly."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from flows.sources.arxiv_calendar import announced_at
from models.papers import Paper
from models.records import Verdict
from tests.acceptance.arxiv_town import Household, noticed, original
from tests.acceptance.recorded_mailings import (
    CATEGORIES,
    MAILINGS,
    WEEK,
    Shown,
    declared,
    entries_of,
    shown,
    without_scheme,
)
from tests.acceptance.stand_in import recorded

pytest_plugins = ["tests.acceptance.arxiv_week"]


def test_every_entry_of_every_page_stands_where_the_page_has_it_and_nothing_else(
    papers: dict[str, Paper],
) -> None:
    stored = {
        (place.date, place.section, place.rank, paper.id)
        for paper in papers.values()
        for place in paper.appearances
        if place.source == "arxiv"
    }
    expected = {
        (day, f"{category}/{entry.part}", entry.rank, entry.paper_id)
        for day in MAILINGS
        for category in CATEGORIES
        for entry in shown(day, category)
    }
    assert len(expected) > 4000
    assert stored == expected


def test_there_is_no_paper_that_neither_site_has_named(
    papers: dict[str, Paper], mailed: dict[str, Shown]
) -> None:
    talked_about = {entry["paper"]["id"] for day in WEEK for entry in recorded(day)}
    assert papers.keys() == mailed.keys() | talked_about


def test_every_page_gives_as_many_papers_as_it_declares(week: Household) -> None:
    for day in MAILINGS:
        for category in CATEGORIES:
            row = week.ledger()[category, day]
            assert (row.declared, row.parsed) == (declared(day, category), len(shown(day, category)))
            assert (row.verdict, row.via, row.error) == (Verdict.FRESH, "page", "")


def test_no_reading_found_anything_wrong(week: Household) -> None:
    assert {row.verdict for row in week.rows} <= {Verdict.FRESH, Verdict.QUIET, Verdict.WAITING}
    assert {row.error for row in week.rows} == {""}
    assert {row.removed for row in week.rows} == {0}


def test_the_weekend_is_quiet(week: Household) -> None:
    quiet = {day for (section, day), row in week.ledger().items() if row.verdict is Verdict.QUIET}
    assert quiet == set(WEEK) - set(MAILINGS)


def test_the_ledger_has_no_gap(week: Household) -> None:
    assert week.ledger().keys() == {(section, day) for section in (*CATEGORIES, "daily") for day in WEEK}


def test_texts_are_those_of_the_last_mailing_that_names_a_paper(
    papers: dict[str, Paper], mailed: dict[str, Shown]
) -> None:
    for paper_id, entry in mailed.items():
        paper = papers[paper_id]
        assert original(paper, "title") == entry.title
        assert without_scheme(original(paper, "abstract")) == without_scheme(entry.abstract)
        assert without_scheme(original(paper, "comment")) == without_scheme(entry.comments)
        assert paper.categories == entry.categories


def test_authors_are_all_that_stand_there_in_order(
    papers: dict[str, Paper], mailed: dict[str, Shown]
) -> None:
    for paper_id, entry in mailed.items():
        assert original(papers[paper_id], "authors")[: len(entry.authors)] == entry.authors


def test_the_first_mailing_that_does_not_replace_a_paper_announces_it(papers: dict[str, Paper]) -> None:
    first: dict[str, date] = {}
    for day in MAILINGS:
        for category in CATEGORIES:
            for entry in shown(day, category):
                if entry.part != "replacement":
                    first.setdefault(entry.paper_id, day)
    for paper_id, day in first.items():
        if papers[paper_id].first_listed == day:
            assert papers[paper_id].announced_at == announced_at(day)
        else:
            assert any(place.source == "huggingface" for place in papers[paper_id].appearances)


def test_a_retitled_paper_is_noticed_once_and_no_other(papers: dict[str, Paper]) -> None:
    titles: dict[str, list[str]] = {}
    for day in MAILINGS:
        for paper_id, entry in entries_of(day).items():
            titles.setdefault(paper_id, []).append(entry.title)
    retitled = [
        (paper_id, *found)
        for paper_id, given in titles.items()
        for found in pairwise(given)
        if len(set(found)) > 1
    ]
    stored = [
        (paper.id, revision.old, revision.new)
        for paper in papers.values()
        for revision in noticed(paper)
        if revision.field == "title"
    ]
    assert len(retitled) >= 4
    assert all(new == f"{old}: A Revised Study" for _, old, new in retitled)
    assert sorted(stored) == sorted(retitled)


def test_nothing_else_is_noticed_but_new_versions(papers: dict[str, Paper]) -> None:
    replaced = {
        entry.paper_id
        for day in MAILINGS
        for category in CATEGORIES
        for entry in shown(day, category)
        if entry.part == "replacement"
    }
    found = {
        (revision.field, revision.source, paper.id in replaced)
        for paper in papers.values()
        for revision in noticed(paper)
    }
    assert found == {("title", "arxiv", True), ("version", "arxiv", True)}
