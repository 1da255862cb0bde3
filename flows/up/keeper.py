"""Keeps a program: starts it, waits until it stands, starts it again when it ends, and ends it."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable

from flows.up import telling
from flows.up.asking import answer
from flows.up.child import Child
from flows.up.journal import Journal
from flows.up.patience import Patience
from flows.up.program import Program
from models.errors import PaperRoundError

_ASKED_EACH_SECONDS = 0.5
_TOLD_EACH_SECONDS = 10.0

Pause = Callable[[float], Awaitable[object]]


class GivenUpError(PaperRoundError):
    """A program has ended too often."""


class Keeper:
    """Keeps one program. `stands` is set once it has answered for the first time."""

    def __init__(
        self,
        program: Program,
        journal: Journal,
        pause: Pause = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.program = program
        self.stands = asyncio.Event()
        self._journal = journal
        self._pause = pause
        self._clock = clock
        self._child: Child | None = None
        self._held_back: list[str] | None = None
        self._is_retired = asyncio.Event()

    async def keep(self) -> None:
        """Keeps the program until it is done or ended; raises GivenUpError when it has ended too often."""
        self._journal.say(telling.starting(self.program))
        patience = Patience()
        while not self._is_retired.is_set():
            began = self._clock()
            code, last = await self._once()
            if self._is_retired.is_set() or self.program.is_done(code):
                return
            patience = patience.after(self._clock() - began)
            if patience.is_over or code == self.program.hopeless_exit_code:
                raise GivenUpError(telling.given_up(self.program.name, patience.ends, code, last))
            self._journal.say(telling.ended(self.program.name, code, patience))
            await self._pause(patience.pause_seconds)

    def retire(self) -> None:
        """Starts the program no more, and lets it be while it is there."""
        self._is_retired.set()

    async def end(self) -> None:
        """Asks the program to end, kills it after its time, and starts it no more."""
        self.retire()
        child = self._child
        if child is None:
            return
        child.send(signal.SIGTERM)
        try:
            await asyncio.wait_for(child.ended(), self.program.stops_within_seconds)
        except TimeoutError:
            self._journal.say(telling.killed(self.program))
            child.kill()

    def kill(self) -> None:
        """Kills the program, and starts it no more."""
        self.retire()
        if self._child is not None:
            self._child.kill()

    async def _once(self) -> tuple[int, tuple[str, ...]]:
        """Runs the program to its end: the exit code, and its last lines."""
        self._held_back = [] if self.program.is_quiet_at_first else None
        try:
            child = self._child = await Child.start(self.program, self._told)
        except OSError as error:
            return 127, (f"{self.program.command[0]}: {error.strerror}",)
        watching = asyncio.create_task(self._watch(child))
        try:
            code = await child.ended()
        finally:
            watching.cancel()
            child.kill()  # what it has left in its group
            self._child = None
        await child.said_all()
        self._release()
        return code, tuple(child.last_lines)

    async def _watch(self, child: Child) -> None:
        """Waits until the program stands, and says how long it takes; kills what never does."""
        began = told = self._clock()
        while self.program.answers_at and await answer(self.program.answers_at) is None:
            now = self._clock()
            if now - began >= self.program.ready_within_seconds:
                self._journal.say(telling.too_slow(self.program))
                child.kill()
                return
            if now - told >= _TOLD_EACH_SECONDS:
                told = now
                self._journal.say(telling.waiting(self.program, now - began))
            await self._pause(_ASKED_EACH_SECONDS)
        if self.program.answers_at:
            self._journal.say(telling.stands(self.program, is_again=self.stands.is_set()))
        self._held_back = None
        self.stands.set()

    def _told(self, line: str) -> None:
        if self._held_back is None:
            self._journal.pass_on(self.program.name, line)
        else:
            self._held_back.append(line)

    def _release(self) -> None:
        """Tells after all what a program said that has ended before it stood."""
        lines, self._held_back = self._held_back or [], None
        for line in lines:
            self._journal.pass_on(self.program.name, line)
