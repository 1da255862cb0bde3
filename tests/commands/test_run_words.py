"""What `status` says of the last runs below the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flows.commands.run_words import told
from models.run import Latest, Run, RunKind
from tests.commands.command import MONDAY, Command
from tests.steps.house import ALL, Site, refused

BEGAN = datetime(2026, 11, 9, 20, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROUND = Run("1", RunKind.ROUND, BEGAN, BEGAN + timedelta(minutes=3))
DIGEST = replace(ROUND, id="2", kind=RunKind.DIGEST)


def lines(*runs: Run, now: datetime = BEGAN + 2 * HOUR) -> list[str]:
    """What is said where each run is the only one of its kind."""
    latest: Mapping[RunKind, Latest] = {run.kind: Latest(run, run if run.ended_at else None) for run in runs}
    return list(told(latest, now))


def test_before_the_first_round_it_is_said_how_to_run_one() -> None:
    assert lines() == ["No round is recorded yet: `paperround run` runs one."]


def test_of_a_round_that_was_well_there_is_one_line_and_of_others_none() -> None:
    assert lines(ROUND, DIGEST) == ["last round 2026-11-09 20:15 UTC, 2 h ago: took 3 min, nothing failed"]


def test_what_failed_is_said_of_every_kind() -> None:
    failures = ("arxiv cs.CL: failed: page: answers 500", "no mail")
    assert lines(ROUND, replace(DIGEST, failures=failures)) == [
        "last round 2026-11-09 20:15 UTC, 2 h ago: took 3 min, nothing failed",
        "last digest 2026-11-09 20:15 UTC, 2 h ago: took 3 min, 2 failures:",
        "  arxiv cs.CL: failed: page: answers 500",
        "  no mail",
    ]


def test_a_run_without_an_end_comes_with_the_one_before_it() -> None:
    begun = Run("3", RunKind.ROUND, BEGAN + HOUR)
    runs = {RunKind.ROUND: Latest(begun, ROUND)}
    assert list(told(runs, BEGAN + 2 * HOUR)) == [
        "last round 2026-11-09 21:15 UTC, 1 h ago: under way",
        "before it, round 2026-11-09 20:15 UTC, 2 h ago: took 3 min, nothing failed",
    ]
    assert next(told(runs, BEGAN + 8 * HOUR)).endswith("did not end: it was killed, or still hangs")


def test_that_no_round_has_come_for_a_day_is_said_first() -> None:
    first, *_ = lines(ROUND, now=BEGAN + 25 * HOUR)
    assert first == "No round has begun for 25 h: is the schedule on?"
    assert not lines(ROUND, now=BEGAN + 24 * HOUR)[0].startswith("No round")


def test_a_rehearsal_of_a_later_moment_is_no_longer_ago_than_now() -> None:
    assert lines(ROUND, now=BEGAN - HOUR) == ["last round 2026-11-09 20:15 UTC: took 3 min, nothing failed"]


def test_status_ends_with_the_last_runs(paperround: Command, site: Site) -> None:
    with site.failing(ALL, refused(503)):
        paperround(*MONDAY)
    told = paperround("status").out.splitlines()
    after = told[told.index("") + 1 :]
    assert any(line.startswith("last round 2026-11-09 20:15 UTC") for line in after)
    assert after[-1].startswith("  huggingface daily 2026-11-09: failed: page: ")
