"""What is wrong with lists, runs and letters, in sentences that anybody may read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feeds.condition import Condition, troubles
from models.mail.delivery import State
from models.overdue import Overdue
from models.records import Listing, Verdict
from models.run import Latest, Run, RunKind
from tests.models.invented import DAY, NEXT_DAY, entry

NOW = datetime(2025, 10, 2, 17, tzinfo=UTC)
NOON = datetime(2025, 10, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
GOOD = Run("1", RunKind.ROUND, NOW - HOUR, NOW - HOUR / 2)


def unread(section: str = "daily", source: str = "huggingface", hours: int = 24) -> Overdue:
    return Overdue(Listing(source, section, NEXT_DAY), NOON + hours * HOUR)


def test_where_nothing_is_wrong_nothing_is_said() -> None:
    runs = {RunKind.ROUND: Latest(GOOD, GOOD)}
    letters = {State.SENT: 12, State.PLANNED: 3, State.FAILED: 1}
    assert troubles(Condition(NOW, [entry(DAY, Verdict.FAILED)], runs=runs, letters=letters)) == ()


def test_lists_that_no_run_has_asked_for_are_told_apart_from_those_that_are_not_there() -> None:
    asked = Overdue(Listing("arxiv", "cs.CL", DAY), NOON, entry(DAY, Verdict.STALLED, NOON + HOUR))
    found = (asked, unread("cs.CL", "arxiv", 23), unread("cs.CV", "arxiv"), unread())
    assert troubles(Condition(NOW, overdue=found)) == (
        "arXiv: 2 lists should be out, the first since 2 Oct 2025, 11:00 UTC, and no run has asked for them.",
        "arXiv: 1 list should be out, since 1 Oct 2025, 12:00 UTC, and could not be read whole.",
        "Hugging Face: 1 list should be out, since 2 Oct 2025, 12:00 UTC, and no run has asked for it.",
    )


def test_a_run_that_failed_is_told_by_number_and_never_by_what_it_said() -> None:
    failed = replace(GOOD, failures=("550 <ada@reader.example>", "no space left on /srv"))
    assert troubles(Condition(NOW, runs={RunKind.ROUND: Latest(failed, failed)})) == (
        "The last round ended with 2 failures, at 2 Oct 2025, 16:00 UTC.",
    )


def test_a_run_that_did_not_end_is_told_once_it_must_be_over() -> None:
    killed = Run("2", RunKind.DIGEST, NOW - 5 * HOUR)
    runs = {RunKind.DIGEST: Latest(killed, replace(GOOD, kind=RunKind.DIGEST))}
    assert troubles(Condition(NOW, runs=runs)) == ()
    assert troubles(Condition(NOW + 2 * HOUR, runs=runs)) == (
        "The digest that began at 2 Oct 2025, 12:00 UTC did not end.",
    )


@pytest.mark.parametrize("kind", [RunKind.BACKFILL, RunKind.REPLAY])
def test_what_is_run_by_hand_is_its_operators_to_look_at(kind: RunKind) -> None:
    failed = replace(GOOD, kind=kind, failures=("of all things",))
    assert troubles(Condition(NOW, runs={kind: Latest(failed, failed)})) == ()


def test_letters_that_may_have_been_sent_wait_for_a_person() -> None:
    assert troubles(Condition(NOW, letters={State.UNCERTAIN: 3})) == (
        "3 letters may have been sent or not: a person has to decide.",
    )
