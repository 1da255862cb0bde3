"""What `doctor` says of a Prefect server, from how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows import engine
from flows.commands import prefect_findings
from flows.commands.finding import Finding, State
from flows.commands.prefect_findings import standing
from flows.deployment.server_state import ServerState
from flows.settings import load_settings

NOW = datetime(2026, 11, 9, 21, tzinfo=UTC)
GOOD = ServerState(version="3.8.8", has_pool=True, heard_at=NOW - timedelta(seconds=20), is_told=True)


def found(**changes: object) -> dict[str, Finding]:
    return {each.thing: each for each in standing(replace(GOOD, **changes), NOW)}  # type: ignore[arg-type]  # own fields


def test_a_server_that_has_all_is_good() -> None:
    assert {each.state for each in found().values()} == {State.GOOD}
    assert list(found()) == ["workers", "deployments", "automations"]


def test_one_that_only_records_is_told_how_it_runs_us_and_is_not_bad() -> None:
    only = found(has_pool=False, heard_at=None)
    assert list(only) == ["work pool"]
    assert only["work pool"].state is State.WARNING
    assert "`paperround deploy` makes" in only["work pool"].said


@pytest.mark.parametrize("heard_at", [None, NOW - timedelta(minutes=6)])
def test_without_a_worker_that_was_heard_from_nothing_is_run(heard_at: datetime | None) -> None:
    workers = found(heard_at=heard_at)["workers"]
    assert workers.state is State.BAD
    assert "`prefect worker start --pool paperround` starts one" in workers.said


def test_a_server_that_forgets_who_is_at_work_is_a_warning_with_how_to_start_it() -> None:
    finding = found(is_forgetful=True)["Prefect"]
    assert finding.state is State.WARNING
    assert "start it with PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE=" in finding.said
    assert "PREFECT_SERVER_EVENTS_EXPIRED_BUCKET_BUFFER=P7D" in finding.said


def test_what_is_not_deployed_is_bad_and_named() -> None:
    finding = found(undeployed=("every-hour of flows/digest.py:digest",))["deployments"]
    assert finding.state is State.BAD
    assert finding.said == "not there: every-hour of flows/digest.py:digest: `paperround deploy`"


def test_what_is_paused_is_a_warning() -> None:
    finding = found(paused=("digest/every-hour",), off=("evenings of daily-round/x",))["deployments"]
    assert finding.state is State.WARNING
    assert "digest/every-hour, evenings of daily-round/x" in finding.said


def test_automations_that_lack_are_bad_and_those_that_are_off_a_warning() -> None:
    assert found(lacking=("Paper Round: trouble",))["automations"].state is State.BAD
    assert found(stopped=("Paper Round: trouble",))["automations"].state is State.WARNING


def test_that_nobody_is_told_is_a_warning_that_says_how() -> None:
    finding = found(is_told=False)["automations"]
    assert finding.state is State.WARNING
    assert "PAPERROUND_NOTIFY_URL" in finding.said


def test_runs_that_are_late_or_do_not_end_are_counted() -> None:
    assert "3 late" in found(late=3)["runs"].said
    assert "2 said to be under way for more than a day" in found(endless=2)["runs"].said


@pytest.mark.parametrize(
    ("theirs", "state"), [("3.8.7", State.WARNING), ("2.20.1", State.WARNING), ("3.10.0", State.GOOD)]
)
def test_a_server_that_is_older_than_this_program_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, theirs: str, state: State
) -> None:
    monkeypatch.setattr(prefect_findings, "version", lambda _: "3.8.8")
    assert prefect_findings.server("http://127.0.0.1:4200/api", theirs).state is state


def looked() -> Iterator[Finding]:
    return prefect_findings.prefect(load_settings(_env_file=None), NOW)


def test_without_a_server_there_is_nothing_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "api_url", lambda *_: None)
    (finding,) = looked()
    assert finding == Finding("Prefect", State.GOOD, "no server is configured: runs are not recorded")


def test_a_server_that_does_not_answer_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    (finding,) = looked()
    assert finding.state is State.BAD
