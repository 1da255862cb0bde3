"""The app over an invented library and a published tree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from feeds.web import subscribing
from feeds.web.app import make_app
from tests.web.asking import Ask
from tests.web.desk_in_memory import Remembering
from tests.web.invented import PUBLIC_URL, Clock, Shelved, published


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The form is answered as soon as its wish is noted; how late it has to be, a test of its own says."""
    monkeypatch.setattr(subscribing, "ANSWERED_AFTER_SECONDS", 0.0)


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """The folder of a published site."""
    return published(tmp_path / "public")


@pytest.fixture
def clock() -> Clock:
    """The clock of the app."""
    return Clock()


@pytest.fixture
def library() -> Shelved:
    """The library of the app."""
    return Shelved()


@pytest.fixture
def desk() -> Remembering:
    """The desk of the app."""
    return Remembering()


@pytest.fixture
def asking(public: Path, library: Shelved, desk: Remembering, clock: Clock) -> Callable[..., Ask]:
    """Makes an app of its own: the arguments are those of `make_app`."""

    def make(**given: object) -> Ask:
        arguments: dict[str, object] = {
            "desk": desk,
            "public_url": PUBLIC_URL,
            "version": "1",
            "clock": clock,
        }
        arguments |= given
        return Ask(make_app(public, library, **arguments))  # type: ignore[arg-type]

    return make


@pytest.fixture
def ask(asking: Callable[..., Ask]) -> Ask:
    """Asks the app."""
    return asking()
