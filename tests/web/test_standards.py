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
from tests.browsing import PHONE, a_browser, barriers, complaints, html_faults
from tests.web.asking import Ask, Fields
from tests.web.desk_in_memory import Remembering
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
    "/status/",
    "/nothing",
    "/subscribe",
    "/manage/1.0.manageada",
    "/u/leaveada",
)
MORE_URLS = (
    "/confirm/2.1.confirmbob",
    "/confirm/1.1.confirmada",
    "/manage/3.0.managecy",
    "/manage/1.0.manageada/erase",
)
"""Pages that are made like others, for the checker of HTML alone."""
FORMS: tuple[tuple[str, Fields], ...] = (
    ("/subscribe", []),
    ("/subscribe", [("address", HOSTILE), ("topics", "all"), ("hour", "7"), ("zone", HOSTILE)]),
    ("/manage/1.0.manageada", [("cadence", "off"), ("hour", "7"), ("zone", "UTC")]),
    ("/u/leaveada", [("from", "page")]),
)
"""What comes back for forms that are sent."""


def test_every_page_is_valid_html(ask: Ask, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for number, url in enumerate((*URLS, *MORE_URLS)):
        (pages / f"{number}.html").write_bytes(ask(url).body)
    for number, (url, fields) in enumerate(FORMS):
        (pages / f"sent-{number}.html").write_bytes(ask.post(url, fields).body)
    assert html_faults(pages) == ""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app serves its pages, and their style."""
    public = tmp_path_factory.mktemp("standards") / "public"
    for asset in (Path(feeds.__file__).parent / "assets").iterdir():
        publish(public, f"assets/{asset.name}", asset.read_bytes())
    app = make_app(public, Shelved(), Remembering(), "http://127.0.0.1:8000", "1", clock=time.monotonic)
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


def test_the_form_for_digests_is_filled_in_by_keyboard_and_leads_to_what_is_wrong(
    browser: Browser, address: str
) -> None:
    with browser.new_page(viewport=PHONE) as page:
        page.goto(f"{address}/subscribe")
        page.get_by_label("Email address").focus()
        page.keyboard.type("ada@reader")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == "topics", "what nobody sees is not come by"
        page.keyboard.press("Enter")
        page.get_by_text("Not a mail address").wait_for()
        assert page.evaluate("document.activeElement.id") == "address"
        page.keyboard.press("End")
        page.keyboard.type(".example")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Look into your mail").wait_for()
