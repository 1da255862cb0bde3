"""The one log of all programs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TextIO

from flows.up.lines import OURS, Form


class Journal:
    """Writes what each program says, and what `up` says of them, a line each."""

    def __init__(
        self, stream: TextIO, form: Form, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._stream = stream
        self._form = form
        self._now = now

    def say(self, *sentences: str) -> None:
        """Writes what `up` says."""
        for sentence in sentences:
            self.pass_on(OURS, sentence)

    def pass_on(self, origin: str, line: str) -> None:
        """Writes what a program has said, but for empty lines."""
        if not line.strip():
            return
        # Who read the log may have gone: a reason to say no more, none to let a site go down.
        with suppress(OSError):
            self._stream.write(f"{self._form(origin, line, self._now())}\n")
            self._stream.flush()
