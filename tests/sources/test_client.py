from __future__ import annotations

import gzip
import os
import socket
import socketserver
import struct
import threading
import tracemalloc
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sources import bodies
from flows.sources import client as module
from flows.sources.bodies import MOST_BYTES, unpacked
from flows.sources.client import Client, Validators, user_agent
from flows.sources.pace import asked_wait_seconds
from models.errors import FetchError, SettingsError
from models.records import Answer

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


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(clock: Clock) -> Site:
    return Site(clock)


@pytest.fixture
def client(site: Site, clock: Clock) -> Iterator[Client]:
    with client_of(site, clock) as client:
        yield client


def client_of(site: Site, clock: Clock, base_url: str = HOST) -> Client:
    return Client(
        base_url,
        user_agent=user_agent("0.1.0", "mailto:desk@lab.example"),
        min_interval_seconds=INTERVAL_SECONDS,
        now=clock.now,
        jitter_seconds=0,
        transport=httpx.MockTransport(site),
        sleep=clock.sleep,
        monotonic=clock.monotonic,
    )


def refused(client: Client, url: str, validators: Validators | None = None) -> FetchError:
    with pytest.raises(FetchError) as caught:
        client.get(url, validators)
    assert caught.value.answer.error
    assert caught.value.answer.url == url
    return caught.value


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/papers",
        "https://papers.example.elsewhere.example/papers",
        "https://papers.example@elsewhere.example/papers",
        "https://papers.example:8443/papers",
        "http://papers.example/papers",
        "ftp://papers.example/papers",
        "/papers",
        "https://xn--/",
        "https://papers.example/\ud83d",
        "https://papers.example/\x00",
        "",
    ],
)
def test_get_refuses_what_is_not_on_its_host_before_any_request(client: Client, site: Site, url: str) -> None:
    assert not refused(client, url).retryable
    assert site.requests == []


@pytest.mark.parametrize("base_url", ["papers.example", "", "https://", "file:///etc", "https://[::1"])
def test_client_refuses_a_base_that_is_no_address(site: Site, clock: Clock, base_url: str) -> None:
    with pytest.raises(SettingsError, match="no address"):
        client_of(site, clock, base_url)


@pytest.mark.parametrize("contact", ["Jürgen", "desk@lab.example\r\nHost: x"])
def test_user_agent_refuses_a_contact_that_no_header_can_carry(contact: str) -> None:
    with pytest.raises(SettingsError):
        user_agent("0.1.0", contact)


@pytest.mark.parametrize("status", [202, 204, 206, 300, 304, 400, 401, 403, 404, 405, 410, 418, 999])
def test_get_asks_once_where_asking_again_is_no_use(client: Client, site: Site, status: int) -> None:
    site.gives(PAGE, Reply(status, b"why", {"X-Reason": "this"}))
    error = refused(client, PAGE)
    assert (error.retryable, len(site.asked(PAGE))) == (False, 1)
    assert f"answers {status}" in error.answer.error
    assert error.answer.status == status
    assert (error.answer.body, error.answer.headers["x-reason"]) == (b"why", "this")


@pytest.mark.parametrize("status", [202, 405])
def test_get_names_what_may_be_a_check_for_bots(client: Client, site: Site, status: int) -> None:
    site.gives(PAGE, Reply(status))
    assert "bots" in refused(client, PAGE).answer.error


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_get_refuses_an_answer_that_is_too_large_and_reads_no_further(
    client: Client, site: Site, encoding: str
) -> None:
    stream = Chunks([*[bytes(2**20)] * 33, httpx.ReadError("read on")])
    site.gives(PAGE, Reply(headers={"Content-Encoding": encoding}, stream=stream))
    error = refused(client, PAGE)
    assert (error.retryable, len(site.asked(PAGE))) == (False, 1)
    assert "larger than 32 MB" in error.answer.error


def test_get_refuses_an_answer_that_unpacks_to_too_much(client: Client, site: Site) -> None:
    site.gives(PAGE, packed(gzip.compress(bytes(34 * 2**20), compresslevel=1)))
    error = refused(client, PAGE)
    assert (error.retryable, len(site.asked(PAGE))) == (False, 1)
    assert len(error.answer.body) == MOST_BYTES


