"""The lines of the one log: whose they are is seen at once, by people and by machines."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.up.journal import Journal
from flows.up.lines import as_object, text
from tests.up.fakes import NOW

plain = text(["app", "prefect"], is_coloured=False)


def test_the_name_of_a_program_stands_before_its_line() -> None:
    assert plain("app", "serving var/public", NOW) == "app     | serving var/public"
    assert plain("prefect", "  indented", NOW) == "prefect |   indented"


def test_what_up_says_has_its_time() -> None:
    assert plain("up", "the site starts", NOW) == f"up      | {NOW.astimezone():%H:%M:%S} the site starts"


def test_each_name_has_a_colour_of_its_own_on_a_terminal() -> None:
    coloured = text(["app", "prefect"], is_coloured=True)
    lines = [coloured(name, "said", NOW) for name in ("app", "prefect", "up")]
    assert len({line.split(name)[0] for line, name in zip(lines, ("app", "prefect", "up"), strict=True)}) == 3
    assert all(line.partition("|")[2].lstrip("\033[0m").endswith("said") for line in lines)


def test_a_plain_line_becomes_an_object_with_its_origin() -> None:
    assert json.loads(as_object("app", "serving", NOW)) == {
        "time": "2026-11-09T20:15:00.000Z",
        "level": "INFO",
        "logger": "flows.up.app",
        "message": "serving",
        "origin": "app",
    }


def test_a_line_that_is_an_object_already_is_not_wrapped_again() -> None:
    said = {"time": "2026-11-09T20:15:00.000Z", "level": "WARNING", "message": "huggingface: 38 new"}
    assert json.loads(as_object("worker", json.dumps(said), NOW)) == {**said, "origin": "worker"}


@pytest.mark.parametrize("said", ["{", "{not json}", "[1, 2]", '"a string"', "{}x", "12"])
def test_what_only_looks_like_an_object_is_wrapped(said: str) -> None:
    assert json.loads(as_object("app", said, NOW))["message"] == said


@given(st.text())
def test_every_line_is_one_object_whatever_was_said(said: str) -> None:
    line = as_object("app", said, NOW)
    assert "\n" not in line
    assert json.loads(line)["origin"] == "app"


def test_empty_lines_are_left_out() -> None:
    stream = io.StringIO()
    journal = Journal(stream, plain, lambda: NOW)
    for line in ("", "   ", "said"):
        journal.pass_on("app", line)
    assert stream.getvalue() == "app     | said\n"


def test_a_log_that_nobody_reads_any_more_stops_nothing() -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    Journal(Gone(), plain, lambda: NOW).say("the site starts")
