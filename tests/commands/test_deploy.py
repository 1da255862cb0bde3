"""`paperround deploy`, where there is no server that it could deploy to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flows import engine
from tests.commands.command import Command


def test_without_a_server_it_says_how_to_have_one(
    paperround: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "api_url", lambda *_: None)
    result = paperround("deploy")
    assert result.code == 1
    assert "no Prefect server is configured: start one with `prefect server start`" in result.err
    assert result.err.count("\n") == 1


def test_a_server_that_does_not_answer_is_named(paperround: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    result = paperround("deploy")
    assert result.code == 1
    assert "the Prefect API http://127.0.0.1:9/api does not answer" in result.err


def test_help_and_refusals_wait_for_no_import_of_prefect() -> None:
    said = (
        "import sys; from flows.commands import deploy_command, deploying, prefect_findings; "
        "sys.exit('prefect' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", said], cwd=Path(), check=False).returncode == 0
