"""Shards of one run as tasks on Dask: the optional extra `scale`.

A task goes to another process, or another machine, with values alone: dates, numbers, names. What it works with it
opens itself, by the settings that are there, as a run of a shard does. Only this module knows the packages of the
extra, and imports them when they are wanted: without the setting they cost nothing and may be missing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from prefect import State, Task
from prefect.context import FlowRunContext
from prefect.futures import PrefectFuture
from prefect.states import Failed

from flows.settings import load_settings
from models.errors import SettingsError

if TYPE_CHECKING:
    from prefect_dask.task_runners import DaskTaskRunner

SETTING = "PAPERROUND_DASK"
LOCAL = "local"
"""In place of an address: a process for each core of this machine, for as long as the run lasts."""

_ON_THIS_MACHINE = {
    "threads_per_worker": 1,
    "dashboard_address": "127.0.0.1:0",  # a free port: several runs may have a cluster each
}


def dask_address() -> str | None:
    """Where the shards of a run go as tasks, `local` or a scheduler's address; None where that is not wanted."""
    return load_settings().dask


def on_dask(address: str, work: Task[..., Any], shards: Sequence[Mapping[str, object]]) -> list[State[Any]]:
    """Runs a task with the parameters of each shard, as many at a time as Dask has room for; their final states.

    The states are in the order of the shards. What Dask has lost, with one worker after another, has failed. Raises
    SettingsError where the extra is not installed, and where no scheduler answers.
    """
    with _runner(address) as runner, _sent_whole(work):
        futures = [runner.submit(work, dict(given)) for given in shards]
        return [_final(future) for future in futures]


@contextmanager
def _runner(address: str) -> Iterator[DaskTaskRunner]:
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        install = "pip install 'paperround[scale]'"
        raise SettingsError(f"{SETTING} needs the extra `scale`: {install} ({error})") from error
    if address != LOCAL and "://" not in address:
        raise SettingsError(f"{SETTING} must be `local` or a scheduler's address, as tcp://192.0.2.7:8786")
    there = {"cluster_kwargs": _ON_THIS_MACHINE} if address == LOCAL else {"address": address}
    with DaskTaskRunner(**there) as runner:
        try:
            runner.client  # noqa: B018 - connects
        except OSError as error:
            raise SettingsError(f"{SETTING}: no Dask scheduler answers at {address}: {error}") from error
        yield runner


@contextmanager
def _sent_whole(work: Task[..., Any]) -> Iterator[None]:
    """Sends the code of flows along where other machines could not import it.

    Prefect loads `flows/backfill.py` as a module `backfill`, which is known to nobody else.
    """
    import cloudpickle  # type: ignore[import-untyped]

    context = FlowRunContext.get()
    functions = [work.fn, *([context.flow.fn] if context and context.flow else [])]
    names = {function.__module__ for function in functions if "." not in function.__module__}
    unknown = [sys.modules[name] for name in names]
    for module in unknown:
        cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        for module in unknown:
            cloudpickle.unregister_pickle_by_value(module)


def _final(future: PrefectFuture[Any]) -> State[Any]:
    try:
        future.result(raise_on_failure=False)
    except Exception as error:  # noqa: BLE001 - whatever Dask stumbled over, the other shards are done and kept
        return Failed(message=f"Dask has lost it: {error}", data=error)
    return future.state
