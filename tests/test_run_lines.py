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


WEBHOOK = "https://hooks.slack.com/services/T0/B0/SECRET"
UI = "http://127.0.0.1:4200/runs/flow-run/a1?tab=logs"


class HTTPStatusError(Exception):
    """What the client of Prefect raises, which names the address that it asked."""


def refused() -> HTTPStatusError:
    return HTTPStatusError(
        f"Client error '404 Not Found' for url '{WEBHOOK}'\nFor more information check: https://docs.example/404"
    )


def of_a_failure(name: str, message: str, *arguments: object) -> logging.LogRecord:
    """A record with the traceback of an error that another one caused, both with a secret."""
    try:
        try:
            raise refused()
        except HTTPStatusError as error:
            raise RuntimeError(f"no answer of {WEBHOOK}, see {UI}") from error
    except RuntimeError as error:
        trace = (type(error), error, error.__traceback__)
        return logging.LogRecord(name, logging.ERROR, "x.py", 1, message, arguments, trace)


def told(*records: logging.LogRecord) -> str:
    """What the console has of records, in the form that is set."""
    stream = io.StringIO()
    handler = RunLines(stream)
    for each in records:
        handler.handle(each)
    return stream.getvalue()


@pytest.fixture(params=["text", "json"])
def form(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The form that is set: each of them in turn."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERROUND_LOG", request.param)
    return str(request.param)


def test_a_webhook_that_fails_keeps_its_secret(form: str) -> None:
    failed = record("prefect.server.utilities.messaging.memory", "Failed in consume_loop", logging.ERROR)
    error = refused()
    failed.exc_info = (type(error), error, None)
    said = told(failed)
    assert "SECRET" not in said
    assert "Client error '404 Not Found' for url 'https://hooks.slack.com/...'" in said
    if form == "text":
        assert said == (
            "Failed in consume_loop: HTTPStatusError: Client error '404 Not Found' for url "
            "'https://hooks.slack.com/...'\n"
        )


@pytest.mark.parametrize("name", ["prefect", "prefect.server.events", "docket.worker"])
def test_addresses_are_bare_in_line_and_traceback_but_for_those_of_this_machine(form: str, name: str) -> None:
    failure = of_a_failure(name, "%s failed, see %s", WEBHOOK, UI)
    failure.stack_info = f"Stack: post({WEBHOOK!r})"
    said = told(failure)
    assert "SECRET" not in said
    assert f"https://hooks.slack.com/... failed, see {UI}" in said
    assert f"no answer of https://hooks.slack.com/..., see {UI}" in said
    assert "post('https://hooks.slack.com/...')" in said
    if form == "json":
        assert str(json.loads(said)["exc"]).startswith("Traceback (most recent call last):\n")


def test_a_traceback_that_another_handler_has_written_is_no_way_around(form: str) -> None:
    failure = of_a_failure("prefect.events", "failed")
    logging.Formatter().format(failure)
    assert failure.exc_text
    assert WEBHOOK in failure.exc_text
    assert "SECRET" not in told(failure)
    failure.exc_info = None
    assert "SECRET" not in told(failure)
    assert WEBHOOK in failure.exc_text, "the record is everybody's, and stays as it was"


@pytest.mark.parametrize("name", ["flows.steps", "prefect.flow_runs", "prefect.task_runs"])
def test_what_we_and_our_runs_say_keeps_its_addresses(form: str, name: str) -> None:
    assert WEBHOOK in told(record(name, f"asked {WEBHOOK}", logging.ERROR))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("http://localhost:4200/a/b", "http://localhost:4200/a/b"),
        ("http://[::1]:4200/a/b.", "http://[::1]:4200/a/b."),
        ("at http://127.0.0.1:4200.", "at http://127.0.0.1:4200."),
        ("http://127.0.0.1/?to=https://a.example/S", "http://127.0.0.1/?to=https://a.example/..."),
        (
            "http://127.0.0.1:4200/x','https://a.example/S'",
            "http://127.0.0.1:4200/x','https://a.example/...'",
        ),
        ("http://127.0.0.1.example/S", "http://127.0.0.1.example/..."),
        ("http://127.0.0.1:1@a.example/S", "http://a.example/..."),
        ("http://localhost@a.example/S", "http://a.example/..."),
        ("HTTPS://A.example:8443/S?b#c", "HTTPS://A.example/..."),
        ("https://a.example?key=S", "https://a.example/..."),
        ("https://[2001:db8::1]:80/S", "https://[2001:db8::1]/..."),
        ("see https://a.example/, https://b.example", "see https://a.example/, https://b.example"),
        ("postgresql+asyncpg://me:p@ss@db.example/x", "postgresql+asyncpg://db.example/..."),
        ("redis://:pass@127.0.0.1:6379/0", "redis://127.0.0.1/..."),
        ("https://user:pass@a.example", "https://a.example"),
        ("sqlite+aiosqlite:////srv/prefect.db", "sqlite+aiosqlite:////srv/prefect.db"),
        ("https:// and ://a", "https:// and ://a"),
    ],
)
def test_of_an_address_scheme_and_host_are_left(form: str, said: str, left: str) -> None:
    line = told(record("prefect.events", said, logging.WARNING))
    assert (json.loads(line)["message"] if form == "json" else line.rstrip("\n")) == left


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
