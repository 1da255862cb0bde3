"""Who has filled in the form gets their letter at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue
from threading import Event

import pytest

from feeds.digests.digest import Composed
from feeds.digests.notices import notice
from feeds.digests.post import Answer, Mailer, Message
from flows.mail.means import Mail, make_mail
from flows.mail.notifying import notifying
from flows.settings import load_settings
from models.database import posting
from models.errors import DatabaseError, MailError
from models.mail.delivery import Kind, Planned, State
from models.mail.outbox import plan
from tests.databases import opened
from tests.mail.mailers import Office
from tests.mail.planned import states
from tests.mail.subscribed import ADA, asked

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)
WITHIN_SECONDS = 30


def plan_notice(url: str, mail: Mail) -> None:
    with opened(url) as engine, posting(engine) as connection:
        found = asked(connection)
        made: Composed = notice(Kind.CONFIRM, mail.letterhead)
        planned = Planned(
            id=mail.keys.delivery_id(found.id, Kind.CONFIRM, "now"), subscriber_id=found.id, kind=Kind.CONFIRM,
            period="now", letter=made.letter, planned_at=NOW, due_at=NOW, stale_at=datetime.max.replace(tzinfo=UTC),
        )  # fmt: skip
        plan(connection, [planned], made.fragments)


def handing_over(mail: Mail, sent: Queue[str]) -> Mail:
    """The mail, whose server says to whom it has taken a letter."""
    office = Office()

    def take(message: Message, about_to: Callable[[], None]) -> Answer:
        answer = office.take(message, about_to)
        sent.put(message.recipient)
        return answer

    office.acts[ADA] = take
    return replace(mail, post=office.post)


@pytest.fixture
def mail(tmp_path: Path) -> Mail:
    return make_mail(load_settings(_env_file=None, home=tmp_path))


def test_a_notice_goes_as_soon_as_it_is_told_of(mail: Mail, sqlite_url: str) -> None:
    sent: Queue[str] = Queue()
    with notifying(sqlite_url, handing_over(mail, sent), lambda: NOW) as soon:
        plan_notice(sqlite_url, mail)
        soon()
        assert sent.get(timeout=WITHIN_SECONDS) == ADA


def test_what_was_left_behind_goes_at_the_start(mail: Mail, sqlite_url: str) -> None:
    sent: Queue[str] = Queue()
    plan_notice(sqlite_url, mail)
    with notifying(sqlite_url, handing_over(mail, sent), lambda: NOW):
        assert sent.get(timeout=WITHIN_SECONDS) == ADA


def test_while_the_server_refuses_us_it_waits_and_stays_planned(
    mail: Mail, sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    asked: Queue[str] = Queue()
    office = Office()

    def refuse(message: Message, _about_to: Callable[[], None]) -> Answer:
        asked.put(message.recipient)
        raise MailError("the mail server does not answer")

    office.acts[ADA] = refuse
    plan_notice(sqlite_url, mail)
    with notifying(sqlite_url, replace(mail, post=office.post), lambda: NOW):
        asked.get(timeout=WITHIN_SECONDS)
    assert "Notices have to wait: the mail server does not answer" in caplog.text
    with opened(sqlite_url) as engine:
        assert states(engine) == {State.PLANNED: 1}


def test_whatever_it_stumbles_over_it_goes_on(mail: Mail, sqlite_url: str) -> None:
    sent: Queue[str] = Queue()
    stumbled = Event()
    working = handing_over(mail, sent)

    def post() -> AbstractContextManager[Mailer]:
        if not stumbled.is_set():
            stumbled.set()
            raise ValueError("of all things")
        return working.post()

    plan_notice(sqlite_url, mail)
    with notifying(sqlite_url, replace(mail, post=post), lambda: NOW) as soon:
        assert stumbled.wait(WITHIN_SECONDS)
        soon()
        assert sent.get(timeout=WITHIN_SECONDS) == ADA


def test_a_database_that_is_not_there_is_refused(mail: Mail, tmp_path: Path) -> None:
    with (
        pytest.raises(DatabaseError, match="no database"),
        notifying(f"sqlite:///{tmp_path}/gone.db", mail, lambda: NOW),
    ):
        pass
