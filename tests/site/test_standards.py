"""One of each page before the Nu HTML checker, and in a browser, narrow and wide, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser

from feeds.site.day import Day, day_pages
from feeds.site.frame import SECURITY_POLICY, Page
from feeds.site.paper import paper_pages
from feeds.site.status import status_page
from feeds.site.today import Today, today_page
from models.records import Verdict
from tests.browsing import a_browser, barriers, complaints, html_faults
from tests.feeds.invented import paper
from tests.site.pages import DAY, SITE, a_site, entry, only_html, rich, topic

LONG = rich(
    id="2510.00018",
    title="Pneumonoultramicroscopicsilicovolcanoconiosis" * 9 + r" in $\mathcal{O}(n \log n)$",
    abstract=r"We show $\sum_{i=1}^{n} x_i = a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + a_{10} + a_{11}$, "
    r"$\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}$, \[ \binom{n}{k} \le \hat{\theta}^2 \] and $\unknown{" + "x" * 90 + "}$.",
    authors=tuple(f"Author {number}" for number in range(671)),
    comment="x" * 300,
    withdrawn=True,
)  # fmt: skip
LEDGER = [
    *(entry(verdict, section=f"section-{number}") for number, verdict in enumerate(Verdict)),
    entry(Verdict.FAILED, section="week", error="https://round.example/" + "x" * 300),
]
PAGES = a_site(rich(), LONG, topics=[topic()], ledger=LEDGER)
NAMES = [page.path for page in only_html(PAGES)]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of each page as files; where a page stands at any depth, its links begin at the root of the site."""
    root = tmp_path_factory.mktemp("site") / "papers"
    for page in PAGES:
        file = root / page.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(page.content)
    return root.parent


def test_every_page_is_valid_html(published: Path) -> None:
    assert html_faults(published) == ""


def test_pages_of_nothing_are_valid_too(tmp_path: Path) -> None:
    bare = paper(
        title="", abstract="", authors=(), announced_at=None, first_listed=None, votes=None, appearances=()
    )
    pages: list[Page] = [
        *a_site(topics=[topic(description="", rule=None)]),
        *paper_pages(SITE, bare),
        today_page(SITE, Today()),
        status_page(SITE, [], []),
        *day_pages(SITE, Day(DAY)),
    ]
    for number, page in enumerate(only_html(pages)):
        (tmp_path / f"{number}.html").write_bytes(page.content)
    assert html_faults(tmp_path) == ""


class _Handler(SimpleHTTPRequestHandler):
    """Serves files under the policy that the site lives under, and says nothing."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", SECURITY_POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
        pass


@pytest.fixture(scope="module")
def address(published: Path) -> Iterator[str]:
    """Where the pages are served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(published))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/papers/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser, where one is installed."""
    with a_browser() as browser:
        yield browser


@pytest.mark.parametrize("name", NAMES)
def test_no_page_is_wider_than_a_phone_or_asks_for_what_it_may_not_have(
    name: str, browser: Browser, address: str
) -> None:
    assert complaints(browser, address + name) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_page_keeps_people_out(name: str, browser: Browser, address: str) -> None:
    assert barriers(browser, address + name) == ""


def test_the_keyboard_reaches_the_content_first(browser: Browser, address: str) -> None:
    with browser.new_page() as page:
        page.goto(address)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
