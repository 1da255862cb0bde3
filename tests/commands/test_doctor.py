"""`doctor` looks at all that a run needs, changes nothing, and says what to do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.commands.doctor import findings
from flows.commands.finding import Finding, State
from flows.settings import load_settings
from models.mail.subscriber import Choices
from tests.commands.command import DATABASE, MONDAY, Command
from tests.commands.members import members
from tests.mail.subscribed import joined

NOW = datetime(2026, 11, 9, 21, tzinfo=UTC)


def found(now: datetime = NOW) -> dict[str, Finding]:
    return {each.thing: each for each in findings(load_settings(), now)}


def test_a_broken_rule_is_bad_and_named(paperround: Command) -> None:
    Path("topics.toml").write_text('[[topic]]\nslug = "lamps"\ntitle = "L"\ndescription = "L"\nrule = "("\n')
    result = paperround("doctor")
    assert result.code == 1
    assert "bad      topics       topics.toml: topic lamps: rule: " in result.out


def test_a_source_that_there_is_not_is_bad(paperround: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_SOURCES", "gutenberg")
    assert "unknown source gutenberg" in found()["sources"].said


def test_a_model_that_is_not_there_is_bad_and_none_is_no_finding(
    paperround: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "model" not in found()
    monkeypatch.setenv("PAPERROUND_SEMANTIC_MODEL", "nowhere")
    assert found()["model"] == Finding(
        "model", State.BAD, "PAPERROUND_SEMANTIC_MODEL: nowhere: no such folder"
    )


def test_a_prefect_server_that_is_down_is_bad(paperround: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    assert found()["Prefect"].state is State.BAD


def test_a_database_that_cannot_be_opened_is_bad(paperround: Command) -> None:
    DATABASE.write_bytes(b"no database" * 100)
    assert found()["database"].state is State.BAD


def test_a_clock_behind_the_newest_reading_is_bad(paperround: Command) -> None:
    paperround(*MONDAY)
    assert found(datetime(2026, 11, 9, 12, tzinfo=UTC))["clock"].state is State.BAD
    assert "clock" not in found()


def test_a_calendar_that_ends_soon_is_a_warning(paperround: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_SOURCES", "arxiv")
    assert found()["arxiv"].state is State.GOOD
    assert "ends with 2026-12-31" in found(datetime(2026, 12, 9, tzinfo=UTC))["arxiv"].said


def test_an_empty_database_and_no_contact_are_told_but_not_bad(paperround: Command) -> None:
    DATABASE.unlink()
    result = paperround("doctor")
    assert result.code == 0
    assert {thing for thing, each in found().items() if each.state is State.WARNING} == {
        "database",
        "contact",
    }
    assert not DATABASE.exists()


def test_all_is_well_where_all_is_there(paperround: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_CONTACT", "mailto:lamps@example.org")
    assert {each.state for each in found().values()} == {State.GOOD}


def test_topics_that_are_gone_and_were_chosen_are_a_warning(paperround: Command) -> None:
    assert "subscribers" not in found()
    with members() as connection:
        joined(connection, choices=Choices(("all", "trending", "agents")))
    assert "subscribers" not in found()
    with members() as connection:
        joined(connection, "bo@reader.example", Choices(("lanterns",)))
    assert found()["subscribers"].state is State.WARNING
    assert "lanterns (1)" in found()["subscribers"].said
