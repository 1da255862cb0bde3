"""A week of arXiv's real pages, and a mailing of 2011: every id of every section, by two ways of reading."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from flows.sources.arxiv_calendar import announced_at, has_mailing, newest_label
from flows.sources.arxiv_pages import parse_mailing, parse_month
from models.errors import ParseError
from models.records import Answer, Listing, PaperRecord, ParsedPage

RECORDED = Path(__file__).parents[2] / ".." / "shared" / "upstream" / "data" / "arxiv"
NAMES = {str(path.relative_to(RECORDED)).removesuffix(".html.gz") for path in RECORDED.glob("*/*.html.gz")}
DAYS = ("2026-03-06", "2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12", "2026-03-13")
CATEGORIES = ("cs.AI", "cs.CL", "cs.CV", "cs.LG")
EMPTY = {"2026-03-06/catchup_cs.CV_not_yet", "2026-03-13/new_math.LO_empty"}
REFUSED = {name for name in NAMES if "error" in name or "later_than" in name or "overskip" in name}
MAILINGS = sorted(
    {name for name in NAMES if re.match(r"2026-03-\d\d/(?:new|catchup)_|mailing-", name)} - EMPTY - REFUSED
)

pytestmark = pytest.mark.skipif(not NAMES, reason="the recorded pages are not beside the repository")


@cache
def body(name: str) -> bytes:
    return gzip.decompress((RECORDED / f"{name}.html.gz").read_bytes())


@cache
def parsed(
    name: str, day: str = "2026-03-13", at: datetime = datetime(2026, 3, 20, tzinfo=UTC)
) -> ParsedPage:
    parse = parse_month if "month" in name else parse_mailing
    listing = Listing("arxiv", "cs.CV", date.fromisoformat(day))
    return parse(
        listing, Answer("http://arxiv.example/list", at, 200, body=body(name)), "http://arxiv.example"
    )


def seen(name: str) -> list[tuple[str, str]]:
    """(part, id) of every entry, by the text of the page alone."""
    found: list[tuple[str, str]] = []
    part = ""
    for heading, listed in re.findall(
        rb"<h3>(New|Cross|Replacement) submissions|<dt>\s*<a name='item\d+'>.*?\n\s*<a href =\"/abs/([^\"]+)\"",
        body(name),
    ):
        part = heading.decode().lower() or part
        found += [(part, listed.decode())] if listed else []
    return found


def records(name: str) -> list[PaperRecord]:
    return list(parsed(name).records)


def test_there_is_a_page_for_each_category_and_day() -> None:
    assert {f"{day}/new_{category}" for day in DAYS for category in CATEGORIES} <= set(MAILINGS)
    assert {f"{day}/catchup_cs.CV" for day in DAYS} <= set(MAILINGS)


@pytest.mark.parametrize("name", sorted(REFUSED | {"2026-03-13/recent_cs.CL_show2000"}))
def test_what_is_no_mailing_is_refused(name: str) -> None:
    with pytest.raises(ParseError):
        parsed(name)


@pytest.mark.parametrize("name", MAILINGS)
def test_every_section_gives_exactly_its_ids(name: str) -> None:
    found = parsed(name)
    assert [(record.part, record.id) for record in found.records] == seen(name)
    assert found.declared == len(found.records) > 0
    assert found.problems == ()
    assert found.date == date.fromisoformat(name.partition("/")[0].removeprefix("mailing-"))


@pytest.mark.parametrize("name", MAILINGS)
def test_every_entry_has_what_all_of_them_have(name: str) -> None:
    for record in records(name):
        assert record.title
        assert record.abstract
        assert record.authors
        assert record.categories
        assert record.rank >= 1
        assert "this http" not in record.comment + record.abstract


@pytest.mark.parametrize("name", [f"{day}/new_{category}" for day in DAYS for category in CATEGORIES])
def test_the_primary_category_says_what_is_new(name: str) -> None:
    category = name.rpartition("_")[2]
    for record in records(name):
        is_own = record.categories[0] == category
        assert category in record.categories
        assert record.part == "replacement" or is_own is (record.part == "new")


@pytest.mark.parametrize("day", DAYS)
def test_catchup_gives_the_same_as_the_mailing_of_the_day(day: str) -> None:
    assert parsed(f"{day}/catchup_cs.CV") == parsed(f"{day}/new_cs.CV")


@pytest.mark.parametrize("day", DAYS[:-1])
def test_catchup_gives_the_same_papers_when_some_have_been_replaced_since(day: str) -> None:
    now, then = records(f"{day}/catchup_cs.CV_with_next_day"), records(f"{day}/new_cs.CV")
    changed = [new for new, old in zip(now, then, strict=True) if new != old]
    assert [(record.part, record.rank, record.id) for record in now] == [
        (record.part, record.rank, record.id) for record in then
    ]
    assert len(changed) < 5


def test_the_parts_of_a_cut_mailing_are_a_part_of_the_whole() -> None:
    first, second = parsed("2026-03-13/new_cs.CV_skip0_show50"), parsed("2026-03-13/new_cs.CV_skip50_show50")
    assert first.records + second.records == parsed("2026-03-13/new_cs.CV").records[:100]
    assert first.next_url == "http://arxiv.example/list/cs.CV/new?skip=50&show=50"
    assert second.next_url == "http://arxiv.example/list/cs.CV/new?skip=100&show=50"
    assert (first.declared, second.declared) == (50, 50)


def test_the_month_is_whole_and_its_part_is_a_part_of_it() -> None:
    whole, part = (
        parsed("2026-03-13/month_cs.CV_2026-03_show2000"),
        parsed("2026-03-13/month_cs.CV_2026-03_skip50_show50"),
    )
    assert [record.id for record in whole.records] == [
        listed for _, listed in seen("2026-03-13/month_cs.CV_2026-03_show2000")
    ]
    assert (whole.declared, len(whole.records), whole.problems, whole.next_url) == (1090, 1090, (), None)
    assert (whole.date, whole.complete, part.date) == (date(2026, 3, 1), False, date(2026, 3, 1))
    assert part.records == whole.records[50:100]
    assert part.next_url == "http://arxiv.example/list/cs.CV/2026-03?skip=100&show=50"


def test_the_month_says_of_a_paper_what_the_mailing_says() -> None:
    listed = {record.id: record for record in records("2026-03-13/month_cs.CV_2026-03_show2000")}
    same = [record for record in records("2026-03-13/new_cs.CV") if record.id in listed]
    assert len(same) > 100
    for record in same:
        plain = replace(record, part="", abstract="", listed_at=None, rank=listed[record.id].rank)
        assert listed[record.id] == plain


def test_an_empty_day_is_of_the_date_that_it_states() -> None:
    assert parsed("2026-03-13/new_math.LO_empty").date == date(2026, 3, 13)
    assert parsed("edge/catchup_cs.CV_2026-03-14_saturday", "2026-03-14").date == date(2026, 3, 14)
    assert parsed("edge/new_econ_empty").date == date(2011, 2, 3)


def test_an_empty_catchup_is_the_same_before_the_announcement_and_on_a_saturday() -> None:
    for name, day in (
        ("2026-03-06/catchup_cs.CV_not_yet", "2026-03-06"),
        ("edge/catchup_cs.CV_2026-03-14_saturday", "2026-03-14"),
    ):
        found = parsed(name, day)
        assert (found.records, found.declared, found.has_none) == ((), 0, False)


def test_the_recorded_days_are_those_of_the_calendar() -> None:
    week = [date(2026, 3, 6) + timedelta(days=n) for n in range(8)]
    assert [day.isoformat() for day in week if has_mailing(day)] == list(DAYS)
    for day in DAYS:
        assert newest_label(announced_at(date.fromisoformat(day))) == date.fromisoformat(day)


# 2011-02-03 --------------------------------------------------------------------------------------

HEP_TH, MATH = "mailing-2011-02-03/new_hep-th", "mailing-2011-02-03/new_math_2011-02-03"


@pytest.mark.parametrize(("name", "counts"), [(HEP_TH, (13, 9, 15)), (MATH, (69, 7, 48))])
def test_the_mailing_of_2011_is_whole(name: str, counts: tuple[int, int, int]) -> None:
    parts = [record.part for record in records(name)]
    assert tuple(map(parts.count, ("new", "cross", "replacement"))) == counts
    assert {record.listed_at for record in records(name)} == {datetime(2011, 2, 3, 1, tzinfo=UTC)}


def test_the_mailing_of_2011_holds_ids_of_the_old_style() -> None:
    assert [record.id for record in records(HEP_TH) if "/" in record.id] == ["hep-th/0703166"]
    assert [record.id for record in records(MATH) if "/" in record.id] == ["math/0510544"]


def test_the_mailing_of_2011_holds_two_withdrawn_papers() -> None:
    assert {record.id for record in records(MATH) if record.withdrawn} == {"1101.2483", "1102.0219"}
    assert not any(record.withdrawn is False for record in records(MATH) + records(HEP_TH))


def test_the_mailing_of_2011_gives_names_without_affiliations() -> None:
    authors = {record.id: record.authors for record in records(MATH)}
    assert authors["1102.0374"] == ("Guillaume Tomasini", "Bent Orsted")
    assert authors["0904.3110"] == ("Wolfgang Keller", "Jacques Martinet", "Achill Schürmann")
    assert authors["math/0510544"] == ("Naihong Hu", "Dong Liu", "Linsheng Zhu")


def test_the_mailing_of_2011_gives_journal_references() -> None:
    found = {record.id: record.journal_ref for record in records(HEP_TH)}
    assert found["hep-th/0703166"] == "Phys.Rev.D77:047702,2008"
    assert sum(map(bool, found.values())) > 5
