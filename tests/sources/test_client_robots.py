"""How the client reads a robots.txt and keeps to it."""

from __future__ import annotations

import httpx
import pytest

from flows.sources.client import Client
from flows.sources.permission import ROBOTS_PAUSE_SECONDS
from tests.sources.http_site import PAGE, ROBOTS, Clock, Reply, Site, rate_limit, redirect, refused

MOVED_AWAY = redirect("https://elsewhere.example/robots.txt")


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
    clock.sleep(ROBOTS_PAUSE_SECONDS)
    assert client.get(PAGE).body == b"page"


def test_get_does_not_sleep_for_as_long_as_the_answer_of_robots_asks(client: Client, site: Site) -> None:
    site.gives(ROBOTS, Reply(200, headers=rate_limit('"pages";r=0;t=300')))
    error = refused(client, PAGE)
    assert (error.retryable, error.retry_after_seconds) == (True, 300.0)
    assert site.starts == [(ROBOTS, 0.0)]


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
