"""Programs of one line in the place of Prefect and ours, and a log that can be waited for."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from flows.up.journal import Journal
from flows.up.program import Program
from flows.up.warden import MARK, mark

T = TypeVar("T")

NOW = datetime(2026, 11, 9, 20, 15, tzinfo=UTC)
TOKEN = f"test-{os.getpid()}"
WITHIN_SECONDS = 30.0
"""No test waits longer: then it has failed."""

SAYS = "import signal, sys; say = lambda *words: print(*words, flush=True)\n"
RUNS = f"{SAYS}say('runs'); signal.pause()"
"""Says so, and runs until a signal ends it."""
POLITE = (
    f"{SAYS}signal.signal(signal.SIGTERM, lambda *_: (say('ends'), sys.exit(0))); say('runs'); signal.pause()"
)
"""Says so, and says when it is told to end."""
STUBBORN = f"{SAYS}signal.signal(signal.SIGTERM, signal.SIG_IGN); say('runs')\nwhile True: signal.pause()"
"""Hears no SIGTERM."""
FAILS = "import sys; print('no such table', flush=True); sys.exit(3)"
"""Says what is wrong, and ends."""
ANSWERS = """
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header('content-length', '4'); self.end_headers()
        self.wfile.write(b'true')
    def log_message(self, *_): print('asked', flush=True)
print('a banner', flush=True)
http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), Handler).serve_forever()
"""
"""Answers at the port that it is given."""


def program(name: str, code: str, *arguments: str, **others: object) -> Program:
    """A program of Python with the mark of the tests."""
    command = (sys.executable, "-S", "-c", code, *arguments)
    environment = {MARK: mark(TOKEN, name), "PYTHONUNBUFFERED": "1"}
    return Program(name, f"the {name}", command, environment, Path("/"), **others)  # type: ignore[arg-type]


class Log(io.StringIO):
    """What was logged, and who waits for it. Lines are `name: what it said`."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._grown = asyncio.Condition()
        self._telling: set[asyncio.Task[None]] = set()

    def write(self, text: str) -> int:
        self.lines += text.splitlines()
        task = asyncio.ensure_future(self._tell())
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)
        return len(text)

    async def _tell(self) -> None:
        async with self._grown:
            self._grown.notify_all()

    async def has(self, line: str, times: int = 1) -> None:
        """Waits until a line is there, or so many of it."""
        async with self._grown:
            await self._grown.wait_for(lambda: self.count(line) >= times)

    def count(self, line: str) -> int:
        return sum(line in each for each in self.lines)

    def position(self, line: str) -> int:
        """Where a line is; the test fails where it is not."""
        return next(at for at, each in enumerate(self.lines) if line in each)


def journal(log: Log) -> Journal:
    return Journal(log, lambda origin, said, _: f"{origin}: {said}", lambda: NOW)


class Pauses:
    """Pauses that are over at once, and are remembered."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        await asyncio.sleep(0)


def run(work: Coroutine[object, object, T]) -> T:
    """Runs it to its end, not for ever."""

    async def bounded() -> T:
        async with asyncio.timeout(WITHIN_SECONDS):
            return await work

    return asyncio.run(bounded())
