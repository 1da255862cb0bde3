"""How old the news of a source is, by the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from models.freshness import Freshness, freshness
from models.records import Verdict
from tests.models.invented import DAY, DAY_BEFORE, NEXT_DAY, entry, noon


def test_an_empty_ledger_knows_no_source() -> None:
    assert freshness([]) == []


def test_a_source_without_a_whole_list_has_no_newest() -> None:
    failed = entry(DAY, Verdict.FAILED)
    assert freshness([failed]) == [Freshness("huggingface", None, noon(DAY), (failed,))]


def test_the_newest_list_that_was_read_whole_counts() -> None:
    (found,) = freshness([entry(DAY), entry(DAY_BEFORE)])
    assert (found.newest, found.read_at, found.behind) == (DAY, noon(DAY), ())


def test_a_quiet_day_is_no_list_and_not_behind() -> None:
    (found,) = freshness([entry(NEXT_DAY, Verdict.QUIET), entry(DAY)])
    assert (found.newest, found.read_at, found.behind) == (DAY, noon(NEXT_DAY), ())


def test_what_should_be_out_since_is_behind() -> None:
    stalled = entry(NEXT_DAY, Verdict.STALLED)
    old = entry(DAY_BEFORE, Verdict.PARTIAL)
    (found,) = freshness([stalled, entry(DAY), old])
    assert (found.newest, found.behind) == (DAY, (stalled,))


def test_a_list_that_was_whole_once_stays_the_newest_when_reading_it_again_fails() -> None:
    again = replace(
        entry(DAY, Verdict.FAILED, noon(DAY) + timedelta(hours=6)), parsed=0, declared=0, good_at=noon(DAY)
    )
    (found,) = freshness([again, entry(DAY_BEFORE)])
    assert (found.newest, found.behind) == (DAY, (again,))


def test_sources_stand_for_themselves() -> None:
    arxiv = replace(entry(DAY_BEFORE), source="arxiv", section="cs.CL")
    assert [(each.source, each.newest) for each in freshness([entry(DAY), arxiv])] == [
        ("arxiv", DAY_BEFORE),
        ("huggingface", DAY),
    ]