def test_a_gzip_bomb_is_not_unpacked_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST_BYTES", 2**20)
    bomb = gzip.compress(bytes(16 * 2**20))
    tracemalloc.start()
    unpacked(bomb, {"content-encoding": "gzip"})
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 8 * 2**20


def test_get_refuses_a_packing_that_it_did_not_ask_for(client: Client, site: Site) -> None:
    site.gives(PAGE, Reply(200, b"?", {"Content-Encoding": "br"}))
    assert "comes as br" in refused(client, PAGE).answer.error


def test_get_gives_up_an_answer_that_trickles(client: Client, site: Site, clock: Clock) -> None:
    site.gives(PAGE, Reply(stream=Chunks([b"a"] * 100, clock, 15.0)), Reply(200, b"whole"))
    assert client.get(PAGE).body == b"whole"


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


def packed(body: bytes, status: int = 200) -> Reply:
    return Reply(status, body, {"Content-Encoding": "gzip"})


# What httpx raises -------------------------------------------------------------------------------

RETRYABLE_BY_KIND = {
    "CloseError": True,
    "ConnectError": True,
    "ConnectTimeout": True,
    "DecodingError": True,
    "LocalProtocolError": False,
    "NetworkError": True,
    "PoolTimeout": True,
    "ProtocolError": False,
    "ProxyError": True,
    "ReadError": True,
    "ReadTimeout": True,
    "RemoteProtocolError": True,
    "RequestError": False,
    "TimeoutException": True,
    "TooManyRedirects": False,
    "TransportError": False,
    "UnsupportedProtocol": False,
    "WriteError": True,
    "WriteTimeout": True,
}


def kinds(base: type[httpx.RequestError]) -> set[type[httpx.RequestError]]:
    return {base}.union(*(kinds(kind) for kind in base.__subclasses__()))


@pytest.mark.parametrize("kind", sorted(kinds(httpx.RequestError), key=repr))
def test_get_translates_all_that_httpx_raises(
    client: Client, site: Site, kind: type[httpx.RequestError]
) -> None:
    site.gives(PAGE, kind("as it happens"))
    error = refused(client, PAGE)
    assert isinstance(error.__cause__, kind)
    assert error.answer == Answer(PAGE, error.answer.at, error=error.answer.error)
    assert "(as it happens)" in error.answer.error
    assert error.retryable is RETRYABLE_BY_KIND[kind.__name__]
    assert len(site.asked(PAGE)) == (4 if error.retryable else 1)


@pytest.mark.parametrize("location", ["//xn--", "http://[::1", "https://papers.example:x/", "mailto:x"])
def test_get_refuses_a_redirect_to_no_address(client: Client, site: Site, location: str) -> None:
    site.gives(PAGE, Reply(302, headers={"Location": location}))
    refused(client, PAGE)


# Redirects ---------------------------------------------------------------------------------------


def redirect(to: str) -> Reply:
    return Reply(302, b"moved", {"Location": to})


def test_get_refuses_a_redirect_elsewhere_and_names_it(client: Client, site: Site) -> None:
    site.gives(PAGE, redirect("https://login.example/?next=papers"))
    error = refused(client, PAGE)
    assert "redirects to https://login.example" in error.answer.error
    assert (error.retryable, error.answer.status, error.answer.body) == (False, 302, b"moved")
    assert len(site.requests) == 2


def test_get_refuses_a_redirect_that_does_not_say_where(client: Client, site: Site) -> None:
    site.gives(PAGE, Reply(302))
    assert "answers 302 Found" in refused(client, PAGE).answer.error


def test_get_refuses_more_than_five_redirects(client: Client, site: Site) -> None:
    site.gives(PAGE, redirect("/papers"))
    assert "more than 5" in refused(client, PAGE).answer.error
    assert len(site.asked(PAGE)) == 6


def test_get_refuses_a_redirect_that_robots_does_not_allow(client: Client, site: Site) -> None:
    site.gives(ROBOTS, Reply(200, b"User-agent: *\nDisallow: /other"))
    site.gives(PAGE, redirect("/other"))
    assert "robots.txt" in refused(client, PAGE).answer.error
    assert site.asked(OTHER) == []


