"""The mailings of the invented week: which papers they name, in which part, and when."""

from __future__ import annotations

from datetime import date

import pytest

from flows.demo.mailings import PARTS, Preprint, changed_between, mailing
from flows.demo.week import tables
from flows.sources.arxiv_calendar import has_mailing

DAYS = [date(2026, 11, day) for day in (9, 10, 11, 12, 13, 16)]
THU, FRI, MON, TUE, WED, NEXT_THU = (date(2026, 11, day) for day in (5, 6, 9, 10, 11, 12))


def ids(papers: list[Preprint]) -> list[str]:
    return [paper.id for paper in papers]


@pytest.mark.parametrize("day", [date(2026, 11, 7), date(2026, 11, 8), date(2026, 11, 14)])
def test_no_paper_is_announced_at_a_weekend(day: date) -> None:
    assert not has_mailing(day)
    assert not any(mailing("cs.CL", day).values())


def test_a_mailing_names_no_paper_of_other_categories() -> None:
    assert not any(mailing("hep-th", TUE).values())


@pytest.mark.parametrize(
    ("paper_id", "day"),
    [
        ("2611.04117", THU),  # on Wednesday at 12:21 in New York
        ("2611.04466", FRI),  # on Thursday at 13:55
        ("2611.04512", MON),  # on Thursday at 21:14
        ("2611.05305", TUE),  # on Friday at 14:26
        ("2611.08115", TUE),  # on Monday at 13:24
        ("2611.08190", WED),  # on Monday at 15:39
    ],
)
def test_submissions_close_at_two_in_the_afternoon_and_for_monday_on_friday(paper_id: str, day: date) -> None:
    named = [each for category in ("cs.CL", "cs.CV", "cs.LG") for each in ids(mailing(category, day)["New"])]
    assert paper_id in named


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_part_says_why_a_paper_is_named(day: date) -> None:
    for category in ("cs.CL", "cs.CV"):
        parts = mailing(category, day)
        assert tuple(parts) == PARTS
        assert all(paper.categories[0] == category for paper in parts["New"])
        assert all(category in paper.categories[1:] for paper in parts["Cross"])
        assert all(paper.version > 1 for paper in parts["Replacement"])


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_part_is_in_the_order_of_ids_and_names_each_once(day: date) -> None:
    for papers in mailing("cs.CL", day).values():
        assert ids(papers) == sorted(set(ids(papers)))


def test_a_new_version_comes_in_the_time_of_its_mailing() -> None:
    (paper,) = [each for each in mailing("cs.CL", NEXT_THU)["Replacement"] if each.id == "2611.06144"]
    assert paper.withdrawn
    assert [f"{moment:%m-%d %H:%M}" for moment in paper.submitted_at] == ["11-07 21:09", "11-11 16:00"]


def test_a_paper_counts_as_changed_on_the_day_of_its_last_change() -> None:
    def days(newest: date) -> list[date]:
        found = changed_between("cs.CV", THU, newest, newest)
        return [day for day, paper in found if paper.id == "2611.05210"]

    assert (days(MON), days(TUE), days(WED)) == ([MON], [MON], [WED])


def test_papers_have_names_of_categories_and_ids_of_their_own() -> None:
    papers = tables()["papers"]
    assert len({table["id"] for table in papers}) == len(papers) == 58
    assert {code for table in papers for code in table["categories"]} == set(tables()["categories"])


def test_ids_are_in_the_order_in_which_papers_came() -> None:
    papers = sorted(tables()["papers"], key=lambda table: str(table["id"]))
    assert papers == sorted(papers, key=lambda table: table["published"])


def test_papers_on_arxiv_alone_are_told_in_short() -> None:
    alone = [table for table in tables()["papers"] if "listed" not in table]
    assert len(alone) == 13
    assert all(30 <= len(table["abstract"].split()) <= 80 for table in alone)
