"""How the client leaves a site alone: its pace, long waits, quotas, the gate."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from flows.sources.client import Client
from tests.sources.http_site import (
    HOST,
    OTHER,
    PAGE,
    ROBOTS,
    Clock,
    Reply,
    Site,
    client_of,
    rate_limit,
    redirect,
    refused,
)


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
    assert first.ends_visit
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


def test_nothing_is_asked_for_where_the_gate_stays_shut(site: Site, clock: Clock) -> None:
    def shut() -> None:
        raise TimeoutError("shut")

    with client_of(site, clock, gate=shut) as client, pytest.raises(TimeoutError, match="shut"):
        client.get(PAGE)
    assert site.requests == []


def test_the_gate_is_asked_before_each_request_when_its_time_has_come(site: Site, clock: Clock) -> None:
    passed: list[tuple[int, float]] = []
    site.gives(PAGE, Reply(500), redirect("/other"))
    site.gives(OTHER, Reply(200))
    with client_of(site, clock, gate=lambda: passed.append((len(site.starts), clock.seconds))) as client:
        client.get(PAGE)
    assert passed == [(n, seconds) for n, (_, seconds) in enumerate(site.starts)]
    assert [url for url, _ in site.starts] == [ROBOTS, PAGE, PAGE, OTHER]


def test_the_interval_counts_from_when_the_gate_lets_a_request_through(site: Site, clock: Clock) -> None:
    waits = iter([2.5, 0.0, 0.0])
    site.gives(PAGE, Reply(200))
    with client_of(site, clock, gate=lambda: clock.sleep(next(waits))) as client:
        client.get(PAGE)
        client.get(PAGE)
    assert site.starts == [(ROBOTS, 2.5), (PAGE, 3.5), (PAGE, 4.5)]


def test_403_leaves_a_site_alone_that_takes_going_on_for_an_attack(site: Site, clock: Clock) -> None:
    site.gives(PAGE, Reply(403, b"Access denied"))
    site.gives(OTHER, Reply(200, b"other"))
    with client_of(site, clock, leaves_when_forbidden=True) as client:
        assert refused(client, PAGE).ends_visit
        later = refused(client, OTHER)
    assert f"is not asked for, because {HOST} answers 403" in later.answer.error
    assert not later.ends_visit  # it had ended
    assert site.asked(OTHER) == []


def test_403_elsewhere_is_about_one_page(client: Client, site: Site) -> None:
    site.gives(PAGE, Reply(403))
    site.gives(OTHER, Reply(200, b"other"))
    refusal = refused(client, PAGE)
    assert not refusal.retryable
    assert not refusal.ends_visit
    assert client.get(OTHER).body == b"other"
