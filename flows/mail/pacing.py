"""How many letters a minute go out, over all threads of a run."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

_MINUTE_SECONDS = 60.0


class Pace:
    """Gives turns evenly: never more than `per_minute` in any minute, however many threads ask; None for at once.

    A turn that nobody took is gone: no burst makes up for a pause.
    """

    def __init__(self, per_minute: int | None, clock: Callable[[], float]) -> None:
        if per_minute is not None and per_minute < 1:
            raise ValueError("at least one letter a minute")
        self._interval_seconds = _MINUTE_SECONDS / per_minute if per_minute else 0.0
        self._clock = clock
        self._next = clock()
        self._lock = Lock()

    def take(self) -> float:
        """Takes the next turn; the seconds until it comes."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._interval_seconds
        return turn - now
