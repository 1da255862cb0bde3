"""A house for each test: an empty database of the current version, two topics, the demo's site."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.settings import load_settings
from tests.steps.house import MON, House, Site, at, with_database

TOPICS = """
[[topic]]
slug = "experts"
title = "Experts"
description = "Mixtures of them."
rule = 'expert'

[[topic]]
slug = "nothing"
title = "Nothing"
description = "What no paper holds."
rule = 'xylophone'
"""


@pytest.fixture
def house(tmp_path: Path, sqlite_template: Path) -> House:
    (tmp_path / "topics.toml").write_text(TOPICS)
    settings = load_settings(
        _env_file=None,
        home=with_database(tmp_path / "var", sqlite_template),
        topics=tmp_path / "topics.toml",
        sources="huggingface",
        huggingface_url="https://papers.example",
        public_url="https://round.example",
    )
    return House(settings, Site(at(MON)))
