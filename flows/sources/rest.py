"""Leaving a site alone for a while, and saying why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from models.errors import FetchError
from models.records import Answer


class Rest:
    """Whether something is left alone for now, and why. `now` gives aware UTC; it starts as over."""

    def __init__(self, now: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self._now, self._monotonic = now, monotonic
        self._until = monotonic()
        self._because = ""

    def end_after(self, seconds: float) -> str:
        """When a rest of so long that begins now will end, for an operator to read."""
        return f"{self._now() + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S} UTC"

    def begin(self, seconds: float, because: str) -> None:
        """Leave it alone for so long."""
        self._until, self._because = self._monotonic() + seconds, because

    def check(self, answer: Answer) -> None:
        """Raises FetchError, with what came so far and the seconds that are left, until it is over."""
        seconds = self._until - self._monotonic()
        if seconds > 0:
            raise FetchError(replace(answer, error=self._because), True, seconds)