def test_get_follows_a_redirect_at_its_pace(client: Client, site: Site) -> None:
    site.gives(PAGE, redirect("other"))
    site.gives(OTHER, Reply(200, b"there"))
    assert client.get(PAGE) == Answer(PAGE, START + timedelta(seconds=2), 200, {}, b"there")
    assert site.starts == [(ROBOTS, 0.0), (PAGE, 1.0), (OTHER, 2.0)]


MOVED_AWAY = redirect("https://elsewhere.example/robots.txt")

# robots.txt --------------------------------------------------------------------------------------


def test_get_never_asks_for_what_robots_does_not_allow(client: Client, site: Site) -> None:
    site.gives(ROBOTS, Reply(200, b"User-agent: paperround\nDisallow: /papers?*q="))
    error = refused(client, f"{PAGE}?a=1&q=x")
    assert not error.retryable
    assert "/papers?a=1&q=x, which robots.txt does not allow" in error.answer.error
    assert [url for url, _ in site.starts] == [ROBOTS]


@pytest.mark.parametrize(
    "reply", [Reply(500), Reply(503), Reply(429), Reply(202), httpx.ConnectError("no"), MOVED_AWAY]
)
def test_get_asks_for_nothing_where_robots_cannot_be_read(
    client: Client, site: Site, reply: Reply | Exception
) -> None:
    site.gives(ROBOTS, reply)
    site.gives(PAGE, Reply(200))
    error = refused(client, PAGE)
    assert error.retryable
    assert f"may not be read, because {ROBOTS}" in error.answer.error
    assert site.asked(PAGE) == []


def test_get_tries_an_unreadable_robots_again_only_after_a_pause(
    client: Client, site: Site, clock: Clock
) -> None:
    site.gives(ROBOTS, *[Reply(500)] * 4, Reply(200))
    site.gives(PAGE, Reply(200, b"page"))
    refused(client, PAGE)
    assert "not tried again before 2025-10-01 12:05:07 UTC" in refused(client, PAGE).answer.error
    assert len(site.asked(ROBOTS)) == 4
    clock.sleep(module.ROBOTS_PAUSE_SECONDS)
    assert client.get(PAGE).body == b"page"


@pytest.mark.parametrize("status", [204, 401, 403, 404, 405, 410])
def test_get_asks_for_all_where_there_is_no_robots(client: Client, site: Site, status: int) -> None:
    site.gives(ROBOTS, Reply(status, b"User-agent: *\nDisallow: /"))
    site.gives(PAGE, Reply(200, b"page"))
    assert client.get(PAGE).body == b"page"


def test_get_reads_robots_once_and_keeps_its_pace(client: Client, site: Site) -> None:
    site.gives(PAGE, Reply(200))
    client.get(PAGE)
    client.get(PAGE)
    assert site.starts == [(ROBOTS, 0.0), (PAGE, 1.0), (PAGE, 2.0)]


# Pace and retries --------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [Reply(500), Reply(502), Reply(520), httpx.ReadTimeout("")])
def test_get_tries_four_times_and_ever_later(client: Client, site: Site, trouble: Reply | Exception) -> None:
    site.gives(PAGE, trouble)
    assert refused(client, PAGE).retryable
    assert site.asked(PAGE) == [1.0, 2.0, 4.0, 8.0]


def test_other_trouble_than_429_and_503_delays_nobody_else(client: Client, site: Site) -> None:
    site.gives(PAGE, Reply(500, headers={"Retry-After": "60"}))
    site.gives(OTHER, Reply(200))
    refused(client, PAGE)
    client.get(OTHER)
    assert site.asked(PAGE) == [1.0, 2.0, 4.0, 8.0]
    assert site.asked(OTHER) == [8.0 + INTERVAL_SECONDS]


CUT_PAGE = gzip.compress(b"page", mtime=0)[:-1]
DAMAGED_PAGE = gzip.compress(b"page", mtime=0)[:10] + b"\xff" * 12


