"""Housekeeping in Prefect: named, with what it did to be read, and nothing left undone for what failed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.database import reading
from models.run import RunKind
from models.runs import latest
from tests.flows.recorded import EVENING, artifacts, resources, runs

pytestmark = pytest.mark.engine


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAPERROUND_HOME", str(tmp_path))
    return tmp_path


def test_it_makes_a_backup_of_sqlite_and_prunes_by_the_clock_however_late_it_comes(
    prefect: None, home: Path
) -> None:
    from prefect.client.orchestration import get_client
    from prefect.flow_engine import run_flow
    from prefect.states import Scheduled

    from flows.housekeeping import housekeeping
    from flows.run.current import using

    meant_for = datetime(2026, 11, 10, 6, 40, tzinfo=UTC)
    with get_client(sync_client=True) as client, resources(home, EVENING) as found, using(found):
        late = client.create_flow_run(housekeeping, state=Scheduled(scheduled_time=meant_for))
        run_flow(housekeeping, flow_run=late)
        ended = client.read_flow_run(late.id)
        with reading(found.engine) as connection:
            kept = latest(connection)[RunKind.HOUSEKEEPING].begun
    assert ended.name == "housekeeping 2026-11-10 06:40 · back up, prune, prune Prefect"
    assert (kept.began_at, kept.failures, kept.ended_at is not None) == (EVENING, (), True)
    (backup,) = (home / "backups").iterdir()
    left = artifacts()["housekeeping"]
    assert "Nothing failed." in left
    assert backup.name in left
    tasks = dict.fromkeys(("back up", "prune", "prune Prefect"), "COMPLETED")
    assert tasks.items() <= runs().items()


def test_a_backup_that_fails_is_told_and_all_else_is_done(
    prefect: None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.housekeeping import housekeeping
    from flows.run.current import using
    from flows.run.outcomes import result_of

    (home / "backups").write_text("no folder")
    with resources(home, EVENING) as found, using(found):
        state = housekeeping(backup=True, return_state=True)
        done = result_of(state)
        with reading(found.engine) as connection:
            kept = latest(connection)[RunKind.HOUSEKEEPING].begun
    assert state.is_failed()
    assert str(state.message).startswith("back up: ")
    assert list(done.done) == ["prune", "prune Prefect"]
    assert kept.failures == done.failures
    assert "## Failures\n- **back up: " in artifacts()["housekeeping"]
