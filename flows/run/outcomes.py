"""Runs that did what they could and failed all the same: red in the Prefect UI, with a reason, no traceback of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from prefect import State
from prefect.states import Failed

T = TypeVar("T")

_TOLD = 3
_LONGEST = 300
"""Characters of a failure in the state of a run, which stands in every list: the artifact `failures` has it whole."""


@dataclass(eq=False)
class Unfinished(Exception):  # noqa: N818 - it is no error of the program's
    """What a run has done that failed for named reasons.

    Prefect raises the result of a failed run where a worker has started it, and where that is no exception it says
    so instead, at the length of the result.
    """

    message: str = field(repr=False)  # the state says it beside its result
    done: object = field(repr=False)

    def __str__(self) -> str:
        return self.message


def finished(failures: Sequence[str], done: T) -> T | State:
    """What a run has done; within a failed state that names the first failures, where there are any."""
    if not failures:
        return done
    message = _in_short(failures)
    return Failed(message=message, data=Unfinished(message, done))


def _in_short(failures: Sequence[str]) -> str:
    told = [each if len(each) <= _LONGEST else f"{each[: _LONGEST - 1]}…" for each in failures[:_TOLD]]
    more = len(failures) - len(told)
    return "; ".join([*told, *([f"and {more} more"] if more else [])])


def result_of(state: State[T | State]) -> T:
    """What a run has done, whether it failed for named reasons or not; raises what it was ended by."""
    result: object = state.result(raise_on_failure=False)
    if isinstance(result, Unfinished):
        return result.done  # type: ignore[return-value]  # what `finished` was given
    if isinstance(result, BaseException):
        raise result
    return result  # type: ignore[return-value]  # a state within a state is unpacked by Prefect
