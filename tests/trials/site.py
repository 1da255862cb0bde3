"""The demo's two sites over HTTP, with a clock, faults and a log of what was asked for: a trial's programs read them."""

# ruff: noqa: A005 - only ever imported as tests.trials.site

from __future__ import annotations

import json
import re
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from benchmarks.invented import Entry, entries
from flows.demo.markup import listing_page
from flows.demo.stage import DemoSite
from models.errors import FetchError

EVENING = datetime(2026, 11, 10, 20, 15, tzinfo=UTC)
"""Tuesday of the invented week: both sites have their lists of the day."""

_SATURDAY = 5
_DATED = re.compile(r"/papers/date/(\d{4}-\d\d-\d\d)")


class Request(NamedTuple):
    """What was asked for: when, by `time.monotonic`, and the path with its query."""

    at_monotonic: float
    path: str


Lists = Mapping[date, Sequence[Entry]]
"""Lists of days outside of the invented week, each entry in the shape of Hugging Face's API."""


def on_weekdays(first: date, last: date, papers: int = 3) -> Lists:
    """So many invented papers on each weekday of a range of days, both included."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    weekdays = [day for day in days if day.weekday() < _SATURDAY]
    return {day: entries(papers, day, place * papers) for place, day in enumerate(weekdays)}


@dataclass
class Site:
    """Hugging Face at `url` and arXiv at `arxiv_url`, as they are at the moment of its clock.

    Beside the invented week of flows/demo/stage.py it has `lists` on Hugging Face, at whatever moment. `held` are the
    paths whose answers wait.
    """

    moment: datetime = EVENING
    interval: float = 0
    lists: Lists = field(default_factory=dict)
    url: str = ""
    arxiv_url: str = ""
    log: list[Request] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    _faults: list[tuple[re.Pattern[str], int]] = field(default_factory=list)
    _seconds: float = 0
    _hold: re.Pattern[str] | None = None
    _released: threading.Event = field(default_factory=threading.Event)

    def environment(self) -> dict[str, str]:
        """The settings by which Paper Round reads these sites, every `interval` seconds at most."""
        return {
            "PAPERROUND_HUGGINGFACE_URL": self.url,
            "PAPERROUND_ARXIV_URL": self.arxiv_url,
            "PAPERROUND_ARXIV_OAI_URL": f"{self.arxiv_url}/oai",
            "PAPERROUND_ARXIV_API_URL": f"{self.arxiv_url}/api",
            "PAPERROUND_MIN_INTERVAL": str(self.interval),
        }

    def at(self, moment: datetime) -> None:
        """Sets the clock of both sites (aware UTC)."""
        self.moment = moment

    def fail(self, path: str, status: int) -> None:
        """From now on, what a pattern finds in a path with its query is answered with this status."""
        self._faults.append((re.compile(path), status))

    def slow(self, seconds: float) -> None:
        """From now on, each answer takes so long."""
        self._seconds = seconds

    def hold(self, path: str) -> None:
        """From now on, what a pattern finds in a path with its query is answered after `release` only."""
        self._hold = re.compile(path)
        self._released.clear()

    def release(self) -> None:
        """Lets all go that are held."""
        self._hold = None
        self._released.set()

    def mend(self) -> None:
        """Ends all faults."""
        self._faults.clear()
        self._seconds = 0

    def answer(self, path: str) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and body for a path with its query, after the time that an answer takes now."""
        self.log.append(Request(time.monotonic(), path))
        time.sleep(self._seconds)
        if self._hold and self._hold.search(path):
            self.held.add(path)
            self._released.wait()
        status = next((status for pattern, status in self._faults if pattern.search(path)), 200)
        if status != 200:
            return status, {}, b""
        return self._listed(path) or self._played(path)

    def _listed(self, path: str) -> tuple[int, Mapping[str, str], bytes] | None:
        parts = urlsplit(path)
        if found := _DATED.fullmatch(parts.path):
            page = _page(self.lists, date.fromisoformat(found[1]))
            return (200, {"content-type": "text/html; charset=utf-8"}, page.encode()) if page else None
        asked = parse_qs(parts.query).get("date", [""])[0]
        listed = [found for day, found in self.lists.items() if day.isoformat() == asked]
        if parts.path != "/api/daily_papers" or not listed:
            return None
        return 200, {"content-type": "application/json"}, json.dumps(listed[0]).encode()

    def _played(self, path: str) -> tuple[int, Mapping[str, str], bytes]:
        try:
            answer = DemoSite(lambda: self.moment).fetch(path)
        except FetchError as error:
            return error.answer.status or 404, {}, b""
        return 200, answer.headers, answer.body


def _page(lists: Lists, asked: date) -> str | None:
    """The page of a day, or of the nearest earlier one with a list; none before the first and after the last."""
    days = sorted(lists)
    if not days or not days[0] <= asked <= days[-1]:
        return None
    place = bisect_right(days, asked) - 1
    before, after = days[max(place - 1, 0)], days[min(place + 1, len(days) - 1)]
    return listing_page(
        lists[days[place]],
        date_string=days[place].isoformat(),
        prev_date=before.isoformat() if place else None,
        next_date=after.isoformat() if after != days[place] else None,
    )


@contextmanager
def running(moment: datetime = EVENING, interval: float = 0, lists: Lists | None = None) -> Iterator[Site]:
    """Both sites on free ports of this machine until the end, at a moment (aware UTC) that `at` changes.

    `lists`, as `on_weekdays` makes them, are there beside the invented week, for a backfill.
    """
    site = Site(moment, interval, lists or {})
    with _listening(site.answer) as site.url, _listening(site.answer) as site.arxiv_url:
        try:
            yield site
        finally:
            site.release()


@contextmanager
def _listening(answer: Callable[[str], tuple[int, Mapping[str, str], bytes]]) -> Iterator[str]:
    """The URL of a server that gives these answers."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each body waits 40 ms until its head is acknowledged

        def handle(self) -> None:
            with suppress(ConnectionError):  # a trial may have killed whoever asked
                super().handle()

        def do_GET(self) -> None:
            status, headers, body = answer(self.path)
            etag = headers.get("etag")
            if etag and self.headers.get("if-none-match") == etag:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing: `log` has it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
