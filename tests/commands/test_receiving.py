"""`digest receive`: a mail server hands over one mail, and has to know whether to keep it."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from flows.commands.receiving import TRY_AGAIN, receive
from flows.mail.receiving import MOST_BYTES
from flows.settings import Settings, load_settings
from models.database import reading
from models.errors import SettingsError
from models.mail.bouncing import count_by_kind
from tests.databases import opened
from tests.mail.returned import DELIVERY, NOW, bounce, subscribed


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    return load_settings(
        home=tmp_path,
        database_url=SecretStr(sqlite_url),
        mail_from="Papers <digest@papers.example>",
        mail_return="bounces@papers.example",
    )


def bounces(engine: Engine) -> int:
    with reading(engine) as connection:
        return sum(count_by_kind(connection).values())


def test_wrong_settings_let_the_mail_server_keep_the_mail(capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> Settings:
        raise SettingsError("PAPERROUND_MAIL_FROM: no address")

    assert receive(fails, io.BytesIO(b"mail"), NOW) == TRY_AGAIN == 75
    assert capsys.readouterr() == ("", "paperround: PAPERROUND_MAIL_FROM: no address\n")


def test_without_a_database_the_mail_server_keeps_the_mail(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = settings.model_copy(update={"database_url": SecretStr(f"sqlite:///{tmp_path}/none.db")})
    assert receive(lambda: empty, io.BytesIO(bounce(DELIVERY)), NOW) == TRY_AGAIN
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("paperround: the database")
    assert said.err.count("\n") == 1


def test_a_mail_from_which_nothing_follows_is_taken(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for mail in (b"", b"Subject: hello\n\n", bounce("a" * 26)):
        assert receive(lambda: settings, io.BytesIO(mail), NOW) == 0
    assert capsys.readouterr().out.splitlines() == [
        "without consequence: no report of a mail system",
        "without consequence: no report of a mail system",
        "of nobody known: hard 5.1.1",
    ]


def test_a_bounce_is_acted_on(
    settings: Settings, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(sqlite_url) as engine:
        subscribed(engine)
        assert receive(lambda: settings, io.BytesIO(bounce(DELIVERY)), NOW) == 0
        assert bounces(engine) == 1
    assert capsys.readouterr() == ("bounced: hard 5.1.1\n", "")


def test_a_long_mail_is_taken_to_its_end(settings: Settings) -> None:
    stream = io.BytesIO(b"Subject: long\n\n" + b"a" * (MOST_BYTES + 100_000))
    assert receive(lambda: settings, stream, datetime(2026, 11, 20, tzinfo=UTC)) == 0
    assert stream.read() == b""
