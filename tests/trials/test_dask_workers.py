"""A backfill whose months are tasks on Dask, of which a worker is killed: it goes on, at one pace, and ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from models.database import reading
from models.ledger import entries
from models.records import SETTLED
from models.tables import PAPERS
from tests.databases import opened, upgraded
from tests.trials.asking import asked, ended, pause, started
from tests.trials.machines import PrefectServer, Process, free_port, run, wait_until, worker
from tests.trials.site import Site, on_weekdays, running

pytestmark = pytest.mark.trial

INTERVAL = 0.3
FIRST, LAST = date(2025, 1, 1), date(2025, 2, 28)
LISTS = on_weekdays(FIRST, LAST)
NAMES = ("first", "second")


@pytest.fixture
def site() -> Iterator[Site]:
    """Two months of lists."""
    with running(interval=INTERVAL, lists=LISTS) as found:
        yield found


@pytest.fixture
def settings(site: Site, prefect_here: PrefectServer, tmp_path: Path) -> Mapping[str, str]:
    """What all programs know."""
    return {
        **prefect_here.environment,
        **site.environment(),
        "PAPERROUND_HOME": str(tmp_path / "house"),
        "PAPERROUND_SOURCES": "huggingface",
        "PAPERROUND_DASK": f"tcp://127.0.0.1:{free_port()}",
    }


@pytest.fixture
def dask(settings: Mapping[str, str], tmp_path: Path) -> Iterator[dict[str, Process]]:
    """A scheduler with two workers, in a folder that has nothing of ours: a machine where it is installed."""
    address = settings["PAPERROUND_DASK"]
    port = address.rpartition(":")[2]
    scheduler = ("dask", "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
    work = ("dask", "worker", address, "--nthreads", "1", "--no-dashboard", "--name")
    with ExitStack() as stack:

        def begun(name: str, *command: str) -> Process:
            output = tmp_path / f"{name}.log"
            return stack.enter_context(Process(*command, environment=settings, output=output, cwd=tmp_path))

        begun("scheduler", *scheduler)
        yield {name: begun(name, *work, name) for name in NAMES}


def test_a_backfill_on_dask_goes_on_when_a_dask_worker_is_killed(
    prefect_here: PrefectServer,
    settings: Mapping[str, str],
    site: Site,
    dask: Mapping[str, Process],
    tmp_path: Path,
) -> None:
    store = upgraded(f"sqlite:///{tmp_path / 'house' / 'paperround.db'}")
    api = prefect_here.api
    run("paperround", "deploy", environment=settings)
    pause(api)
    site.hold("-10$")
    with worker(settings):
        parent = started(api, "backfill/by-hand", from_date=str(FIRST), to_date=str(LAST))
        wait_until(lambda: len(site.held) == len(dask), 180, "both are in the middle of a month")
        dask["first"].kill()
        at_kill = len(site.log)
        site.release()
        done = ended(api, parent, 240)
    assert done["state_type"] == "COMPLETED"
    with opened(store) as engine, reading(engine) as connection:
        verdicts = {row.verdict for row in entries(connection)}
        papers = connection.execute(select(PAPERS.c.id)).all()
    assert verdicts <= SETTLED
    assert len(papers) == sum(map(len, LISTS.values()))
    gaps = [later.at_monotonic - earlier.at_monotonic for earlier, later in pairwise(site.log)]
    tasks = asked(api, "task_runs/count", {"flow_runs": {"id": {"any_": [parent]}}})
    print(
        f"\n{done['name']}: {tasks} tasks of its run; a Dask worker killed after {at_kill} of {len(site.log)} requests; "
        f"smallest gap {min(gaps):.3f} s of {INTERVAL} s"
    )
    assert min(gaps) >= INTERVAL
