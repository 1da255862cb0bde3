"""Shards of one run as tasks on Dask: with values alone, in what each opens itself, at one pace."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.database import posting
from models.errors import SettingsError
from models.mail.subscriber import Choices
from tests.flows.recorded import MORNING, resources, runs
from tests.mail.subscribed import joined
from tests.trials.site import Site, on_weekdays, running

if TYPE_CHECKING:
    from distributed import LocalCluster
    from prefect import Task

pytestmark = pytest.mark.engine

INTERVAL = 0.1
FIRST, LAST = date(2025, 1, 30), date(2025, 2, 4)


@pytest.fixture
def cluster(prefect: None) -> Iterator[LocalCluster]:
    """Two workers as threads of the tests' own process: nothing is to be started."""
    from distributed import LocalCluster

    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0"
    ) as made:
        yield made


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cluster: LocalCluster) -> Path:
    """A house that the environment names, whose shards go to the workers."""
    monkeypatch.setenv("PAPERROUND_HOME", str(tmp_path))
    monkeypatch.setenv("PAPERROUND_SOURCES", "huggingface")
    monkeypatch.setenv("PAPERROUND_DASK", cluster.scheduler_address)
    return tmp_path


@pytest.fixture
def site(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with running(interval=INTERVAL, lists=on_weekdays(FIRST, LAST)) as found:
        for name, value in found.environment().items():
            monkeypatch.setenv(name, value)
        yield found


def nothing() -> Task[..., None]:
    from prefect import task

    return task(lambda: None)


def test_without_the_extra_it_is_said_what_to_install(prefect: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.run.dask_runner import on_dask

    monkeypatch.setitem(sys.modules, "prefect_dask.task_runners", None)
    with pytest.raises(SettingsError, match=r"PAPERROUND_DASK needs the extra.*pip install"):
        on_dask("local", nothing(), [{}])


def test_what_is_no_address_and_where_no_scheduler_is_are_told_in_one_line(
    prefect: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dask

    from flows.run.dask_runner import on_dask

    with pytest.raises(SettingsError, match=r"must be `local` or a scheduler's address"):
        on_dask("nowhere", nothing(), [{}])
    with (
        dask.config.set({"distributed.comm.timeouts.connect": 0.1}),
        pytest.raises(SettingsError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1"),
    ):
        on_dask("tcp://127.0.0.1:1", nothing(), [{}])


def test_months_of_a_backfill_are_tasks_on_dask_at_the_one_pace_of_all(site: Site) -> None:
    from flows.backfill import backfill
    from flows.run.outcomes import result_of

    lost = max(on_weekdays(FIRST, LAST))
    site.fail(str(lost), 404)
    state = backfill(FIRST, LAST, return_state=True)
    assert state.is_failed()
    assert f"huggingface daily {lost}: failed" in str(state.message)
    weekdays = set(on_weekdays(FIRST, LAST))
    assert {row.date for row in result_of(state) if row.parsed} == weekdays - {lost}
    made = runs()
    assert (made["2025-01-30 to 2025-01-31"], made["2025-02-01 to 2025-02-04"]) == ("COMPLETED", "FAILED")
    assert made["huggingface daily 2025-02-03"] == "COMPLETED"
    asked = [request.at_monotonic for request in site.log]
    assert len(asked) >= len(weekdays)
    # Between the server's word and a request passes time, on a busy machine now less, now more.
    assert max(asked) - min(asked) >= (len(asked) - 2) * INTERVAL


def test_shards_of_the_digests_are_tasks_on_dask_and_send_each_letter_once(home: Path) -> None:
    from flows.digest import digest
    from flows.run.outcomes import result_of
    from flows.steps.ingesting import ingest

    with resources(home, MORNING) as found:
        ingest(found)
        with posting(found.engine) as connection:
            for number in range(1, 6):
                joined(connection, f"reader{number}@reader.example", Choices(("all",), hour=8))
    done = result_of(digest(as_of=MORNING, shard_size=2, return_state=True))
    assert (done.tally.planned, done.tally.sent) == (5, 5)
    assert len(list((home / "mail").rglob("*.eml"))) == 5
    assert runs()["subscribers 5 to 6"] == "COMPLETED"
    assert result_of(digest(as_of=MORNING, shard_size=2, return_state=True)).tally.sent == 0
