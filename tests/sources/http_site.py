"""A site that answers as it is told, a clock that nobody waits for, and a client between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from flows.sources.client import Client, Validators, user_agent
from models.errors import FetchError

HOST = "https://papers.example"
PAGE, OTHER, ROBOTS = f"{HOST}/papers", f"{HOST}/other", f"{HOST}/robots.txt"
START = datetime(2025, 10, 1, 12, 0, tzinfo=UTC)
INTERVAL_SECONDS = 1.0


@dataclass
class Clock:
    """A clock that only sleeping moves."""

    seconds: float = 0.0

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.seconds += seconds

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)


@dataclass(frozen=True)
class Reply:
    """What a site answers: its body as it goes over the wire, or else in the pieces of `stream`."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    stream: httpx.SyncByteStream | None = None


class Site:
    """A site that gives its replies for a URL in turn, the last one for ever; 404 for what it lacks."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.replies: dict[str, list[Reply | Exception]] = {}
        self.requests: list[httpx.Request] = []
        self.starts: list[tuple[str, float]] = []

    def gives(self, url: str, *replies: Reply | Exception) -> None:
        self.replies[url] = list(replies)

    def asked(self, url: str) -> list[float]:
        return [seconds for asked, seconds in self.starts if asked == url]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        self.requests.append(request)
        self.starts.append((url, self.clock.seconds))
        replies = self.replies.get(url, [Reply(404)])
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if isinstance(reply, Exception):
            raise reply
        stream = reply.stream or httpx.ByteStream(reply.body)
        return httpx.Response(reply.status, headers=reply.headers, stream=stream)


class Chunks(httpx.SyncByteStream):
    """A body in pieces, each of which takes its time; an error among them ends it."""

    def __init__(
        self, chunks: Sequence[bytes | Exception], clock: Clock | None = None, seconds: float = 0.0
    ) -> None:
        self.chunks, self.clock, self.seconds = chunks, clock or Clock(), seconds

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            self.clock.sleep(self.seconds)
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk


def client_of(
    site: Site,
    clock: Clock,
    base_urls: Sequence[str] = (HOST,),
    interfaces: Sequence[str] = (),
    gate: Callable[[], None] | None = None,
    leaves_when_forbidden: bool = False,
) -> Client:
    """A client that reads the site by the clock, a second between its requests."""
    return Client(
        base_urls,
        interfaces=interfaces,
        gate=gate,
        leaves_when_forbidden=leaves_when_forbidden,
        user_agent=user_agent("0.1.0", "mailto:desk@lab.example"),
        min_interval_seconds=INTERVAL_SECONDS,
        now=clock.now,
        jitter_seconds=0,
        transport=httpx.MockTransport(site),
        sleep=clock.sleep,
        monotonic=clock.monotonic,
    )


def refused(client: Client, url: str, validators: Validators | None = None) -> FetchError:
    """The error that asking for a URL gives; it has a reason, and names the URL."""
    with pytest.raises(FetchError) as caught:
        client.get(url, validators)
    assert caught.value.answer.error
    assert caught.value.answer.url == url
    return caught.value


def packed(body: bytes, status: int = 200) -> Reply:
    return Reply(status, body, {"Content-Encoding": "gzip"})


def redirect(to: str) -> Reply:
    return Reply(302, b"moved", {"Location": to})


def rate_limit(value: str) -> dict[str, str]:
    return {"RateLimit": value}
