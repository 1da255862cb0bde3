"""The app's own pages before the Nu HTML checker, and in a browser, as they are served."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

import feeds
from feeds.web.app import make_app
from tests.browsing import a_browser, barriers, complaints, html_faults
from tests.web.asking import Ask
from tests.web.invented import HOSTILE, Shelved, publish
from tests.web.live import running

URLS = (
    "/search",
    "/search?q=lantern",
    "/search?q=submarine",
    "/search?q=" + quote("titel:" + "x" * 300),
    "/search?q=" + quote("lantern or lamp"),
    "/search?q=" + quote(f'"{HOSTILE}" OR lantern'),
    "/api/",
    "/nothing",
)


def test_every_page_is_valid_html(ask: Ask, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for number, url in enumerate(URLS):
        (pages / f"{number}.html").write_bytes(ask(url).body)
    assert html_faults(pages) == ""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app serves its pages, and their style."""
    public = tmp_path_factory.mktemp("standards") / "public"
    for asset in (Path(feeds.__file__).parent / "assets").iterdir():
        publish(public, f"assets/{asset.name}", asset.read_bytes())
    app = make_app(public, Shelved(), "http://127.0.0.1:8000", "1", clock=time.monotonic)
    with running(app) as live:
        yield f"http://127.0.0.1:{live.port}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser, where one is installed."""
    with a_browser() as browser:
        yield browser


@pytest.mark.parametrize("url", URLS)
def test_no_page_is_wider_than_a_phone_or_asks_for_what_it_may_not_have(
    url: str, browser: Browser, address: str
) -> None:
    said = complaints(browser, address + url)
    assert [line for line in said if "404" not in line or url != "/nothing"] == []


@pytest.mark.parametrize("url", URLS)
def test_no_page_keeps_people_out(url: str, browser: Browser, address: str) -> None:
    assert barriers(browser, address + url) == ""


def test_a_search_is_asked_from_any_page_and_leads_to_papers(browser: Browser, address: str) -> None:
    with browser.new_page() as page:
        page.goto(f"{address}/api/")
        page.get_by_role("searchbox").fill("lantern")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=lantern")
        assert page.get_by_role("link", name="Lanterns again").get_attribute("href") == "/papers/2510.00003/"
