"""The command against the demo's site, in a folder of its own with an empty database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import pytest

from flows.settings import Settings
from flows.sources.base import Source
from flows.sources.pace import Gate
from flows.steps import resources
from flows.steps.resources import Get
from tests.commands.command import Command, use_folder
from tests.steps.house import MON, Site, at, with_database


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    """The site that every round reads, at the moment that the round takes for now."""
    made = Site(at(MON))

    def visiting(
        source: Source, _: Settings, now: Callable[[], datetime], __: float, ___: Gate | None
    ) -> AbstractContextManager[Get]:
        made.now = now()
        return made.visit(source)

    monkeypatch.setattr(resources, "visiting", visiting)
    return made


@pytest.fixture
def paperround(
    site: Site,
    tmp_path: Path,
    sqlite_template: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Command:
    """The command, in a folder whose `var` holds an empty database."""
    use_folder(monkeypatch, tmp_path)
    with_database(tmp_path / "var", sqlite_template)
    monkeypatch.setenv("PAPERROUND_SOURCES", "huggingface")
    monkeypatch.setenv("PAPERROUND_HUGGINGFACE_URL", "https://papers.example")
    return Command(capsys, monkeypatch)
