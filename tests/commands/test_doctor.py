"""`doctor` looks at all that a run needs, changes nothing, and says what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from flows.commands.doctor import findings
from flows.commands.finding import Finding, State
from flows.settings import load_settings
from flows.sources.archive import Archive
from models.ledger import record
from models.mail.subscriber import Choices
from models.records import Answer
from models.snapshots import keep
from tests.commands.command import DATABASE, MONDAY, Command
from tests.commands.members import members
from tests.mail.subscribed import joined
from tests.models.invented import MORNING, daily, entry


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


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


def test_each_source_that_there_is_not_is_told_and_the_others_all_the_same(
    paperround: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERROUND_SOURCES", "gutenberg,huggingface,nature")
    told = [each for each in findings(load_settings(), NOW) if each.thing in ("sources", "huggingface")]
    assert [each.state for each in told] == [State.BAD, State.GOOD, State.BAD]
    assert "unknown source gutenberg" in told[0].said
    assert "unknown source nature" in told[2].said


@pytest.mark.parametrize(
    ("name", "fix"),
    [("PAPERROUND_SOURCE", "PAPERROUND_SOURCES is meant?"), ("PAPERROUND_XYZZY", "remove it, or see")],
)
def test_a_name_that_sets_nothing_is_a_warning_with_the_one_that_was_meant(
    paperround: Command, monkeypatch: pytest.MonkeyPatch, name: str, fix: str
) -> None:
    assert "settings" not in found()
    monkeypatch.setenv(name, "huggingface")
    assert found()["settings"].state is State.WARNING
    assert found()["settings"].said.startswith(f"{name} sets nothing: {fix}")


def test_a_database_that_is_damaged_is_bad_once_with_what_to_do(paperround: Command) -> None:
    DATABASE.write_bytes(b"no database" * 100)
    bad = [each for each in findings(load_settings(), NOW) if each.state is State.BAD]
    assert [each.thing for each in bad] == ["database"]
    assert bad[0].said.endswith(": move the file away, and `paperround db restore` a backup")


def test_a_database_for_the_eyes_of_all_is_a_warning(paperround: Command) -> None:
    DATABASE.chmod(0o640)
    assert "privacy" not in found()
    DATABASE.chmod(0o644)
    said = f"every user of this machine can read {DATABASE}, with the addresses of subscribers"
    assert found()["privacy"] == Finding("privacy", State.WARNING, f"{said}: `chmod 600 {DATABASE}*`")


@pytest.fixture
def body(paperround: Command) -> Path:
    """The archived body of the only answer that there was so far."""
    archive = Archive(Path("var/archive"))
    answer = Answer("https://papers.example/", MORNING, 200, {}, b"a page")
    with members() as connection:
        keep(connection, daily(), MORNING, [(answer, archive.keep(answer.body))])
        record(connection, entry(at=MORNING))
    return archive.path(sha256(answer.body).hexdigest())


def test_before_anything_was_read_nobody_asks_for_archive_and_backups(paperround: Command) -> None:
    assert not {"archive", "backups"} & found().keys()


def test_an_answer_that_is_not_in_the_archive_is_a_warning(body: Path) -> None:
    assert found()["archive"] == Finding("archive", State.GOOD, "var/archive, the newest looked at")
    body.write_bytes(body.read_bytes()[:-1])
    assert found()["archive"].state is State.WARNING
    assert "is damaged: " in found()["archive"].said
    body.unlink()
    assert f"{body} is missing: bring var/archive back" in found()["archive"].said


@pytest.mark.usefixtures("body")
def test_an_old_backup_and_none_are_warnings_where_there_is_something_to_lose() -> None:
    assert found()["backups"].state is State.WARNING
    assert "none in var/backups: `paperround db backup` makes one" in found()["backups"].said
    Path("var/backups").mkdir()
    Path("var/backups/paperround-20261102T210000Z.db").write_bytes(b"a backup")
    assert found()["backups"] == Finding(
        "backups", State.GOOD, "1 backup in var/backups, the newest of 2026-11-02, 8 bytes"
    )
    later = found(NOW + timedelta(days=1))["backups"]
    assert later.state is State.WARNING
    assert later.said.endswith(": 8 days old; `paperround db backup` makes one")


@pytest.mark.usefixtures("body")
def test_a_backup_of_a_wrong_clock_is_told_and_is_not_the_newest() -> None:
    backup = Path("var/backups/paperround-20360101T000000Z.db")
    backup.parent.mkdir()
    backup.write_bytes(b"a backup")
    told = [each for each in findings(load_settings(), NOW) if each.thing in ("clock", "backups")]
    assert [each.state for each in told] == [State.WARNING, State.WARNING]
    assert told[0].said.startswith(f"1 backup dated later than now, {backup}: not counted")
    assert told[1].said.startswith("none in var/backups")


def test_little_room_is_a_warning_with_what_to_do(
    paperround: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: _Usage(10**9, 0, 4_200_000))
    assert found()["folder"] == Finding(
        "folder",
        State.WARNING,
        "var, 4.2 MB free: make room; `paperround db prune --dry-run` says what could go",
    )
