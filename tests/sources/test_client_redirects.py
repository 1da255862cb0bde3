"""Where the client lets itself be sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.sources.client import Client
from models.records import Answer
from tests.sources.http_site import OTHER, PAGE, ROBOTS, START, Reply, Site, rate_limit, redirect, refused


@pytest.mark.parametrize("location", ["//xn--", "http://[::1", "https://papers.example:x/", "mailto:x"])
def test_get_refuses_a_redirect_to_no_address(client: Client, site: Site, location: str) -> None:
    site.gives(PAGE, Reply(302, headers={"Location": location}))
    refused(client, PAGE)


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


def test_get_follows_no_redirect_that_came_with_the_last_of_a_quota_for_long(
    client: Client, site: Site
) -> None:
    site.gives(PAGE, Reply(302, headers={"Location": "/other", **rate_limit('"pages";r=0;t=300')}))
    error = refused(client, PAGE)
    assert (error.retryable, error.answer.status) == (True, 302)
    assert site.asked(OTHER) == []


def test_get_waits_for_a_quota_that_a_redirect_has_used_up(client: Client, site: Site) -> None:
    site.gives(PAGE, Reply(302, headers={"Location": "/other", **rate_limit('"pages";r=0;t=50')}))
    site.gives(OTHER, Reply(200))
    client.get(PAGE)
    assert site.asked(OTHER) == [51.0]


def test_get_follows_a_redirect_at_its_pace(client: Client, site: Site) -> None:
    site.gives(PAGE, redirect("other"))
    site.gives(OTHER, Reply(200, b"there"))
    assert client.get(PAGE) == Answer(PAGE, START + timedelta(seconds=2), 200, {}, b"there")
    assert site.starts == [(ROBOTS, 0.0), (PAGE, 1.0), (OTHER, 2.0)]