@pytest.mark.parametrize("trouble", [packed(CUT_PAGE), packed(DAMAGED_PAGE), packed(b"no gzip")])
def test_get_gives_the_answer_that_comes_in_the_end(client: Client, site: Site, trouble: Reply) -> None:
    site.gives(PAGE, trouble, trouble, packed(gzip.compress(b"page")))
    assert client.get(PAGE).body == b"page"


def test_a_cut_gzip_keeps_what_came(client: Client, site: Site) -> None:
    text = os.urandom(500_000)
    site.gives(PAGE, packed(gzip.compress(text)[:400_000]))
    error = refused(client, PAGE)
    assert "gives no whole answer" in error.answer.error
    assert error.answer.body == text[: len(error.answer.body)]
    assert len(error.answer.body) > 300_000


def rate_limit(value: str) -> dict[str, str]:
    return {"RateLimit": value}


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30.0),
        ({"Retry-After": "0"}, INTERVAL_SECONDS),
        ({"Retry-After": format_datetime(START + timedelta(seconds=41), usegmt=True)}, 40.0),
        ({"Retry-After": "Wednesday, 01-Oct-25 12:00:41 GMT"}, 40.0),
        ({"Retry-After": "Wed Oct  1 12:00:41 2025"}, 40.0),
        ({"Retry-After": format_datetime(START - timedelta(days=1))}, INTERVAL_SECONDS),
        ({"Retry-After": "30", **rate_limit('"pages";r=0;t=50')}, 30.0),
        ({"Retry-After": "soon", **rate_limit('"pages";r=0;t=50')}, 50.0),
        (rate_limit('"pages";r=0;t=50'), 50.0),
        (rate_limit('"api";r=9;t=90, "pages"; r=0; t=50'), 50.0),
        (rate_limit('"pages";r=9;t=90'), 1.0),
        ({"Retry-After": "9" * 400}, 1.0),
        ({"Retry-After": f"Wed, 01 Oct {'9' * 20} 12:00:00 GMT"}, 1.0),
        (rate_limit("limit=100, remaining=0, reset=50"), 1.0),
        ({}, 1.0),
    ],
)
def test_get_waits_as_long_as_the_site_asks(
    client: Client, site: Site, status: int, headers: dict[str, str], seconds: float
) -> None:
    site.gives(PAGE, Reply(status, headers=headers), Reply(200))
    client.get(PAGE)
    assert site.asked(PAGE) == [1.0, 1.0 + seconds]


BROKEN_BODIES = [
    Reply(429, b"?", {"Retry-After": "30", "Content-Encoding": "br"}),
    Reply(429, b"?", {"Retry-After": "30", "Content-Encoding": "gzip"}),
    Reply(429, b"", {"Retry-After": "30"}, Chunks([b"We lim", httpx.ReadError("")])),
]


@pytest.mark.parametrize("reply", BROKEN_BODIES, ids=["not asked for", "no gzip", "cut"])
def test_429_is_heard_also_where_its_body_is_broken(client: Client, site: Site, reply: Reply) -> None:
    site.gives(PAGE, reply, Reply(200))
    client.get(PAGE)
    assert site.asked(PAGE) == [1.0, 31.0]


@pytest.mark.parametrize(("headers", "seconds"), [({"Retry-After": "30"}, 30.0), ({}, 8.0)])
def test_429_slows_the_whole_client(
    client: Client, site: Site, headers: dict[str, str], seconds: float
) -> None:
    site.gives(PAGE, Reply(429, headers=headers))
    site.gives(OTHER, Reply(200))
    refused(client, PAGE)
    client.get(OTHER)
    assert site.asked(OTHER) == [site.asked(PAGE)[-1] + seconds]


def test_a_quota_that_is_used_up_is_waited_for_before_anything_else(client: Client, site: Site) -> None:
    site.gives(PAGE, Reply(200, headers=rate_limit('"pages";r=0;t=50')))
    site.gives(OTHER, Reply(200))
    client.get(PAGE)
    client.get(OTHER)
    assert site.asked(OTHER) == [51.0]


