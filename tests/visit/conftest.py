"""The demo's week, made and served by the commands of the README, and a phone that looks at it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request

from flows.settings import Settings, load_settings
from tests.browsing import PHONE, a_browser


@dataclass(frozen=True)
class Served:
    """Where the demo's week is served, where it lies, and what was said when it was made."""

    address: str
    home: Path
    said: str

    @property
    def settings(self) -> Settings:
        """The settings of who serves it."""
        return load_settings(_env_file=None, home=self.home, public_url=self.address)


COMMAND = str(Path(sys.executable).with_name("paperround"))


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo, made once, and served for as long as it is visited."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]  # free again in a moment: feeds name the address that they stand at
    home = tmp_path_factory.mktemp("visit")
    address = f"http://127.0.0.1:{port}/"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_API")}
    environment |= {"PAPERROUND_HOME": str(home), "PAPERROUND_PUBLIC_URL": address}
    made = subprocess.run(
        [COMMAND, "demo"], env=environment, cwd=home, check=True, capture_output=True, text=True
    )
    environment["PAPERROUND_HOME"] = str(home / "demo")
    serving = [COMMAND, "serve", "--port", str(port)]
    with subprocess.Popen(serving, env=environment, cwd=home, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert address in process.stdout.readline()
        yield Served(address, home / "demo", made.stdout)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


@pytest.fixture
def address(served: Served) -> str:
    """Where it is served."""
    return served.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser, where one is installed."""
    with a_browser() as browser:
        yield browser


def failed(request: Request) -> Iterator[str]:
    """What could not be had; what a page still asked for when it was left does not count."""
    if request.failure != "net::ERR_ABORTED":
        yield request.url


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    """A phone that has opened the first page; nothing that it asks for may fail, and nobody else is asked."""
    with browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        wrong: list[str] = []
        page.on("console", lambda message: wrong.append(message.text))
        page.on("requestfailed", lambda request: wrong.extend(failed(request)))
        page.on(
            "request", lambda request: None if request.url.startswith(address) else wrong.append(request.url)
        )
        page.goto(address)
        yield page
        assert wrong == []
