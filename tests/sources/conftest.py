"""A client, the site that it reads, and their clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flows.sources.client import Client
from tests.sources.http_site import Clock, Site, client_of


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
