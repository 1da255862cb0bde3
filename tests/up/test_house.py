"""All programs together: the order in which they begin and end, and that nothing of them is left."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from flows.up.house import House
from flows.up.keeper import GivenUpError
from flows.up.plan import Plan
from flows.up.program import Program
from flows.up.warden import RUN, marked
from tests.up.fakes import FAILS, POLITE, STUBBORN, TOKEN, Log, Pauses, journal, program, run

ENDS_WELL = "print('done')"
NOWHERE = "http://127.0.0.1:9/api"
EVERYTHING = "everything is up"


def with_run(code: str) -> str:
    """A worker that starts a run, which has a session of its own as Prefect's have, and says `begun`."""
    code = f"print('begun', flush=True)\n{code}"
    start = (
        f"subprocess.Popen([sys.executable, '-S', '-c', {code!r}], env=environment, start_new_session=True)"
    )
    return f"import os, subprocess, sys; environment = {{**os.environ, {RUN!r}: 'a1'}}; {start}\n{POLITE}"


def house(log: Log, *, pauses: Pauses | None = None, seconds: float = 0, **changed: Program | None) -> House:
    """A house of polite programs, some of them changed; `seconds` go by with each look at the clock."""
    programs: dict[str, Program | None] = {
        "server": program("prefect", POLITE),
        "upgrade": program("upgrade", ENDS_WELL, is_done=lambda code: code == 0),
        "deploy": program("deploy", ENDS_WELL, is_done=lambda code: code == 0),
        "worker": program("worker", POLITE),
        "first": program("round", ENDS_WELL, is_done=lambda _: True),
        "app": program("app", POLITE),
        **changed,
    }
    times = iter(range(10**9))
    plan = Plan(**programs)  # type: ignore[arg-type]
    return House(
        plan, journal(log), TOKEN, NOWHERE, [EVERYTHING], pauses or Pauses(), lambda: next(times) * seconds
    )


async def lived(made: House, log: Log, *until: str) -> None:
    """Lets a house live until these lines are there, then tells it to end."""
    living = asyncio.create_task(made.live())
    for line in until:
        await log.has(line)
    made.leave()
    await living


def left() -> list[int]:
    return [pid for pid, _ in marked(TOKEN)]


def test_a_program_that_is_given_up_ends_all_others_in_their_order() -> None:
    async def work() -> Log:
        log = Log()
        with pytest.raises(
            GivenUpError, match="app has ended with exit code 3, 6 times in a row: no such table"
        ):
            await house(log, app=program("app", FAILS)).live()
        return log

    log = run(work())
    assert log.count("app: no such table") == 6
    assert log.lines[-1] == "prefect: ends"
    assert left() == []


def test_a_worker_without_its_pool_is_not_started() -> None:
    async def work() -> Log:
        log = Log()
        with pytest.raises(GivenUpError, match="deploy has ended"):
            await house(log, deploy=program("deploy", FAILS, is_done=lambda code: code == 0)).live()
        return log

    assert run(work()).count("the worker starts") == 0


def test_the_worker_ends_first_then_the_site_then_the_server() -> None:
    async def work() -> Log:
        log = Log()
        await lived(house(log), log, EVERYTHING, "worker: runs", "app: runs", "prefect: runs")
        return log

    ends = [line for line in run(work()).lines if line.endswith(": ends")]
    assert ends == ["worker: ends", "app: ends", "prefect: ends"]
    assert left() == []


def test_a_site_without_a_round_waits_for_the_first_one() -> None:
    async def work() -> Log:
        log = Log()
        await lived(house(log), log, EVERYTHING, "app: runs")
        return log

    log = run(work())
    assert log.position("round: done") < log.position("the app starts")
    assert log.position("the prefect starts") < log.position("the round starts")


