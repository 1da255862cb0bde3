"""List pages of arXiv: which are refused, what contradicts itself, and what a mailing and a month hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import strategies as st

from flows.sources.arxiv_calendar import announced_at
from models.errors import ParseError
from models.records import ParsedPage
from tests.sources.arxiv_made import (
    FRIDAY,
    NOTHING_TODAY,
    catchup,
    entry,
    mailing,
    month,
    page,
    paper_id,
    parse,
    parse_list,
    section,
)

Parse = Callable[[str | bytes], ParsedPage]
both = pytest.mark.parametrize("parser", [parse, parse_list])
COUNTS = st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 7)).filter(any)


def missed(text: str | bytes, parser: Parse = parse) -> str:
    with pytest.raises(ParseError) as caught:
        parser(text)
    assert caught.value.source == "arxiv"
    return caught.value.missing


def ids(found: ParsedPage) -> list[str]:
    return [record.id for record in found.records]


@both
@pytest.mark.parametrize("body", [b"", b"\xff\x00", b"<p>Are you human?</p>", b"retry later\n"])
def test_parse_refuses_what_is_no_list_page(parser: Parse, body: bytes) -> None:
    assert missed(body, parser) == "`#dlpage` (the title: it is '')"


@both
def test_parse_refuses_a_page_of_an_error_and_says_its_title(parser: Parse) -> None:
    text = "<html><title>Invalid archive: notacat</title><h1>Invalid archive: notacat</h1>"
    assert missed(text, parser) == "`#dlpage` (the title: it is 'Invalid archive: notacat')"


@pytest.mark.parametrize(
    ("name", "other", "selector"),
    [
        ("id='dlpage'", "id='list'", "`#dlpage`"),
        ("<h3>Showing new listings for", "<h3>News of", "`#dlpage > h3`"),
        ("<dl ", "<section ", "`#dlpage > dl > dt`"),
        ("<dt>", "<b>", "`#dlpage > dl > dt`"),
        ("New submissions (", "Fresh papers (", "`dl > h3`"),
        ("submissions (showing", "submissions (all", "`dl > h3`"),
        ("name='item", "name='entry", '`dt > a[name="item1"]`'),
        ('title="Abstract"', 'title="Summary"', '`dt > a[title="Abstract"]`'),
        ('href ="/abs/', 'href ="/paper/', "arXiv id"),
        ("<dd>", "<div>", "`dd > .meta`"),
        ("class='meta'", "class='about'", "`dd > .meta`"),
        ("list-title", "title", "`.meta > .list-title`"),
        ("list-authors", "authors", "`.meta > .list-authors`"),
        ("list-subjects", "subjects", "`.meta > .list-subjects`"),
        ("<p class='mathjax'", "<p class='abstract'", "`.meta > .mathjax`"),
    ],
)
def test_parse_refuses_a_redesign_and_names_what_it_looked_for(name: str, other: str, selector: str) -> None:
    text = mailing()
    assert name in text
    assert selector in missed(text.replace(name, other))


@pytest.mark.parametrize(
    "day", ["", "Friday, 30 February 2026", "Friday, 13 Brumaire 2026", "13 March", "Monday, 1 January 0001"]
)
def test_parse_refuses_a_mailing_that_states_no_date(day: str) -> None:
    assert "date of a mailing" in missed(mailing(day=day))


@pytest.mark.parametrize("text", [mailing(skip=50, show=50), month(3, skip=50, show=50)])
def test_parse_refuses_a_place_behind_the_end(text: str) -> None:
    empty = text.replace("<h2>", f"{NOTHING_TODAY}<h2>").replace("</ul>", f"</ul>{NOTHING_TODAY}")
    parser = parse_list if "<h2>" in text else parse
    assert "entries at this place of" in missed(empty, parser)


def test_parse_refuses_a_page_that_counts_entries_and_shows_none() -> None:
    assert missed(mailing(lists="")).startswith("`#dlpage > dl > dt`")


def test_parse_refuses_a_part_that_goes_on_where_its_start_is_unknown() -> None:
    text = mailing((1, 4, 0), skip=2, show=2)
    assert missed(text.replace("Cross-lists", "Crossed")) == "link to the cross part in `#dlpage > ul`"


def test_parse_refuses_a_part_that_begins_behind_its_entries() -> None:
    text = mailing((1, 4, 0), skip=2, show=2)
    assert missed(text.replace("#item2", "#item9")) == "cross entries before its start at 9"


def test_parse_refuses_an_address_that_is_none() -> None:
    text = mailing((4, 0, 0), show=2).replace("href=/list/cs.CV/new?skip=2", "href=http://[skip=2")
    assert "address of the next page" in missed(text)


def test_parse_tells_a_mailing_from_a_month() -> None:
    assert "month in `#dlpage > h2`" in missed(mailing(), parse_list)
    assert "date of a mailing" in missed(month())


@pytest.mark.parametrize("name", ["recent submissions", "2026", "Ventose 2026", "March 26"])
def test_parse_month_refuses_other_lists(name: str) -> None:
    assert "month in `#dlpage > h2`" in missed(month(name=name), parse_list)


# What contradicts itself -------------------------------------------------------------------------


def test_an_entry_that_cannot_be_read_is_a_problem_and_leaves_the_others() -> None:
    found = parse(mailing().replace('href ="/abs/2603.00002"', 'href ="/abs/2603.2"'))
    assert ids(found) == [paper_id(1), paper_id(3), paper_id(4)]
    assert (found.declared, found.problems) == (4, ("new entry 2 has no arXiv id (it is '2603.2')",))
    assert [record.rank for record in found.records] == [1, 1, 1]


def test_a_header_without_a_body_is_a_problem() -> None:
    cut = entry(1).partition("<dd>")[0]
    found = parse(mailing((2, 0, 0), lists=section("new", cut, entry(2))))
    assert [(record.id, record.rank) for record in found.records] == [(paper_id(2), 2)]
    assert found.problems == ("new entry 1 has no `dd > .meta` (2603.00001)",)


def test_a_body_without_a_header_is_never_the_one_of_another() -> None:
    stray = "<dd>" + entry(2, comments="Of another").partition("<dd>")[2]
    found = parse(mailing((3, 0, 0), lists=section("new", entry(1), stray, entry(3))))
    assert ids(found) == [paper_id(1), paper_id(3)]
    assert found.records[0].comment == ""
    assert (found.declared, found.problems) == (3, ("2 of 3 new entries",))


def test_missing_entries_are_a_problem_and_the_sites_number_stays() -> None:
    """2026-06-25: a listing of 26 papers instead of 260, which nobody noticed."""
    found = parse(mailing((5, 1, 0), lists=section("new", entry(1), shown=5) + section("cross", entry(6))))
    assert (len(found.records), found.declared) == (2, 6)
    assert found.problems == ("1 of 5 new entries",)


def test_a_part_that_is_missing_is_a_problem() -> None:
    found = parse(mailing((1, 2, 3), lists=section("new", entry(1))))
    assert (len(found.records), found.declared) == (1, 6)
    assert found.problems == ("1 in the parts of the page, where the total of 6 leaves 6",)


def test_a_part_that_ends_before_its_end_is_a_problem() -> None:
    found = parse(mailing((3, 0, 0), lists=section("new", entry(1), entry(2), whole=3)))
    assert found.problems[0] == "the new entries end at 2 of 3"
    assert found.declared == 3


def test_more_entries_than_the_total_are_a_problem() -> None:
    found = parse(mailing((1, 0, 0), lists=section("new", entry(1), entry(2))))
    assert (len(found.records), found.declared) == (2, 2)
    assert found.problems == ("2 in the parts of the page, where the total of 1 leaves 1",)


def test_a_page_without_a_total_is_a_problem() -> None:
    found = parse(mailing().replace("Total of", "In all"))
    assert (len(found.records), found.declared, found.problems) == (4, 4, ("no `Total of N entries`",))
    undated = parse_list(month().replace("Total of", "In all"))
    assert (len(undated.records), undated.declared, undated.problems) == (3, 3, ("no `Total of N entries`",))


def test_a_month_that_shows_fewer_than_it_counts_is_a_problem() -> None:
    found = parse_list(month(4).replace(entry(2, "", abstract=None), ""))
    assert (len(found.records), found.declared) == (3, 4)
    assert "3 of 4 entries" in found.problems


def test_a_month_that_shows_an_impossible_place_is_a_problem() -> None:
    found = parse_list(month(6, skip=2, show=2).replace("<span>3-4</span>", "<span>9-4</span>"))
    assert (len(found.records), found.declared) == (2, 0)
    assert "2 of 0 entries" in found.problems


# A mailing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [mailing(), catchup(), catchup(following="2026-03-16")])
def test_parse_gives_each_part_with_ranks_of_its_own(text: str) -> None:
    found = parse(text)
    places = [(record.id, record.part, record.rank) for record in found.records]
    assert places == [
        (paper_id(1), "new", 1),
        (paper_id(2), "new", 2),
        (paper_id(3), "cross", 1),
        (paper_id(4), "replacement", 1),
    ]
    assert (found.declared, found.problems, found.next_url, found.complete) == (4, (), None, True)


def test_parts_are_read_by_their_headings_not_by_their_order() -> None:
    lists = section("replacement", entry(1)) + section("new", entry(2), entry(3))
    found = parse(mailing((2, 0, 1), lists=lists))
    assert [record.part for record in found.records] == ["replacement", "new", "new"]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        (mailing(day="Monday, 9 March 2026"), date(2026, 3, 9)),
        (mailing(day="Thursday, 1 January 2026"), date(2026, 1, 1)),
        (catchup(), date(2026, 3, 13)),
        (catchup().replace("Fri, 13 Mar", "Fri, 06 Mar"), date(2026, 3, 6)),
    ],
)
def test_a_mailing_is_of_the_date_that_it_states(text: str, stated: date) -> None:
    found = parse(text, replace(FRIDAY, date=date(2026, 3, 12)))
    assert found.date == stated
    assert {record.listed_at for record in found.records} == {announced_at(stated)}


def test_a_later_heading_does_not_take_the_place_of_the_date() -> None:
    found = parse(mailing().replace("<div class='morefewer'>", "<h3>More</h3><div class='morefewer'>"))
    assert found.date == date(2026, 3, 13)


def test_a_paper_listed_twice_is_given_twice() -> None:
    found = parse(mailing((1, 0, 1), lists=section("new", entry(1)) + section("replacement", entry(1))))
    assert ids(found) == [paper_id(1), paper_id(1)]
    assert found.problems == ()


def test_a_notice_beside_the_entries_does_not_make_the_page_empty() -> None:
    found = parse(mailing().replace("</ul>", "</ul><p>No updates on 3 July: a holiday.</p>"))
    assert len(found.records) == 4


# Nothing -----------------------------------------------------------------------------------------

EMPTY = mailing((0, 0, 0), lists=NOTHING_TODAY)
OUT, JUST_OUT = datetime(2026, 3, 13, 2, tzinfo=UTC), datetime(2026, 3, 13, 1, 59, tzinfo=UTC)


def test_an_empty_mailing_without_a_date_says_nothing_of_any_day() -> None:
    found = parse(page(f"<h1>Invented Vision</h1><ul></ul>{NOTHING_TODAY}"))
    assert (found.records, found.declared, found.date, found.has_none) == ((), 0, None, False)


@pytest.mark.parametrize(("at", "has_none"), [(JUST_OUT, False), (OUT, True)])
def test_an_empty_mailing_is_believed_once_it_is_surely_out(at: datetime, has_none: bool) -> None:
    found = parse(EMPTY, at=at)
    assert (found.records, found.declared, found.date) == ((), 0, date(2026, 3, 13))
    assert found.has_none is has_none


def test_an_empty_mailing_of_another_day_says_nothing_of_the_asked_one() -> None:
    found = parse(EMPTY, replace(FRIDAY, date=date(2026, 3, 12)))
    assert (found.date, found.has_none) == (date(2026, 3, 13), False)


@pytest.mark.parametrize(
    ("following", "has_none"),
    [("", False), ("2026-03-12", False), ("2026-03-13", False), ("2026-03-16", True)],
)
def test_an_empty_catchup_is_believed_once_a_later_mailing_is_out(following: str, has_none: bool) -> None:
    """Before a mailing is announced the page says the same, and is kept for up to a week."""
    found = parse(catchup((0, 0, 0), following=following), at=datetime(2026, 3, 20, tzinfo=UTC))
    assert (found.records, found.declared, found.date) == ((), 0, date(2026, 3, 13))
    assert found.has_none is has_none


def test_an_empty_month_is_no_proof() -> None:
    found = parse_list(month(0))
    assert (found.records, found.declared, found.date) == ((), 0, date(2026, 3, 1))
    assert (found.has_none, found.complete) == (False, False)
