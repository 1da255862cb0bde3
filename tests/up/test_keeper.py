"""One program: it is started again when it ends, it is given up, it is ended."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from pathlib import Path

import pytest

from flows.up.keeper import GivenUpError, Keeper
from flows.up.patience import MOST_ENDS
from tests.up.fakes import ANSWERS, FAILS, POLITE, RUNS, STUBBORN, Log, Pauses, journal, program, run


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_what_ends_again_and_again_is_given_up_with_its_last_words() -> None:
    async def work() -> Pauses:
        pauses = Pauses()
        with pytest.raises(GivenUpError) as error:
            await Keeper(program("app", FAILS), journal(Log()), pauses, lambda: 0).keep()
        assert str(error.value) == (
            f"app has ended with exit code 3, {MOST_ENDS} times in a row: no such table"
        )
        return pauses

    assert run(work()).taken == [1, 2, 4, 8, 16]


def test_a_program_that_is_not_there_is_given_up_by_name() -> None:
    missing = program("app", "")
    object.__setattr__(missing, "command", ("/no/such/program",))

    async def work() -> None:
        with pytest.raises(GivenUpError, match="/no/such/program: No such file"):
            await Keeper(missing, journal(Log()), Pauses()).keep()

    run(work())


def test_what_would_end_the_same_way_again_is_not_tried_again() -> None:
    async def work() -> Pauses:
        pauses = Pauses()
        with pytest.raises(GivenUpError) as error:
            await Keeper(program("round", FAILS, hopeless_exit_code=3), journal(Log()), pauses).keep()
        assert str(error.value) == "round has ended with exit code 3: no such table"
        return pauses

    assert run(work()).taken == []


def test_what_is_killed_is_started_again_and_said() -> None:
    async def work() -> Log:
        log = Log()
        keeper = Keeper(
            program("app", f"import os; print('pid', os.getpid())\n{RUNS}"), journal(log), Pauses()
        )
        keeping = asyncio.create_task(keeper.keep())
        await log.has("app: runs")
        os.kill(int(log.lines[log.position("app: pid")].split()[-1]), signal.SIGKILL)
        await log.has("app: runs", times=2)
        await keeper.end()
        await keeping
        return log

    assert "up: app was killed by SIGKILL; it starts again in 1 s" in run(work()).lines


def test_what_has_to_be_done_once_is_tried_until_it_is_done(tmp_path: Path) -> None:
    tries = f"import pathlib, sys; p = pathlib.Path('{tmp_path}/tries'); p.write_text(p.read_text() + '.' if p.exists() else '.'); sys.exit(p.read_text() != '...')"

    async def work() -> Log:
        log = Log()
        await Keeper(program("deploy", tries, is_done=lambda code: code == 0), journal(log), Pauses()).keep()
        return log

    assert run(work()).count("deploy has ended with exit code 1") == 2
    assert (tmp_path / "tries").read_text() == "..."


def test_it_stands_when_it_answers_and_its_banner_is_not_told() -> None:
    port = free_port()

    async def work() -> Log:
        log = Log()
        url = f"http://127.0.0.1:{port}/health"
        answering = program("prefect", ANSWERS, str(port), answers_at=url, is_quiet_at_first=True)
        keeper = Keeper(answering, journal(log), Pauses())
        keeping = asyncio.create_task(keeper.keep())
        await keeper.stands.wait()
        await keeper.end()
        await keeping
        return log

    log = run(work())
    assert f"up: the prefect is there, at http://127.0.0.1:{port}/" in log.lines
    assert log.count("a banner") == 0


def test_what_a_silent_program_said_is_told_when_it_fails() -> None:
    async def work() -> Log:
        log = Log()
        failing = program(
            "prefect", FAILS, answers_at=f"http://127.0.0.1:{free_port()}/", is_quiet_at_first=True
        )
        with pytest.raises(GivenUpError):
            await Keeper(failing, journal(log), Pauses(), lambda: 0).keep()
        return log

    assert run(work()).count("prefect: no such table") == MOST_ENDS


def test_who_waits_is_told_so_and_what_never_answers_is_killed() -> None:
    seconds = iter(range(0, 100_000, 5))

    async def work() -> Log:
        log = Log()
        silent = program(
            "prefect", RUNS, answers_at=f"http://127.0.0.1:{free_port()}/", ready_within_seconds=40
        )
        keeper = Keeper(silent, journal(log), Pauses(), lambda: next(seconds))
        keeping = asyncio.create_task(keeper.keep())
        await log.has("prefect was killed by SIGKILL")
        keeper.kill()
        await keeping
        return log

    log = run(work())
    assert "up: the prefect does not answer yet, after 10 s" in log.lines
    assert "up: the prefect has not answered for 40 s, and is killed" in log.lines


def test_a_program_that_is_told_to_end_is_not_started_again() -> None:
    async def work() -> Log:
        log = Log()
        keeper = Keeper(program("app", POLITE), journal(log), Pauses())
        keeping = asyncio.create_task(keeper.keep())
        await log.has("app: runs")
        await keeper.end()
        await keeping
        return log

    assert run(work()).lines == ["up: the app starts", "app: runs", "app: ends"]


def test_a_program_that_does_not_end_is_killed_after_its_time() -> None:
    async def work() -> Log:
        log = Log()
        keeper = Keeper(program("app", STUBBORN, stops_within_seconds=0.05), journal(log), Pauses())
        keeping = asyncio.create_task(keeper.keep())
        await log.has("app: runs")
        await keeper.end()
        await keeping
        return log

    assert run(work()).lines[-1] == "up: app has not ended within 0 s, and is killed"


def test_only_its_log_is_told_of_a_program_whose_output_is_for_a_terminal() -> None:
    both = "import sys; print('a table'); print('a line', file=sys.stderr); sys.exit(0)"

    async def work() -> Log:
        log = Log()
        once = program("round", both, tells_output=False, is_done=lambda _: True)
        await Keeper(once, journal(log), Pauses()).keep()
        return log

    assert run(work()).lines == ["up: the round starts", "round: a line"]


def test_a_line_without_an_end_does_not_keep_the_others_from_being_read() -> None:
    async def work() -> Log:
        log = Log()
        code = "print('x' * 3_000_000, flush=True); print('after it', flush=True)"
        await Keeper(program("app", code, is_done=lambda _: True), journal(log), Pauses()).keep()
        return log

    log = run(work())
    assert log.count("(a line too long to show)")
    assert log.lines[-1] == "app: after it"
