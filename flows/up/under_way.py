"""The runs of Prefect that are under way on this machine, by name."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Mapping

from flows.up.asking import answer
from flows.up.program import ROUND
from flows.up.warden import MARK, RUN, mark, marked

FIRST = "the first round"
BEGINNING = "a run that is about to begin"
"""It bears a name of Prefect's own making until then."""


def under_way(token: str) -> Mapping[int, str]:
    """The processes of runs that bear the mark of a token, each with its run's id; the first round has none: ``.

    They are known by their environment, as a worker's have sessions of their own and outlive it when it is killed.
    """
    found = {pid: (environment[MARK], environment.get(RUN, "")) for pid, environment in marked(token)}
    return {pid: run for pid, (whose, run) in found.items() if run or whose == mark(token, ROUND)}


async def names(api: str, ids: Collection[str]) -> list[str]:
    """The names of runs, sorted, or what is said of those without one; where the API does not tell of one, its id."""
    return sorted(await asyncio.gather(*(_name(api, each) for each in set(ids))))


async def _name(api: str, run_id: str) -> str:
    if not run_id:
        return FIRST
    found = await answer(f"{api}/flow_runs/{run_id}")
    try:
        run = json.loads(found or b"")
        return str(run["name"]) if run["start_time"] else BEGINNING
    except (KeyError, TypeError, ValueError):
        return run_id
