"""What the client asks for again, and when."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sources.client import Client
from flows.sources.pace import asked_wait_seconds
from models.records import Answer
from tests.sources.http_site import (
    INTERVAL_SECONDS,
    OTHER,
    PAGE,
    START,
    Chunks,
    Reply,
    Site,
    rate_limit,
    refused,
)

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


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, [0-9]+ [A-Z][a-z]{2} [0-9]+ [0-9:]+ [+-][0-9]+"))
def test_no_header_confuses_the_wait(value: str) -> None:
    seconds = asked_wait_seconds({"retry-after": value, "ratelimit": value}, START)
    assert seconds is None or seconds >= 0
