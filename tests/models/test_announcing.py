"""Which listing announced a paper, on which day, at which moment: values in, values out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from models import announcing
from models.announcing import may_announce
from models.records import Listing, PaperRecord
from tests.models.invented import DAY, DAY_BEFORE, MORNING, NEXT_DAY, RECORD, daily, record

MIDNIGHT = datetime(2025, 10, 1, tzinfo=UTC)
MAILING = Listing("arxiv", "cs.CL", DAY)


def announcement(
    record: PaperRecord, listing: Listing, whole_day: bool, seen_at: datetime = MORNING + timedelta(days=9)
) -> tuple[date, datetime] | None:
    return announcing.announcement(record, listing, whole_day, seen_at)


def test_a_moment_that_is_to_come_announces_nothing() -> None:
    far = record(listed_at=MORNING + timedelta(days=2))
    assert announcement(far, daily(), False, MORNING) is None
    of_the_day = announcement(far, daily(), True, MORNING)
    assert of_the_day is not None
    assert of_the_day[0] == DAY
    # Clocks differ, and time zones do.
    assert announcement(record(listed_at=MORNING + timedelta(hours=20)), daily(), False, MORNING) is not None


def test_a_replacement_announces_nothing() -> None:
    assert announcement(record(part="replacement", listed_at=MIDNIGHT), MAILING, True) is None


def test_a_day_s_list_announces_its_papers_on_its_own_day() -> None:
    day_later = record(listed_at=MORNING + timedelta(days=1))
    assert announcement(RECORD, daily(), True) == (DAY, RECORD.listed_at)
    announced = announcement(day_later, daily(), True)
    assert announced is not None
    assert (announced[0], announced[1].date()) == (DAY, DAY)


def test_papers_of_which_only_the_day_is_known_are_announced_in_their_order() -> None:
    first, second = (announcement(record(listed_at=None, rank=n), daily(), True) for n in (1, 2))
    assert first is not None
    assert second is not None
    assert first[1] - second[1] == timedelta(seconds=1)
    assert first[0] == second[0] == DAY


def test_the_last_of_thousands_is_announced_on_its_day_too() -> None:
    assert announcement(record(listed_at=None, rank=9_999), daily(), True) == (DAY, MIDNIGHT)


def test_a_cut_list_announces_what_says_when_it_was_listed() -> None:
    assert announcement(record(listed_at=MORNING), daily(NEXT_DAY), False) == (DAY, MORNING)
    assert announcement(record(listed_at=None), daily(NEXT_DAY), False) is None


def test_a_mailing_is_announced_at_one_moment_even_at_midnight() -> None:
    given = [record(part="cross", rank=n, listed_at=MIDNIGHT) for n in (1, 2)]
    assert {announcement(each, MAILING, True) for each in given} == {(DAY, MIDNIGHT)}


def test_only_the_list_of_an_earlier_day_or_a_better_source_can_announce_a_paper_anew() -> None:
    assert may_announce(None, None, daily(), whole_day=False)
    assert may_announce(DAY, "huggingface", daily(DAY_BEFORE), whole_day=True)
    assert may_announce(DAY, "huggingface", MAILING, whole_day=True)
    assert not may_announce(DAY, "huggingface", daily(DAY_BEFORE), whole_day=False)
    assert not may_announce(DAY, "huggingface", daily(DAY), whole_day=True)
    assert not may_announce(DAY, "huggingface", daily(NEXT_DAY), whole_day=True)
    assert not may_announce(DAY, "arxiv", daily(), whole_day=True)
