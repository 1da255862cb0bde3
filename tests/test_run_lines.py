"""The console of Prefect's processes: what a person wants to read, in the form that is set."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows.run_lines import RunLines, is_told

ROOT = Path(__file__).parents[1]


def record(name: str, message: str, level: int = logging.INFO) -> logging.LogRecord:
    return logging.LogRecord(name, level, "x.py", 1, message, (), None)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("prefect.task_runs", "Finished in state Completed()"),
        ("prefect.flow_runs", "View at http://127.0.0.1:4200/runs/flow-run/a1"),
        ("prefect.flow_runs", "Beginning subflow run 'ingest' for flow 'ingest'"),
        ("prefect.flow_runs.worker", "Worker submitting flow run 'a1'"),
        ("httpx", "HTTP Request: GET http://127.0.0.1:4200/api"),
        ("flowsheet", "of somebody else"),
    ],
)
def test_what_only_the_ui_needs_is_not_on_the_console(name: str, message: str) -> None:
    assert not is_told(record(name, message))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("flows.steps.ingesting", "huggingface daily 2026-11-09: 38 new"),
        ("models.mail.bouncing", "one came back"),
        ("prefect.flow_runs", "Beginning flow run 'round' for flow 'daily-round'"),
        ("prefect.flow_runs", "Finished in state Failed('arxiv is stalled')"),
    ],
)
def test_what_we_say_and_how_a_run_begins_and_ends_is(name: str, message: str) -> None:
    assert is_told(record(name, message))


@pytest.mark.parametrize("level", [logging.WARNING, logging.ERROR, logging.CRITICAL])
def test_a_warning_is_told_whosever_it_is(level: int) -> None:
    assert is_told(record("httpx", "no answer", level))


@pytest.mark.parametrize("form", ["text", "json"])
def test_its_form_is_that_of_the_settings(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERROUND_LOG", form)
    stream = io.StringIO()
    handler = RunLines(stream, styles={"log.web_url": "blue"})
    handler.setFormatter(logging.Formatter("text: %(message)s"))
    handler.handle(record("flows.steps", "38 new"))
    said = stream.getvalue()
    assert re.fullmatch(r"\d\d:\d\d:\d\d 38 new\n", said) if form == "text" else json.loads(said)


def test_lines_of_others_are_as_prefect_has_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    stream = io.StringIO()
    handler = RunLines(stream)
    handler.setFormatter(logging.Formatter("Flow run 'round': %(message)s"))
    handler.handle(record("prefect.flow_runs", "Finished in state Completed()"))
    assert stream.getvalue() == "Flow run 'round': Finished in state Completed()\n"


def test_a_locked_database_of_the_server_is_a_line_and_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stream = io.StringIO()
    handler = RunLines(stream)
    for name in ("prefect.server.services", "prefect.flow_runs"):
        locked = record(name, "Failed in consume_loop", logging.ERROR)
        error = RuntimeError("database is locked\n[SQL: INSERT ...]")
        locked.exc_info = (type(error), error, None)
        handler.handle(locked)
    assert stream.getvalue() == (
        "Failed in consume_loop: RuntimeError: database is locked\n"
        "Failed in consume_loop\nRuntimeError: database is locked\n[SQL: INSERT ...]\n"
    )


def test_wrong_settings_are_told_by_who_needs_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERROUND_LOG", "yaml")
    stream = io.StringIO()
    RunLines(stream).handle(record("flows.steps", "38 new"))
    assert stream.getvalue().endswith(" 38 new\n")


def test_prefect_itself_writes_so_where_it_is_quiet(tmp_path: Path) -> None:
    code = """
from flows import engine
engine.quiet()
import logging
from prefect.logging.configuration import setup_logging
setup_logging()
logging.getLogger("flows.steps").info("38 new")
logging.getLogger("prefect.task_runs").info("Finished in state Completed()")
logging.getLogger("elsewhere").warning("no answer")
"""
    environment = {
        "PATH": os.environ["PATH"],
        "PREFECT_HOME": str(tmp_path),
        "PAPERROUND_LOG": "json",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["logger"], line["message"]) for line in lines] == [
        ("flows.steps", "38 new"),
        ("elsewhere", "no answer"),
    ]
