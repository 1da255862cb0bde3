"""The setting `log`: with `json` whatever a command says of its work is an object a line on standard error."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from flows.commands.terminal import log_to_terminal, progress
from tests.commands.command import MONDAY, WHOLE_WEEK, Command, loggers_restored


def lines(err: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in err.splitlines()]


@pytest.fixture
def in_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_LOG", "json")


def test_a_round_says_objects_and_nothing_else(paperround: Command, in_json: None) -> None:
    result = paperround(*MONDAY)
    assert result.code == 0
    said = lines(result.err)
    assert said
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in said)
    assert any("huggingface daily 2026-11-09" in str(line["message"]) for line in said)


def test_a_backfill_does_too(paperround: Command, in_json: None) -> None:
    said = lines(paperround(*WHOLE_WEEK).err)
    assert any("2026-11 read" in str(line["message"]) for line in said)


def test_a_prefect_that_does_not_answer_is_an_object_too(
    paperround: Command, in_json: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    said = lines(paperround(*MONDAY).err)
    assert said[0]["level"] == "WARNING"
    assert "does not answer: this run is not recorded" in str(said[0]["message"])


def test_so_is_the_progress_of_long_work(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("Importing", "json") as advance:
        for done in range(1, 21):
            advance(done, 20)
    said = lines(capsys.readouterr().err)
    assert [line["message"] for line in said][-1] == "Importing: 20 of 20"
    assert len(said) == 10


def test_what_a_library_warns_of_is_an_object_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    with loggers_restored():
        log_to_terminal("json")
        logging.getLogger("somebody.else").warning("no answer")
        logging.getLogger("somebody.else").info("an answer")
    assert [line["message"] for line in lines(capsys.readouterr().err)] == ["no answer"]


def test_text_stays_as_it_was(paperround: Command, tmp_path: Path) -> None:
    for line in paperround(*MONDAY).err.splitlines():
        time, _, said = line.partition(" ")
        assert len(time) == 8
        assert time.replace(":", "").isdigit()
        assert said