def test_a_quota_that_is_used_up_for_long_closes_the_client(client: Client, site: Site) -> None:
    site.gives(PAGE, Reply(200, b"page", rate_limit('"pages";r=0;t=300')))
    assert client.get(PAGE).body == b"page"
    assert "has given what it allows until 2025-10-01 12:05:01 UTC" in refused(client, OTHER).answer.error
    assert site.asked(OTHER) == []


def test_a_long_wait_closes_the_client_until_it_is_over(client: Client, site: Site, clock: Clock) -> None:
    site.gives(PAGE, Reply(429, b"We limit", rate_limit('"pages";r=0;t=300')))
    site.gives(OTHER, Reply(200, b"other"))
    first = refused(client, PAGE)
    assert (first.retryable, first.retry_after_seconds, first.answer.body) == (True, 300.0, b"We limit")
    clock.sleep(290)
    later = refused(client, OTHER)
    assert (later.retryable, later.retry_after_seconds, later.answer.status) == (True, 10.0, None)
    assert "left alone until 2025-10-01 12:05:01 UTC" in later.answer.error
    assert (site.asked(PAGE), site.asked(OTHER)) == ([1.0], [])
    clock.sleep(10)
    assert client.get(OTHER).body == b"other"


@pytest.mark.parametrize("asked", ["9" * 9, "Fri, 31 Dec 9999 23:59:59 -1200"])
def test_a_wait_without_an_end_closes_the_client(client: Client, site: Site, asked: str) -> None:
    site.gives(PAGE, Reply(503, headers={"Retry-After": asked}))
    assert "left alone until 2057" in refused(client, PAGE).answer.error
    assert site.asked(PAGE) == [1.0]


def test_the_terminal_shows_why_it_waits(
    client: Client, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.gives(PAGE, Reply(429, headers={"Retry-After": "30"}))
    site.gives(OTHER, Reply(200))
    refused(client, PAGE)
    client.get(OTHER)
    retried = f"{PAGE}: answers 429 Too Many Requests; tried again in 30.0 s"
    assert caplog.messages == [retried] * 3 + [f"{OTHER}: not asked for 30 s, as its site wants"]
    assert {record.levelname for record in caplog.records} == {"WARNING"}


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, [0-9]+ [A-Z][a-z]{2} [0-9]+ [0-9:]+ [+-][0-9]+"))
def test_no_header_confuses_the_wait(value: str) -> None:
    seconds = asked_wait_seconds({"retry-after": value, "ratelimit": value}, START)
    assert seconds is None or seconds >= 0


# What is asked, and what it gives ----------------------------------------------------------------


def test_user_agent_says_who_and_where_to_complain() -> None:
    assert user_agent("0.1.0", "mailto:desk@lab.example") == "paperround/0.1.0 (+mailto:desk@lab.example)"
    assert user_agent("0.1.0") == "paperround/0.1.0"


def test_get_says_who_asks_and_takes_gzip_alone(client: Client, site: Site) -> None:
    site.gives(PAGE, Reply(200))
    client.get(PAGE)
    for request in site.requests:
        assert request.headers["user-agent"] == "paperround/0.1.0 (+mailto:desk@lab.example)"
        assert request.headers["accept-encoding"] == "gzip"


def test_get_gives_plain_bytes_and_lower_case_headers(client: Client, site: Site) -> None:
    site.gives(PAGE, packed(gzip.compress(b"first, ") + gzip.compress(b"second")))
    answer = client.get(PAGE)
    assert answer == Answer(
        PAGE, START + timedelta(seconds=1), 200, {"content-encoding": "gzip"}, b"first, second"
    )


def test_get_asks_for_a_newer_answer_only(client: Client, site: Site) -> None:
    site.gives(PAGE, Reply(304, headers={"ETag": 'W/"1"'}))
    since = "Wed, 01 Oct 2025 06:00:00 GMT"
    answer = client.get(PAGE, Validators('W/"1"', since))
    assert (answer.status, answer.body, answer.error) == (304, b"", "")
    assert site.requests[-1].headers["if-none-match"] == 'W/"1"'
    assert site.requests[-1].headers["if-modified-since"] == since
    assert "if-none-match" not in site.requests[0].headers


@pytest.mark.parametrize("validators", [None, Validators()])
def test_304_is_no_answer_where_nothing_was_known(
    client: Client, site: Site, validators: Validators | None
) -> None:
    site.gives(PAGE, Reply(304))
    refused(client, PAGE, validators)


def test_get_asks_anew_where_a_validator_cannot_be_sent_back(client: Client, site: Site) -> None:
    site.gives(PAGE, Reply(200, b"page"))
    assert client.get(PAGE, Validators(etag='"ü"')).body == b"page"


def test_get_remembers_no_cookie(client: Client, site: Site) -> None:
    site.gives(PAGE, Reply(200, headers={"Set-Cookie": "period=week; Path=/"}))
    client.get(PAGE)
    client.get(PAGE)
    assert "cookie" not in site.requests[-1].headers


def test_one_client_asks_one_thing_at_a_time(clock: Clock) -> None:
    busy = threading.Lock()

    class Narrow(Site):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            assert busy.acquire(blocking=False)
            threading.Event().wait(0.001)
            busy.release()
            return super().__call__(request)

    site = Narrow(clock)
    site.gives(PAGE, Reply(200))
    with client_of(site, clock) as client, ThreadPoolExecutor(4) as pool:
        list(pool.map(client.get, [PAGE] * 8))
    assert [seconds for _, seconds in site.starts] == [float(n) for n in range(9)]


# A real socket -----------------------------------------------------------------------------------

RESET, HANG = b"reset", b"hang"
NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
WHOLE = HEAD + b"Content-Length: 4\r\n\r\npage"


class Wire(socketserver.ThreadingTCPServer):
    """A server that does the next of its deeds at each request for a page."""

    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Deed)
        self.deeds: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"


