"""Runs the house of an `up` in this process, until a signal or a program that ends too often."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from flows.up import warden
from flows.up.house import House
from flows.up.journal import Journal
from flows.up.keeper import GivenUpError
from flows.up.plan import Plan

_KILLED = 130
"""The exit code of who was told twice to stop, as a shell has it for Ctrl-C."""


def run(plan: Plan, journal: Journal, lock: TextIO, token: str, api: str, told: Sequence[str]) -> int:
    """Keeps a plan's programs until SIGINT, SIGTERM or SIGHUP; the exit code, 1 where one has ended too often.

    Whatever ends this process, what it has started ends as well, and the lock is held as long as that takes.
    """
    with _watched(token, [program.name for program in plan.in_order_of_end], lock):
        return asyncio.run(_run(plan, journal, token, api, told))


async def _run(plan: Plan, journal: Journal, token: str, api: str, told: Sequence[str]) -> int:
    house = House(plan, journal, token, api, told)
    loop = asyncio.get_running_loop()
    for number in _signals():
        loop.add_signal_handler(number, house.leave)
    try:
        await house.live()
    except GivenUpError as error:
        journal.say(str(error))
        return 1
    journal.say("everything has ended")
    return _KILLED if house.is_rushed else 0


def _signals() -> Sequence[signal.Signals]:
    """What ends an `up`: not the end of its terminal where whoever started it, as nohup, has that ignored."""
    is_ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return (signal.SIGINT, signal.SIGTERM, *(() if is_ignored else (signal.SIGHUP,)))


@contextmanager
def _watched(token: str, names: Sequence[str], lock: TextIO) -> Iterator[None]:
    """A warden beside us, which holds the lock too."""
    command = (sys.executable, "-I", "-S", warden.__file__, token, *names)
    with subprocess.Popen(  # noqa: S603  # a program of our own
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[lock.fileno()],
        start_new_session=True,
    ) as process:
        yield
        process.communicate(warden.DONE)
