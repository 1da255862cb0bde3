"""`digest preview`, `send` and `status`."""

from __future__ import annotations

import json
import webbrowser
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from flows.settings import load_settings
from flows.steps.ingesting import ingest
from flows.steps.resources import clock, opened
from models.mail.delivery import State
from models.mail.subscriber import Choices
from models.mail.tables import DELIVERIES, TOLD
from tests.commands.command import Command
from tests.commands.members import kept, members, with_history
from tests.mail.subscribed import bounce, deliver, joined
from tests.steps.house import MON, Site, at

MORNING = ("--as-of", "2026-11-10T08:30:00Z")
NEXT_MORNING = ("--as-of", "2026-11-11T08:30:00Z")
MAIL = Path("var/mail")
ADA = "ada@reader.example"


@pytest.fixture
def week(paperround: Command, site: Site, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command after Monday's papers have come, with a subscriber to everything."""
    monkeypatch.setattr(webbrowser, "open", lambda _: True)
    site.now = at(MON)
    with opened(load_settings(), clock(site.now), site.visit) as resources:
        ingest(resources)
    with members() as connection:
        joined(connection, ADA, Choices(("all",), hour=7))
    return paperround


def test_a_round_with_no_mail_sends_none(week: Command) -> None:
    assert week("run", *MORNING, "--no-mail").code == 0
    assert kept(DELIVERIES) == []
    assert not MAIL.exists()


def test_a_round_sends_what_is_due_and_says_so(week: Command) -> None:
    result = week("run", *MORNING)
    assert result.code == 0
    assert f"1 digest planned, 1 letter sent, to {MAIL}" in result.out
    assert len(list(MAIL.glob("**/*.eml"))) == 1


def test_a_preview_of_a_stranger_or_of_no_topic_is_refused(week: Command) -> None:
    for arguments in (("nobody@reader.example",), ("--topic", "gardening"), ("no address",)):
        result = week("digest", "preview", *arguments)
        assert (result.code, result.out) == (2, "")
        assert "Traceback" not in result.err


def test_a_preview_shows_the_text_and_sends_nothing(week: Command) -> None:
    result = week("digest", "preview", ADA, "--text", *MORNING)
    assert result.code == 0
    assert result.out.startswith("Subject: Paper Round, Tuesday 10 November: ")
    assert "Unsubscribe" in result.out
    assert kept(DELIVERIES) == []


def test_a_preview_of_topics_needs_no_subscriber(week: Command) -> None:
    result = week("digest", "preview", "--topic", "trending", "--weekly", "--text", *MORNING)
    assert "The week to Tuesday, 10 November 2026" in result.out


def test_a_preview_is_a_page_for_a_browser_and_a_mail_file(
    week: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(webbrowser, "open", shown.append)
    result = week("digest", "preview", *MORNING)
    page = MAIL / "preview.html"
    assert str(page) in result.out
    assert shown == [page.absolute().as_uri()]
    assert "<html" in page.read_text()
    assert page.with_suffix(".eml").read_bytes().startswith(b"From: ")


def test_a_dry_run_names_who_would_get_what_and_does_nothing(week: Command) -> None:
    result = week("digest", "send", "--dry-run", *MORNING)
    assert result.code == 0
    assert ADA in result.out
    assert "1 digest would be planned and sent now; nothing was." in result.out
    assert kept(DELIVERIES) == []
    assert week("digest", "send", "--dry-run", "--as-of", "2026-11-10T03:00:00Z").out.startswith("no digests")


def test_digests_are_sent_once(week: Command) -> None:
    assert "1 letter sent" in week("digest", "send", *MORNING).out
    assert "no letters sent" in week("digest", "send", *MORNING).out
    assert [row["state"] for row in kept(DELIVERIES)] == [State.SENT]


def test_a_rehearsal_reaches_no_mail_server(week: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_SMTP_URL", "smtp://mail.example")
    monkeypatch.setenv("PAPERROUND_MAIL_FROM", "Paper Round <digest@round.example>")
    result = week("digest", "send", *NEXT_MORNING)
    assert result.code == 1
    assert "its digests go to no mail server" in result.out
    assert kept(DELIVERIES) == []


def test_what_sends_nothing_may_be_rehearsed_where_there_is_a_mail_server(
    week: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERROUND_SMTP_URL", "smtp://mail.example")
    monkeypatch.setenv("PAPERROUND_MAIL_FROM", "Paper Round <digest@round.example>")
    assert "1 digest would be planned" in week("digest", "send", "--dry-run", *MORNING).out
    assert week("digest", "preview", ADA, "--text", *MORNING).out.startswith("Subject: ")


def test_a_preview_leaves_out_what_a_full_digest_has_counted(week: Command) -> None:
    assert week("digest", "send", *MORNING).code == 0
    with members() as connection:
        connection.execute(update(DELIVERIES).values(counted=1))
        connection.execute(delete(TOLD))
    assert "nothing new" in week("digest", "preview", ADA, "--text", *NEXT_MORNING).out


def test_mail_that_breaks_takes_no_word_of_the_papers_from_a_round(
    week: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERROUND_MAIL_RETURN", "no address")
    result = week("run", *MORNING)
    assert result.code == 1
    assert "digests: PAPERROUND_MAIL_RETURN" in result.out
    assert "no digest was planned or sent\n" in result.out


def test_a_server_that_refuses_us_is_exit_code_1_and_loses_no_digest(
    week: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.steps import resources

    monkeypatch.setattr(resources, "PRETENDED_AFTER", timedelta.max)
    with monkeypatch.context() as patch:
        patch.setenv("PAPERROUND_SMTP_URL", "smtp://127.0.0.1:1")
        patch.setenv("PAPERROUND_MAIL_FROM", "Paper Round <digest@round.example>")
        result = week("digest", "send", *MORNING)
    assert result.code == 1
    assert "127.0.0.1" in result.out
    assert [row["state"] for row in kept(DELIVERIES)] == [State.PLANNED]
    assert "1 letter sent" in week("digest", "send", *MORNING).out


def test_the_status_counts_everything(week: Command) -> None:
    with_history("bo@reader.example")
    told = week("digest", "status").out
    assert "May have been sent" not in told
    assert ["daily", "sent", "1"] in [line.split() for line in told.splitlines()]
    found = json.loads(week("digest", "status", "--json").out)
    assert found["subscribers"]["active"] == 2
    assert found["bounces"]["hard"] == 1
    assert found["uncertain"] == []


def test_what_came_back_of_late_is_named_with_what_was_said(week: Command) -> None:
    assert "Came back" not in week("digest", "status").out
    with members() as connection:
        bounce(connection, joined(connection, "bo@reader.example"), datetime.now(UTC))
    told = week("digest", "status").out.split("Came back in the last 7 days:")[1]
    assert "bo@reader.example" in told
    found = json.loads(week("digest", "status", "--json").out)["recent_bounces"]
    assert [each["address"] for each in found] == ["bo@reader.example"]


def test_what_may_have_been_sent_is_named_and_sent_again_only_on_demand(week: Command) -> None:
    with members() as connection:
        deliver(connection, joined(connection, "bo@reader.example"), State.UNCERTAIN)
    assert "bo@reader.example" in week("digest", "status").out
    week("digest", "send", *MORNING)
    assert State.UNCERTAIN in {row["state"] for row in kept(DELIVERIES)}
    assert "1 letter planned again" in week("digest", "status", "--resend-uncertain").out
    assert State.UNCERTAIN not in {row["state"] for row in kept(DELIVERIES)}


def test_what_is_sent_again_is_so_where_the_status_is_for_programs_too(week: Command) -> None:
    with members() as connection:
        deliver(connection, joined(connection, "bo@reader.example"), State.UNCERTAIN)
    result = week("digest", "status", "--json", "--resend-uncertain")
    assert [each["address"] for each in json.loads(result.out)["uncertain"]] == ["bo@reader.example"]
    assert "1 letter planned again" in result.err
    assert [row["state"] for row in kept(DELIVERIES)] == [State.PLANNED]
