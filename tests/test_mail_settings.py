"""The settings of mail: what needs what, and no secret in what is said of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.settings import load_settings
from models.errors import SettingsError

SERVER = "smtp://papers:open-sesame@mail.papers.example"
SENDER = "Papers <papers@papers.example>"


@pytest.fixture(autouse=True)
def _bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment and a folder that set nothing."""
    for name in os.environ:
        if name.startswith("PAPERROUND_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"SMTP_URL": "papers:open-sesame@mail.papers.example"},
            "SMTP_URL: must begin with smtp:// or smtps://",
        ),
        ({"SMTP_URL": "http://mail.papers.example"}, "SMTP_URL: must begin with smtp:// or smtps://"),
        (
            {"SMTP_URL": SERVER},
            "MAIL_FROM: must be set where PAPERROUND_SMTP_URL is, as `Papers <papers@papers.example>`",
        ),
        (
            {"SMTP_URL": SERVER, "MAIL_FROM": ""},
            "MAIL_FROM: must be set where PAPERROUND_SMTP_URL is, as `Papers <papers@papers.example>`",
        ),
        (
            {"MAIL_BOX": "/var/mail/open-sesame"},
            "MAIL_BOX: must begin with maildir:// or imaps:// or imap://",
        ),
        (
            {"DKIM_KEY": "open-sesame"},
            "DKIM_SELECTOR: must be set with PAPERROUND_DKIM_KEY, and not without it",
        ),
        (
            {"DKIM_SELECTOR": "papers"},
            "DKIM_SELECTOR: must be set with PAPERROUND_DKIM_KEY, and not without it",
        ),
        ({"SECRET_KEY": "open-sesame-1234"[:15]}, "SECRET_KEY: must have at least 16 characters"),
        ({"MAIL_CONNECTIONS": "0"}, "MAIL_CONNECTIONS: Input should be greater than or equal to 1"),
        ({"MAIL_CONNECTIONS": "65"}, "MAIL_CONNECTIONS: Input should be less than or equal to 64"),
        ({"MAIL_PER_CONNECTION": "0"}, "MAIL_PER_CONNECTION: Input should be greater than or equal to 1"),
        ({"MAIL_PER_MINUTE": "0"}, "MAIL_PER_MINUTE: Input should be greater than or equal to 1"),
    ],
)
def test_what_cannot_be_is_one_line_without_a_secret(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], told: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"PAPERROUND_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value) == f"PAPERROUND_{told}"
    assert "sesame" not in f"{caught.value.__cause__}{caught.value.__cause__!r}"


def test_nothing_of_mail_needs_to_be_set() -> None:
    settings = load_settings()
    assert (settings.smtp_url, settings.mail_from, settings.mail_box, settings.dkim_key) == (None,) * 4
    assert (settings.mail_connections, settings.mail_per_connection, settings.mail_per_minute) == (
        4,
        100,
        None,
    )


def test_a_sender_needs_no_server() -> None:
    assert load_settings(mail_from=SENDER).mail_from == SENDER


@pytest.mark.parametrize(
    "box", ["maildir:///var/mail/papers", "imaps://papers:open-sesame@mail.papers.example"]
)
def test_all_of_it_may_be_set_and_its_secrets_are_in_no_text(box: str) -> None:
    settings = load_settings(
        smtp_url=SERVER,
        mail_from=SENDER,
        mail_box=box,
        dkim_key="open-sesame",
        dkim_selector="papers",
        secret_key="open-sesame-1234",
    )
    assert settings.smtp_url is not None
    assert settings.smtp_url.get_secret_value() == SERVER
    assert "sesame" not in f"{settings}{settings!r}{settings.model_dump()}{settings.model_dump_json()}"


def test_the_key_of_dkim_may_stand_in_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key.pem").write_text("-----BEGIN\nopen-sesame\n-----END\n")
    monkeypatch.setenv("PAPERROUND_DKIM_KEY_FILE", "key.pem")
    monkeypatch.setenv("PAPERROUND_DKIM_SELECTOR", "papers")
    key = load_settings().dkim_key
    assert key is not None
    assert key.get_secret_value() == "-----BEGIN\nopen-sesame\n-----END"
