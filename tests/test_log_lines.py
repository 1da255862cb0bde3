"""Log lines for machines: one object a line, whatever was logged."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.log_lines import JsonLines, as_json

AT = datetime(2026, 11, 9, 20, 15, 0, 250_000, tzinfo=UTC)


def record(message: str, *arguments: object, **others: object) -> logging.LogRecord:
    made = logging.LogRecord("flows.steps", logging.INFO, "x.py", 1, message, arguments, None)
    made.created = AT.timestamp()
    made.__dict__.update(others)
    return made


def parsed(made: logging.LogRecord) -> dict[str, object]:
    line = JsonLines("default", None, "%").format(made)
    assert "\n" not in line
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


def test_a_line_has_time_level_logger_and_message() -> None:
    assert parsed(record("%s: %d new", "huggingface", 38)) == {
        "time": "2026-11-09T20:15:00.250Z",
        "level": "INFO",
        "logger": "flows.steps",
        "message": "huggingface: 38 new",
    }


def test_a_traceback_is_one_string() -> None:
    try:
        float("many")
    except ValueError:
        made = record("reading failed", exc_info=sys.exc_info())
    trace = str(parsed(made)["exc"])
    assert trace.startswith("Traceback (most recent call last):\n")
    assert trace.endswith("ValueError: could not convert string to float: 'many'")


def test_a_record_of_a_run_names_it() -> None:
    found = parsed(record("Finished", flow_run_name="round 2026-11-09 20:20", task_run_name=None))
    assert found["flow_run_name"] == "round 2026-11-09 20:20"
    assert "task_run_name" not in found


def test_times_are_utc_whatever_zone_they_came_in() -> None:
    there = AT.astimezone(timezone(timedelta(hours=-5)))
    assert json.loads(as_json(there, "INFO", "x", "y"))["time"] == "2026-11-09T20:15:00.250Z"


@given(st.text(), st.text(), st.dictionaries(st.text(), st.text()))
def test_every_message_comes_back_as_it_was(message: str, exc: str, others: dict[str, str]) -> None:
    line = as_json(AT, "INFO", "x", message, exc, others)
    assert "\n" not in line
    if "message" not in others:
        assert json.loads(line)["message"] == message


def test_what_json_does_not_know_is_told_as_text() -> None:
    assert json.loads(as_json(AT, "INFO", "x", "y", others={"at": AT}))["at"] == str(AT)


@pytest.mark.parametrize("given", [(), ("default", "%H:%M", "{")])
def test_it_takes_what_any_formatter_is_given(given: tuple[str, ...]) -> None:
    assert json.loads(JsonLines(*given).format(record("said")))["message"] == "said"