class Deed(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        connection: socket.socket = self.request
        asked = connection.recv(65536)
        assert isinstance(self.server, Wire)
        robots = asked.startswith(b"GET /robots.txt ")
        deed = NO_ROBOTS if robots else self.server.deeds.pop(0)
        if deed is RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        elif deed is HANG:
            connection.recv(1)
        else:
            connection.sendall(deed)


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def client_on(url: str) -> Client:
    return Client(
        url,
        user_agent=user_agent("0.1.0"),
        min_interval_seconds=0,
        now=lambda: START,
        timeouts=httpx.Timeout(0.1),
        transport=httpx.HTTPTransport(trust_env=False),
        sleep=lambda _: None,
    )


CUT = HEAD + b"Content-Length: 100\r\n\r\nonly this"
CUT_CHUNKS = HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n"
CUT_GZIP = HEAD + b"Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n" + gzip.compress(b"only this")[:20]
TROUBLES = [
    pytest.param(RESET, "breaks the connection", b"", id="reset"),
    pytest.param(HANG, "does not answer in time", b"", id="hang"),
    pytest.param(b"", "gives no whole answer", b"", id="nothing"),
    pytest.param(b"220 mail.example\r\n\r\n", "gives no whole answer", b"", id="no HTTP"),
    pytest.param(CUT, "gives no whole answer", b"only this", id="cut"),
    pytest.param(CUT_CHUNKS, "gives no whole answer", b"only this", id="cut chunks"),
    pytest.param(CUT_GZIP, "gives no whole answer", b"only this", id="cut gzip"),
]


@pytest.mark.parametrize(("deed", "reason", "body"), TROUBLES)
def test_trouble_on_the_wire_is_named_and_keeps_what_came(
    wire: Wire, deed: bytes, reason: str, body: bytes
) -> None:
    wire.deeds = [deed] * 4
    with client_on(wire.url) as client:
        error = refused(client, f"{wire.url}/papers")
    assert error.retryable
    assert error.answer.error.startswith(reason)
    assert error.answer.body == body
    assert wire.deeds == []


def test_trouble_on_the_wire_is_got_over(wire: Wire) -> None:
    wire.deeds = [RESET, HANG, CUT, WHOLE]
    with client_on(wire.url) as client:
        assert client.get(f"{wire.url}/papers").body == b"page"


def test_a_host_that_nobody_serves_cannot_be_reached() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with client_on(url) as client:
            assert "cannot be reached" in refused(client, f"{url}/papers").answer.error
