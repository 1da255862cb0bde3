"""The ledger: the verdict on a reading, and its rows in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from models.database import reading, writing
from models.ledger import entries, newest_date, record
from models.records import Expectation, Outcome, ParsedPage, Reading, Verdict
from models.tables import LEDGER
from models.verdicts import Entry, judge, stated
from tests.models.invented import (
    DAY,
    DAY_BEFORE,
    EVENING,
    MORNING,
    NEXT_DAY,
    TOMORROW,
    daily,
    entry,
    page,
    records,
)
from tests.models.stored import rows

PAGE = page(*records(3), date=DAY)
EARLIER = page(*records(3), date=DAY_BEFORE)
EMPTY = page()


def judged(
    found: ParsedPage | None,
    expectation: Expectation = Expectation.DUE,
    outcome: Outcome | None = None,
    *problems: str,
) -> tuple[Entry, ...]:
    made = Reading(daily(), MORNING, page=found, via="page" if found else "", problems=problems)
    return judge(made, expectation, outcome or Outcome(new=3))


def verdict(found: ParsedPage, expectation: Expectation = Expectation.DUE) -> Verdict:
    (row,) = judged(found, expectation)
    return row.verdict


@pytest.mark.parametrize("expectation", Expectation)
def test_what_could_not_be_read_is_failed_whatever_the_calendar_says(expectation: Expectation) -> None:
    (found,) = judged(None, expectation, Outcome(), "page: no list", "api: answers 500")
    assert (found.verdict, found.error, found.good_at) == (
        Verdict.FAILED,
        "page: no list; api: answers 500",
        None,
    )


def test_nothing_where_there_should_be_something_is_stalled_and_says_so() -> None:
    (found,) = judged(EMPTY)
    assert (found.verdict, found.good_at) == (Verdict.STALLED, None)
    assert found.error == "nothing for 2025-10-01 yet, and it should be out"


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (replace(PAGE, declared=4), Outcome(new=3)),
        (replace(PAGE, declared=2), Outcome(new=3)),
        (replace(PAGE, declared=0), Outcome(new=3)),
        (replace(EMPTY, declared=3), Outcome()),
        (replace(PAGE, problems=("one entry has no title",)), Outcome(new=3)),
        (replace(EMPTY, problems=("no list",)), Outcome()),
        (PAGE, Outcome(unchanged=3, vanished=9)),
        (EMPTY, Outcome(vanished=3)),
    ],
)
@pytest.mark.parametrize("expectation", Expectation)
def test_what_is_not_whole_is_partial_and_never_an_empty_day(
    found: ParsedPage, outcome: Outcome, expectation: Expectation
) -> None:
    (row,) = judged(found, expectation, outcome)
    assert (row.verdict, row.good_at) == (Verdict.PARTIAL, None)
    assert row.error
    assert (row.declared, row.parsed) == (found.declared, len(found.records))


def test_papers_that_vanished_are_counted_in_words() -> None:
    (found,) = judged(PAGE, Expectation.DUE, Outcome(unchanged=3, vanished=9))
    assert found.error == "9 papers of the day are missing: too many to be believed"


def test_a_whole_list_is_fresh() -> None:
    (found,) = judged(PAGE, Expectation.DUE, Outcome(new=1, revised=1, unchanged=1, removed=1))
    assert (found.declared, found.parsed) == (3, 3)
    assert (found.new, found.revised, found.unchanged, found.removed) == (1, 1, 1, 1)
    assert (found.verdict, found.via, found.error) == (Verdict.FRESH, "page", "")
    assert found.read_at == found.good_at == MORNING


@pytest.mark.parametrize("expectation", Expectation)
def test_papers_are_fresh_even_where_the_calendar_expected_none(expectation: Expectation) -> None:
    assert verdict(PAGE, expectation) is Verdict.FRESH


def test_a_page_that_states_no_date_is_of_the_day_asked_for() -> None:
    assert verdict(replace(PAGE, date=None)) is Verdict.FRESH


def test_the_second_way_gives_fresh_and_says_why_the_first_was_left() -> None:
    (found,) = judged(PAGE, Expectation.DUE, Outcome(new=3), "page: no list")
    assert (found.verdict, found.error) == (Verdict.FRESH, "page: no list")


def test_nothing_before_it_is_due_is_waiting() -> None:
    assert verdict(EMPTY, Expectation.LATER) is Verdict.WAITING


def test_nothing_on_a_day_without_lists_is_quiet() -> None:
    (found,) = judged(EMPTY, Expectation.NONE)
    assert (found.verdict, found.good_at) == (Verdict.QUIET, MORNING)


@pytest.mark.parametrize("expectation", Expectation)
@pytest.mark.parametrize("found", [EMPTY, EARLIER])
def test_the_site_s_own_word_makes_a_day_quiet(found: ParsedPage, expectation: Expectation) -> None:
    assert judged(replace(found, has_none=True), expectation)[0].verdict is Verdict.QUIET


@pytest.mark.parametrize(
    ("expectation", "expected"),
    [
        (Expectation.NONE, Verdict.QUIET),
        (Expectation.LATER, Verdict.WAITING),
        (Expectation.DUE, Verdict.STALLED),
    ],
)
def test_another_day_s_page_gives_two_rows(expectation: Expectation, expected: Verdict) -> None:
    asked, answered = judged(EARLIER, expectation)
    assert (asked.date, asked.verdict, asked.declared, asked.new) == (DAY, expected, 0, 0)
    assert (answered.date, answered.verdict, answered.declared, answered.new) == (
        DAY_BEFORE,
        Verdict.FRESH,
        3,
        3,
    )


def test_what_was_wrong_with_another_day_s_page_stands_in_that_day_s_row() -> None:
    asked, answered = judged(replace(EARLIER, declared=4), Expectation.NONE)
    assert (asked.verdict, asked.error) == (Verdict.QUIET, "")
    assert (answered.verdict, answered.error) == (Verdict.PARTIAL, "3 of 4 entries")


def test_a_listing_is_filed_under_the_date_that_the_page_states() -> None:
    made = Reading(daily(), MORNING, page=EARLIER)
    assert stated(made) == daily(DAY_BEFORE)
    assert stated(replace(made, page=replace(EARLIER, date=None))) == daily(DAY)
    assert stated(replace(made, page=None)) == daily(DAY)


def keep(engine: Engine, *given: Entry) -> None:
    with writing(engine) as connection:
        for each in given:
            record(connection, each)


def kept(engine: Engine, since: date | None = None, source: str | None = None) -> list[Entry]:
    with reading(engine) as connection:
        return entries(connection, since, source)


def test_an_empty_ledger_has_no_newest_date(engine: Engine) -> None:
    with reading(engine) as connection:
        assert newest_date(connection) is None


def test_a_row_is_read_back_as_it_was_recorded(engine: Engine) -> None:
    keep(engine, entry(verdict=Verdict.PARTIAL))
    assert kept(engine) == [entry(verdict=Verdict.PARTIAL)]


def test_each_listing_has_one_row(engine: Engine) -> None:
    later = entry(at=EVENING)
    keep(engine, entry(), later)
    assert kept(engine) == [later]


def test_a_bad_reading_inherits_when_the_listing_was_last_good(engine: Engine) -> None:
    keep(engine, entry(at=MORNING), entry(verdict=Verdict.FAILED, at=EVENING))
    keep(engine, entry(verdict=Verdict.PARTIAL, at=TOMORROW))
    (found,) = kept(engine)
    assert (found.verdict, found.read_at, found.good_at) == (Verdict.PARTIAL, TOMORROW, MORNING)


def test_a_good_reading_is_the_last_good_one(engine: Engine) -> None:
    keep(engine, entry(verdict=Verdict.FAILED, at=MORNING), entry(at=EVENING))
    assert kept(engine)[0].good_at == EVENING


def test_the_ledger_is_told_newest_first_from_a_date_on_and_of_one_source(engine: Engine) -> None:
    other = replace(entry(), source="arxiv", section="cs.CL")
    keep(engine, entry(DAY_BEFORE), entry(), other, entry(NEXT_DAY))
    assert kept(engine) == [entry(NEXT_DAY), other, entry(), entry(DAY_BEFORE)]
    assert kept(engine, since=DAY) == [entry(NEXT_DAY), other, entry()]
    assert kept(engine, source="arxiv") == [other]
    with reading(engine) as connection:
        assert newest_date(connection) == NEXT_DAY


def test_the_columns_are_those_of_an_entry(engine: Engine) -> None:
    keep(engine, entry())
    assert rows(engine, LEDGER)[0].keys() == set(Entry.__slots__)
