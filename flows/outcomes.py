"""Runs that did what they could and failed all the same: red in the Prefect UI, with a reason, no traceback."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from prefect import State
from prefect.states import Failed

T = TypeVar("T")


def finished(failures: Sequence[str], done: T) -> T | State:
    """What a run has done; as the result of a failed state that names the failures, where there are any."""
    return Failed(message="; ".join(failures), data=done) if failures else done


def result_of(state: State[T | State]) -> T:
    """What a run has done, whether it failed for named reasons or not; raises what it was ended by."""
    result = state.result(raise_on_failure=False)
    if isinstance(result, BaseException):
        raise result
    return result  # type: ignore[return-value]  # a state within a state is unpacked by Prefect