def test_a_site_that_is_there_waits_for_nothing() -> None:
    async def work() -> Log:
        log = Log()
        silent = program("prefect", POLITE, answers_at="http://127.0.0.1:9/health")
        await lived(house(log, first=None, server=silent), log, "app: runs", "prefect: runs")
        return log

    log = run(work())
    assert log.count(EVERYTHING) == 0
    assert log.position("upgrade: done") < log.position("the app starts"), (
        "a site of a new version needs its tables"
    )


def test_a_database_that_cannot_be_upgraded_ends_it(tmp_path: Path) -> None:
    async def work() -> Log:
        log = Log()
        with pytest.raises(GivenUpError, match="upgrade has ended with exit code 3"):
            await house(log, upgrade=program("upgrade", FAILS, is_done=lambda code: code == 0)).live()
        return log

    assert run(work()).count("the app starts") == 0


def test_the_worker_starts_when_its_pool_is_there() -> None:
    async def work() -> Log:
        log = Log()
        await lived(house(log), log, EVERYTHING)
        return log

    log = run(work())
    assert log.position("deploy: done") < log.position("the worker starts")


def test_a_demo_with_the_server_of_another_has_neither_schedules_nor_a_server() -> None:
    async def work() -> Log:
        log = Log()
        await lived(
            house(log, server=None, upgrade=None, deploy=None, worker=None), log, EVERYTHING, "app: runs"
        )
        return log

    assert {line.partition(":")[0] for line in run(work()).lines} == {"up", "round", "app"}


def test_a_run_that_is_under_way_is_waited_for_by_name(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    worker = program("worker", with_run(f"open({str(gate)!r}).read()"))

    async def work() -> Log:
        log = Log()
        made = house(log, worker=worker)
        living = asyncio.create_task(made.live())
        await log.has("worker: runs")
        await log.has("worker: begun")
        made.leave()
        await log.has("waiting for a1: 60 s at most")
        assert log.count("worker: ends") == 0
        await asyncio.to_thread(gate.write_text, "")
        await living
        return log

    log = run(work())
    assert log.position("waiting for a1") < log.position("worker: ends")
    assert log.count("cutting off") == 0


def test_a_run_that_does_not_end_is_cut_off_and_nothing_of_it_is_left() -> None:
    worker = program("worker", with_run(STUBBORN))

    async def work() -> Log:
        log = Log()
        await lived(house(log, seconds=25, worker=worker), log, "worker: runs", "worker: begun", EVERYTHING)
        return log

    log = run(work())
    assert "up: cutting off a1: the next run does what is left" in log.lines
    assert "up: killing what they have left behind: 1 process" in log.lines
    assert left() == []


def test_told_twice_it_kills_everything_the_runs_as_well() -> None:
    worker = program("worker", with_run(STUBBORN))

    async def work() -> Log:
        log = Log()
        made = house(log, worker=worker)
        living = asyncio.create_task(made.live())
        await log.has("worker: begun")
        await log.has(EVERYTHING)
        made.leave()
        made.leave()
        assert left() == []
        await living
        return log

    assert run(work()).count("killing everything") == 1


def test_told_twice_it_does_not_wait_for_who_hears_nothing() -> None:
    stubborn = {name: program(name, STUBBORN) for name in ("prefect", "worker", "app")}

    async def work() -> Log:
        log = Log()
        made = house(log, server=stubborn["prefect"], worker=stubborn["worker"], app=stubborn["app"])
        living = asyncio.create_task(made.live())
        for name in stubborn:
            await log.has(f"{name}: runs")
        made.leave()
        made.leave()
        made.leave()
        await living
        assert made.is_rushed
        return log

    log = run(work())
    assert log.count("killing everything") == 1
    assert left() == []


def test_it_can_be_stopped_before_anything_stands() -> None:
    async def work() -> Log:
        log = Log()
        silent = program("prefect", POLITE, answers_at="http://127.0.0.1:9/health")
        await lived(house(log, server=silent), log, "prefect: runs")
        return log

    assert run(work()).lines[-1] == "prefect: ends"
    assert left() == []
