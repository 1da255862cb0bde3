"""Names that look like settings and set nothing: told, never refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.settings import Settings, load_settings, unknown_names


@pytest.fixture(autouse=True)
def _bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment and a folder that set nothing."""
    for name in os.environ:
        if name.startswith("PAPERROUND_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_where_nothing_is_set_nothing_is_unknown() -> None:
    assert unknown_names() == []


def test_what_is_no_setting_is_named_wherever_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("PAPERROUND_TOPIC=topics.toml\nOTHER=1\npaperround_home=var\n")
    monkeypatch.setenv("PAPERROUND_SOURCE", "arxiv")
    monkeypatch.setenv("paperround_sourcs", "arxiv")
    assert unknown_names() == ["PAPERROUND_SOURCE", "PAPERROUND_SOURCS", "PAPERROUND_TOPIC"]
    assert load_settings().sources == ("huggingface", "arxiv")


def test_only_of_a_secret_a_file_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_CONTACT_FILE", "contact.txt")
    monkeypatch.setenv("PAPERROUND_DKIM_KEY_FILE", "dkim.pem")
    assert unknown_names() == ["PAPERROUND_CONTACT_FILE"]


def test_no_setting_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(f"PAPERROUND_{name.upper()}", "x")
    assert unknown_names() == []
