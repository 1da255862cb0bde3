"""A client of a site with several hosts: what each has of its own, and what they share."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sources.client import Client
from tests.sources.http_site import (
    HOST,
    INTERVAL_SECONDS,
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

MIRROR = "https://mirror.papers.example"
MIRRORED, MIRROR_ROBOTS = f"{MIRROR}/papers", f"{MIRROR}/robots.txt"
INTERFACE = f"{MIRROR}/api/query"
QUERY = f"{INTERFACE}?id=2510.00001"
PAGES = (PAGE, OTHER, MIRRORED, QUERY)
FORBIDDING = Reply(200, b"User-agent: *\nDisallow: /")


@pytest.fixture
def client(site: Site, clock: Clock) -> Iterator[Client]:
    with client_of(site, clock, [f"{HOST}/", MIRROR], [INTERFACE]) as client:
        yield client


@pytest.fixture
def site(clock: Clock) -> Site:
    return site_with_pages(clock)


def site_with_pages(clock: Clock) -> Site:
    """A site whose pages say their own address."""
    site = Site(clock)
    for url in PAGES:
        site.gives(url, Reply(200, url.encode()))
    return site


@pytest.mark.parametrize("url", ["https://elsewhere.example/papers", "http://mirror.papers.example/papers"])
def test_get_refuses_what_is_on_none_of_the_hosts_and_names_them(
    client: Client, site: Site, url: str
) -> None:
    error = refused(client, url)
    assert error.answer.error.endswith(f"which is not {HOST} or {MIRROR}")
    assert (error.retryable, site.requests) == (False, [])


def test_get_refuses_a_redirect_to_none_of_the_hosts(client: Client, site: Site) -> None:
    site.gives(PAGE, redirect("https://elsewhere.example/papers"))
    assert "redirects to https://elsewhere.example, which is not" in refused(client, PAGE).answer.error


def test_get_follows_a_redirect_to_another_host_once_that_allows_it(client: Client, site: Site) -> None:
    site.gives(PAGE, redirect(MIRRORED))
    assert client.get(PAGE).body == MIRRORED.encode()
    assert site.starts == [(ROBOTS, 0.0), (PAGE, 1.0), (MIRROR_ROBOTS, 2.0), (MIRRORED, 3.0)]


# Of its own each host has its robots.txt ---------------------------------------------------------


def test_the_robots_of_one_host_forbids_nothing_on_another(client: Client, site: Site) -> None:
    site.gives(MIRROR_ROBOTS, FORBIDDING)
    assert f"leads to {MIRRORED}, which robots.txt" in refused(client, MIRRORED).answer.error
    assert client.get(PAGE).body == PAGE.encode()


def test_get_refuses_a_redirect_that_the_robots_of_the_other_host_forbids(client: Client, site: Site) -> None:
    site.gives(MIRROR_ROBOTS, FORBIDDING)
    site.gives(PAGE, redirect(MIRRORED))
    assert f"leads to {MIRRORED}, which robots.txt" in refused(client, PAGE).answer.error
    assert site.asked(MIRRORED) == []


def test_a_robots_that_cannot_be_read_closes_its_host_alone(client: Client, site: Site) -> None:
    site.gives(MIRROR_ROBOTS, httpx.ConnectError("no"))
    for _ in range(2):
        assert f"because {MIRROR_ROBOTS} cannot be reached" in refused(client, MIRRORED).answer.error
        assert client.get(PAGE).body == PAGE.encode()
    assert len(site.asked(MIRROR_ROBOTS)) == 4


def test_a_robots_may_stand_on_another_host_and_counts_for_its_own(client: Client, site: Site) -> None:
    rules = f"{HOST}/mirrors-robots.txt"
    site.gives(ROBOTS, FORBIDDING)
    site.gives(MIRROR_ROBOTS, redirect(rules))
    site.gives(rules, Reply(200, b"User-agent: *\nDisallow: /other"))
    assert client.get(MIRRORED).body == MIRRORED.encode()
    assert [url for url, _ in site.starts] == [MIRROR_ROBOTS, rules, MIRRORED]
    refused(client, f"{MIRROR}/other")


@pytest.mark.parametrize("reply", [FORBIDDING, Reply(500)])
def test_an_interface_is_no_matter_of_robots(client: Client, site: Site, reply: Reply) -> None:
    site.gives(MIRROR_ROBOTS, reply)
    refused(client, MIRRORED)
    assert client.get(QUERY).body == QUERY.encode()


@pytest.mark.parametrize("url", [QUERY, "https://Mirror.Papers.example:443/a/../api/query?id=2510.00001"])
def test_an_interface_is_asked_at_once_however_it_is_spelled(client: Client, site: Site, url: str) -> None:
    client.get(url)
    assert site.starts == [(QUERY, 0.0)]


def test_an_interface_opens_nothing_else_on_its_host(client: Client, site: Site) -> None:
    site.gives(MIRROR_ROBOTS, FORBIDDING)
    site.gives(QUERY, redirect("/papers"))
    refused(client, QUERY)
    refused(client, f"{INTERFACE}/../../papers")
    assert [url for url, _ in site.starts] == [QUERY, MIRROR_ROBOTS]


# Shared are the pace and what one of them asks for -----------------------------------------------


@given(st.lists(st.tuples(st.sampled_from(PAGES), st.integers(0, 8)), max_size=8))
def test_requests_keep_their_distance_whichever_hosts_they_go_to(visits: list[tuple[str, int]]) -> None:
    clock = Clock()
    site = site_with_pages(clock)
    with client_of(site, clock, [HOST, MIRROR], [INTERFACE]) as client:
        for url, quarters_of_a_second in visits:
            client.get(url)
            clock.sleep(quarters_of_a_second / 4)
    moments = [seconds for _, seconds in site.starts]
    assert all(later - earlier >= INTERVAL_SECONDS for earlier, later in pairwise(moments))


@pytest.mark.parametrize("status", [429, 503])
def test_one_host_that_asks_for_time_slows_all(client: Client, site: Site, status: int) -> None:
    site.gives(QUERY, Reply(status, headers={"Retry-After": "30"}))
    refused(client, QUERY)
    client.get(PAGE)
    assert site.asked(ROBOTS) == [site.asked(QUERY)[-1] + 30.0]


def test_one_host_in_other_trouble_slows_none(client: Client, site: Site) -> None:
    site.gives(QUERY, Reply(500))
    refused(client, QUERY)
    client.get(PAGE)
    assert site.asked(ROBOTS) == [site.asked(QUERY)[-1] + INTERVAL_SECONDS]


def test_one_host_that_asks_for_long_closes_all_and_is_named(
    client: Client, site: Site, clock: Clock
) -> None:
    site.gives(QUERY, Reply(429, headers={"Retry-After": "300"}))
    refused(client, QUERY)
    error = refused(client, PAGE)
    assert error.answer.error.startswith(f"is not asked for, because {MIRROR} answers 429")
    assert (error.retry_after_seconds, len(site.requests)) == (300.0, 1)
    clock.sleep(300)
    assert client.get(PAGE).body == PAGE.encode()


def test_the_host_that_a_redirect_led_to_is_named(client: Client, site: Site) -> None:
    site.gives(PAGE, redirect(QUERY))
    site.gives(QUERY, Reply(503, headers={"Retry-After": "300"}))
    refused(client, PAGE)
    assert f"because {MIRROR} answers 503" in refused(client, OTHER).answer.error


def test_a_quota_that_one_host_has_given_for_long_closes_all(client: Client, site: Site) -> None:
    site.gives(QUERY, Reply(200, headers=rate_limit('"api";r=0;t=300')))
    client.get(QUERY)
    assert f"because {MIRROR} has given what it allows" in refused(client, PAGE).answer.error


def test_a_robots_that_asks_for_long_closes_all_for_so_long_and_its_host_for_its_pause(
    client: Client, site: Site, clock: Clock
) -> None:
    site.gives(MIRROR_ROBOTS, Reply(503, headers={"Retry-After": "200"}))
    refused(client, MIRRORED)
    assert f"because {MIRROR} answers 503" in refused(client, PAGE).answer.error
    clock.sleep(200)
    assert client.get(PAGE).body == PAGE.encode()
    assert f"because {MIRROR_ROBOTS} answers 503" in refused(client, MIRRORED).answer.error
    assert len(site.asked(MIRROR_ROBOTS)) == 1


def test_a_closed_site_is_no_verdict_on_a_robots_that_is_not_read_yet(
    client: Client, site: Site, clock: Clock
) -> None:
    site.gives(QUERY, Reply(503, headers={"Retry-After": "200"}))
    refused(client, QUERY)
    refused(client, PAGE)
    clock.sleep(200)
    assert client.get(PAGE).body == PAGE.encode()
