"""All programs of an `up` together: in which order they begin, and in which they end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence

from flows.up import telling, warden
from flows.up.journal import Journal
from flows.up.keeper import Keeper, Pause
from flows.up.plan import Plan
from flows.up.program import Program
from flows.up.under_way import names, under_way

RUNS_END_WITHIN_SECONDS = 60.0
_LOOKED_EACH_SECONDS = 0.5


class House:
    """The programs of a plan, each with its keeper; all bear the mark of `token`.

    `told` is said when everything stands, and `api` tells the names of runs.
    """

    def __init__(
        self,
        plan: Plan,
        journal: Journal,
        token: str,
        api: str,
        told: Sequence[str],
        pause: Pause = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._plan = plan
        self._journal = journal
        self._token = token
        self._api = api
        self._told = told
        self._pause = pause
        self._clock = clock
        self._keepers = {each.name: Keeper(each, journal, pause, clock) for each in plan.in_order_of_end}
        self._beginnings: set[asyncio.Task[None]] = set()
        self._keeping: set[asyncio.Task[None]] = set()
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.is_rushed = False

    async def live(self) -> None:
        """Keeps all programs until `leave` is called; nothing of them is left then.

        Raises GivenUpError, and ends them as well, when one has ended too often.
        """
        self._start(self._begin(), self._beginnings)
        try:
            await self._over
        finally:
            for task in self._beginnings:
                task.cancel()
            await self._end()

    def leave(self) -> None:
        """Ends all programs in their order; called once more, kills them."""
        if not self._over.done():
            self._journal.say(telling.LEAVING)
            self._over.set_result(None)
        elif not self.is_rushed:
            self.is_rushed = True
            self._journal.say(telling.RUSHED)
            for keeper in self._keepers.values():
                keeper.kill()
            warden.kill(self._left)

    async def _begin(self) -> None:
        app = self._keepers[self._plan.app.name]
        if self._plan.server:
            self._keep(self._plan.server)
        if self._plan.upgrade:
            await _done(self._keep(self._plan.upgrade))
        if self._plan.first is None:
            self._keep(self._plan.app)
        if self._plan.server:
            await self._keepers[self._plan.server.name].stands.wait()
        schedules = self._start(self._schedule(), self._beginnings)
        if self._plan.first:
            await _done(self._keep(self._plan.first))
            self._keep(self._plan.app)
        await app.stands.wait()
        await _done(schedules)
        self._journal.say(*self._told)

    async def _schedule(self) -> None:
        """What runs the schedules: a worker, once the server knows of its pool."""
        if self._plan.deploy and self._plan.worker:
            await _done(self._keep(self._plan.deploy))
            self._keep(self._plan.worker)

    def _keep(self, program: Program) -> asyncio.Task[None]:
        return self._start(self._keepers[program.name].keep(), self._keeping)

    def _start(self, what: Coroutine[None, None, None], among: set[asyncio.Task[None]]) -> asyncio.Task[None]:
        task = asyncio.create_task(what)
        among.add(task)
        task.add_done_callback(self._note)
        return task

    def _note(self, task: asyncio.Task[None]) -> None:
        """What a task fails with ends all of us."""
        error = None if task.cancelled() else task.exception()
        if error and not self._over.done():
            self._over.set_exception(error)

    async def _end(self) -> None:
        for keeper in self._keepers.values():
            keeper.retire()
        await self._let_runs_end()
        for keeper in self._keepers.values():
            await keeper.end()
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._beginnings, *self._keeping, return_exceptions=True)
        left = self._left()
        if left and not self.is_rushed:
            self._journal.say(telling.left(len(left)))
        await asyncio.to_thread(warden.kill, self._left)

    async def _let_runs_end(self) -> None:
        """Gives runs that are under way some time; those that begin meanwhile get what is left of it."""
        running = under_way(self._token)
        if not running:
            return
        said = await self._named(running)
        self._journal.say(telling.waits_for(said, RUNS_END_WITHIN_SECONDS))
        until = self._clock() + RUNS_END_WITHIN_SECONDS
        while running and not self.is_rushed:
            if self._clock() >= until:
                self._journal.say(telling.waits_no_more(await self._named(running)))
                return
            await self._pause(_LOOKED_EACH_SECONDS)
            running = {pid: run for pid, run in under_way(self._token).items() if pid in running}

    async def _named(self, running: Mapping[int, str]) -> list[str]:
        return await names(self._api, running.values())

    def _left(self) -> set[int]:
        return {pid for pid, _ in warden.marked(self._token)}


async def _done(task: asyncio.Task[None]) -> None:
    """Waits for a task, and fails as it does; whoever no longer waits does not end it."""
    await asyncio.wait({task})
    task.result()
