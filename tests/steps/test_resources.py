"""The way from a source to its site: what the client is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
import respx

from flows.settings import Settings, load_settings
from flows.sources.base import Source
from flows.sources.huggingface import huggingface
from flows.sources.pace import Gate
from flows.steps.resources import clock, opened, visiting
from models.errors import FetchError
from tests.steps.house import House

NOW = clock(datetime(2026, 11, 9, 12, tzinfo=UTC))
SITE, EXPORT = "https://papers.example", "https://export.papers.example"
PAGE, QUERY = f"{SITE}/papers", f"{EXPORT}/api/query"
SOURCE = replace(huggingface(SITE), base_urls=(SITE, EXPORT), interfaces=(QUERY,))


@pytest.fixture
def settings() -> Settings:
    return load_settings(_env_file=None, min_interval=0, contact="desk@lab.example")


def shut() -> None:
    raise TimeoutError("shut")


@respx.mock
def test_visiting_leads_to_the_addresses_of_its_source_alone(settings: Settings) -> None:
    with visiting(SOURCE, settings, NOW, 0) as get, pytest.raises(FetchError, match="is on"):
        get("https://elsewhere.example/papers", None)


@respx.mock
def test_nothing_is_asked_for_where_the_gate_of_the_source_stays_shut(house: House) -> None:
    def gate(source: Source) -> Gate:
        assert source == SOURCE
        return shut

    with (
        opened(house.settings, NOW, gate=gate) as resources,
        resources.visit(SOURCE) as get,
        pytest.raises(TimeoutError, match="shut"),
    ):
        get(PAGE, None)


@respx.mock
def test_visiting_asks_the_robots_of_a_page_and_of_no_interface(settings: Settings) -> None:
    asked = respx.route().mock(return_value=httpx.Response(200))
    with visiting(SOURCE, settings, NOW, 0) as get:
        get(QUERY, None)
        get(PAGE, None)
    assert [str(call.request.url) for call in asked.calls] == [QUERY, f"{SITE}/robots.txt", PAGE]
    assert {call.request.headers["user-agent"].split()[-1] for call in asked.calls} == {"(+desk@lab.example)"}
