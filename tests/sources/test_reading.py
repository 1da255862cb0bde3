"""Reading one listing: which way is used, what is made of several pages, what is said of failures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.sources.reading import MOST_PAGES, read
from models.errors import ArchiveError
from models.records import Expectation, ParsedPage, Reading
from tests.sources.listing_site import (
    AT,
    BEFORE,
    DAY,
    LISTING,
    LOST,
    Given,
    Site,
    in_short,
    page,
    papers,
    reading_of,
    unreachable,
)


def reading_of_pages(*given: Given, then: Given | None = None) -> Reading:
    """The reading of a site whose first way has these pages, each naming the next; `then` is its second."""
    urls = [f"a/{DAY}", *(f"a/{DAY}/{number}" for number in range(1, len(given)))]
    following = [*urls[1:], None]
    answers: dict[str, Given] = {
        url: replace(each, next_url=rest) if isinstance(each, ParsedPage) and not each.next_url else each
        for url, each, rest in zip(urls, given, following, strict=True)
    }
    names = ("a",) if then is None else ("a", "b")
    site = Site(answers if then is None else {**answers, f"b/{DAY}": then})
    return read(site.source(Expectation.DUE, names), LISTING, site.fetch, AT)


FAILURES: tuple[tuple[Given, str], ...] = (
    (unreachable("a/1"), "a: a/1: answers 503 Service Unavailable"),
    (LOST, "a: no list of papers"),
    (KeyError("title"), "a: its parser has a defect: KeyError('title')"),
    (page(2, declared=3), "a: 2 of 3 entries"),
    (page(2, problems=("entry 2 has no title",)), "a: entry 2 has no title"),
    (page(0), "a: names no papers"),
    (page(day=BEFORE), "a: answers with 2026-03-09"),
)
BY_WORDS = [words for _, words in FAILURES]


@pytest.mark.parametrize(("given", "words"), FAILURES, ids=BY_WORDS)
def test_a_way_that_fails_is_followed_by_the_next_and_told(given: Given, words: str) -> None:
    reading = reading_of(a=given, b=page(5))
    assert (reading.via, reading.page) == ("b", page(5))
    assert reading.problems == (words,)


@pytest.mark.parametrize("given", [unreachable("a/1"), LOST, ValueError("what?")], ids=in_short)
def test_where_every_way_fails_there_is_no_page_but_every_answer_and_reason(given: Given) -> None:
    reading = reading_of(a=given, b=given)
    assert (reading.page, reading.via) == (None, "")
    assert len(reading.answers) == len(reading.problems) == 2
    assert [problem[:3] for problem in reading.problems] == ["a: ", "b: "]


def test_an_answer_that_never_came_is_among_the_answers() -> None:
    failed = unreachable("a/1")
    reading = reading_of(a=failed, b=page())
    assert reading.answers[0] is failed.answer
    assert [answer.status for answer in reading.answers] == [503, 200]


def test_a_defect_of_a_parser_is_logged_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    reading_of(a=KeyError("title"), b=page())
    (record,) = caplog.records
    assert record.getMessage() == "invented daily 2026-03-10: the parser of its a has a defect"
    assert record.exc_info


def test_the_words_on_a_defect_stay_short() -> None:
    (problem,) = reading_of(a=KeyError("x" * 10_000)).problems
    assert len(problem) < 300


def test_a_snapshot_that_is_missing_stops_the_reading() -> None:
    with pytest.raises(ArchiveError):
        reading_of(a=ArchiveError("a snapshot is missing"), b=page())


def test_the_first_way_that_satisfies_is_the_last_that_is_asked() -> None:
    reading = reading_of(a=page(), b=LOST)
    assert (reading.via, reading.problems) == ("a", ())
    assert [answer.url for answer in reading.answers] == [f"a/{DAY}"]


@pytest.mark.parametrize(
    ("first", "second", "via"),
    [
        (page(4, declared=5), page(3, declared=5), "a"),
        (page(3, declared=5), page(4, declared=5), "b"),
        (page(4, declared=5), page(4, declared=5), "a"),
        (page(1, declared=5), page(0), "a"),
        (page(9, day=BEFORE), page(1, declared=5), "b"),
        (page(1, declared=5), page(9, day=BEFORE), "a"),
        (page(0), page(9, day=BEFORE), "b"),
        (page(9, day=BEFORE), LOST, "a"),
        (LOST, page(1, declared=5), "b"),
    ],
    ids=in_short,
)
def test_of_ways_that_give_a_part_the_best_is_kept(first: Given, second: Given, via: str) -> None:
    reading = reading_of(a=first, b=second)
    assert reading.via == via
    assert reading.page == (first if via == "a" else second)
    assert len(reading.problems) == 2


@pytest.mark.parametrize(
    ("expectation", "ways_asked"),
    [(Expectation.NONE, 1), (Expectation.LATER, 1), (Expectation.DUE, 2)],
)
@pytest.mark.parametrize("nothing", [page(0), page(day=BEFORE)], ids=["empty", "clamped"])
def test_the_calendar_decides_whether_nothing_is_an_answer(
    nothing: ParsedPage, expectation: Expectation, ways_asked: int
) -> None:
    reading = reading_of(expectation, a=nothing, b=nothing)
    assert len(reading.answers) == ways_asked
    assert (reading.via, reading.page) == ("a", nothing)


@pytest.mark.parametrize("nothing", [page(0, has_none=True), page(day=BEFORE, has_none=True)], ids=in_short)
def test_a_page_that_says_that_there_is_nothing_is_an_answer_on_every_day(nothing: ParsedPage) -> None:
    reading = reading_of(Expectation.DUE, a=nothing, b=page())
    assert (reading.via, reading.page, reading.problems) == ("a", nothing, ())


def test_a_page_of_nothing_but_problems_is_no_answer_on_any_day() -> None:
    reading = reading_of(Expectation.NONE, a=page(0, problems=("a list without end",)), b=page(0))
    assert (reading.via, reading.problems) == ("b", ("a: a list without end",))


def test_a_page_without_a_date_is_of_the_day_that_was_asked_for() -> None:
    assert reading_of(a=page(day=None), b=LOST).via == "a"


def test_pages_are_followed_and_joined_in_order() -> None:
    reading = reading_of_pages(page(2), page(2, first=3), page(1, first=5))
    assert reading.page is not None
    assert (reading.page.records, reading.page.declared) == (papers(5), 5)
    assert (reading.page.date, reading.page.complete, reading.problems) == (DAY, True, ())
    assert [answer.url for answer in reading.answers] == [f"a/{DAY}", f"a/{DAY}/1", f"a/{DAY}/2"]


def test_an_empty_last_page_ends_a_listing() -> None:
    reading = reading_of_pages(page(2), page(0))
    assert reading.page is not None
    assert (reading.page.declared, reading.problems) == (2, ())


@pytest.mark.parametrize(
    ("later", "words"),
    [
        (unreachable("a/1"), "a/1: answers 503 Service Unavailable"),
        (LOST, "no list of papers"),
        (IndexError("1"), "its parser has a defect: IndexError('1')"),
    ],
    ids=in_short,
)
def test_a_later_page_that_fails_leaves_what_came_before_it(later: Given, words: str) -> None:
    reading = reading_of_pages(page(2), later)
    assert reading.page is not None
    assert reading.page.records == papers(2)
    assert (reading.page.complete, reading.page.problems) == (False, (words,))
    assert reading.problems == (f"a: {words}",)


def test_a_later_page_that_fails_makes_room_for_the_next_way() -> None:
    reading = reading_of_pages(page(2), LOST, then=page(5))
    assert (reading.via, reading.page) == ("b", page(5))


def test_the_doubts_of_every_page_are_the_listings() -> None:
    reading = reading_of_pages(page(2, problems=("one",)), page(2, first=3, problems=("two",)))
    assert reading.problems == ("a: one", "a: two")


def test_a_listing_is_cut_where_one_of_its_pages_is() -> None:
    reading = reading_of_pages(page(2), page(2, first=3, complete=False))
    assert reading.page is not None
    assert not reading.page.complete


def test_a_later_page_of_another_day_is_doubted() -> None:
    reading = reading_of_pages(page(2), page(2, first=3, day=BEFORE))
    assert reading.problems == ("a: goes on with entries of 2026-03-09",)


def test_a_listing_that_never_ends_is_no_answer() -> None:
    reading = reading_of_pages(page(2, next_url=f"a/{DAY}"), then=page(5))
    assert (reading.via, reading.page) == ("b", page(5))
    assert reading.problems == (f"a: goes on after {MOST_PAGES} pages",)
    assert len(reading.answers) == MOST_PAGES + 1


def test_a_listing_may_have_as_many_pages_as_that() -> None:
    pages = [page(1, first=number) for number in range(1, MOST_PAGES + 1)]
    reading = reading_of_pages(*pages)
    assert reading.page is not None
    assert reading.page.records == papers(MOST_PAGES)


def test_a_reading_says_what_was_read_and_when() -> None:
    reading = reading_of(a=page())
    assert (reading.listing, reading.read_at) == (LISTING, AT)
