"""What comes back is acted on: once, whatever crashes, and for whom a letter was, whatever is claimed."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError

from feeds.digests.maildir import Maildir
from feeds.digests.received import Nothing
from flows.mail import receiving
from flows.mail.receiving import Came, Effect, Handled, look, receive, receive_all
from models.database import reading
from models.errors import MailError, SettingsError
from models.mail.bounce import Kind
from models.mail.subscriber import Leaving, Standing, Subscriber
from models.mail.subscribers import by_folded
from models.mail.tables import BOUNCES
from tests.mail.returned import DAY, DELIVERY, NOW, RETURN, bounce, complaint, leaving, subscribed, unread
from tests.mail.subscribed import ADA

STRANGER = "a" * 26


@pytest.fixture
def ada(engine: Engine) -> Subscriber:
    return subscribed(engine)


def now_of(engine: Engine) -> Subscriber:
    with reading(engine) as connection:
        found = by_folded(connection, ADA)
    assert found is not None
    return found


def rows(engine: Engine) -> list[tuple[str, str, str]]:
    with reading(engine) as connection:
        query = select(BOUNCES.c.kind, BOUNCES.c.delivery_id, BOUNCES.c.status).order_by(BOUNCES.c.id)
        return [(row.kind, row.delivery_id, row.status) for row in connection.execute(query)]


# --- what changes nothing


def test_what_is_no_report_changes_nothing(engine: Engine, ada: Subscriber) -> None:
    assert receive(engine, b"Subject: hello\n\n", RETURN, NOW) == Handled(
        Nothing("no report of a mail system"), Effect.NOTHING
    )
    assert (rows(engine), now_of(engine)) == ([], ada)


@pytest.mark.parametrize("forged", [bounce(STRANGER), complaint(STRANGER), bounce(STRANGER, token=STRANGER)])
def test_a_forged_bounce_names_no_delivery_and_changes_nothing(
    engine: Engine, ada: Subscriber, forged: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert receive(engine, forged, RETURN, NOW).effect is Effect.UNATTRIBUTED
    assert (rows(engine), now_of(engine)) == ([], ada)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_token_of_nobody_is_an_error_in_the_log(
    engine: Engine, ada: Subscriber, caplog: pytest.LogCaptureFixture
) -> None:
    assert receive(engine, leaving(STRANGER), RETURN, NOW).effect is Effect.UNATTRIBUTED
    assert now_of(engine) == ada
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert STRANGER not in record.getMessage()


def test_the_same_mail_again_changes_nothing(engine: Engine, ada: Subscriber) -> None:
    for mail in (bounce(DELIVERY), complaint(DELIVERY), leaving(ada.token)):
        first = receive(engine, mail, RETURN, NOW)
        before = (rows(engine), now_of(engine))
        assert receive(engine, mail, RETURN, NOW + DAY) == first
        assert (rows(engine), now_of(engine)) == before


# --- what it comes to


@pytest.mark.parametrize(
    ("status", "kind"),
    [("5.1.1", Kind.HARD), ("4.2.2", Kind.SOFT), ("5.2.2", Kind.SOFT), ("5.7.26", Kind.OURS), ("5.4.4", Kind.OURS)],
)  # fmt: skip
def test_a_bounce_is_noted_and_its_subscriber_stays(
    engine: Engine, ada: Subscriber, status: str, kind: Kind
) -> None:
    assert receive(engine, bounce(DELIVERY, status), RETURN, NOW).effect is Effect.BOUNCED
    assert rows(engine) == [(kind, DELIVERY, status)]
    assert now_of(engine) == ada


def test_a_second_hard_bounce_on_another_day_suspends(engine: Engine, ada: Subscriber) -> None:
    receive(engine, bounce(DELIVERY), RETURN, NOW)
    second = subscribed(engine, "b" * 26)
    assert receive(engine, bounce("b" * 26), RETURN, NOW + DAY).effect is Effect.SUSPENDED
    assert now_of(engine).standing is Standing.SUSPENDED
    assert second.id == ada.id


def test_who_complains_leaves(engine: Engine, ada: Subscriber) -> None:
    assert receive(engine, complaint(DELIVERY), RETURN, NOW).effect is Effect.COMPLAINED
    assert rows(engine) == [(Kind.COMPLAINT, DELIVERY, "")]
    left = now_of(engine)
    assert (left.standing, left.left_by, left.left_at) == (Standing.LEFT, Leaving.COMPLAINT, NOW)


def test_who_asks_by_mail_leaves_in_whatever_case_it_is_written(engine: Engine, ada: Subscriber) -> None:
    assert receive(engine, leaving(ada.token.upper()), RETURN, NOW).effect is Effect.LEFT
    left = now_of(engine)
    assert (left.standing, left.left_by, left.left_at) == (Standing.LEFT, Leaving.MAIL, NOW)


def test_of_a_delivery_that_is_forgotten_the_token_tells_whose_it_was(
    engine: Engine, ada: Subscriber
) -> None:
    assert receive(engine, bounce(STRANGER, token=ada.token), RETURN, NOW).effect is Effect.BOUNCED
    assert rows(engine) == [(Kind.HARD, STRANGER, "5.1.1")]


# --- a box


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    return tmp_path / "box"


def test_all_that_waits_in_a_box_is_acted_on_and_marked(
    engine: Engine, ada: Subscriber, maildir: Path
) -> None:
    mails = [bounce(DELIVERY), bounce(STRANGER), b"Subject: hello\n\n", leaving(ada.token)]
    for number, mail in enumerate(mails):
        (maildir / "new" / str(number)).write_bytes(mail)
    assert look(f"maildir://{maildir}") == 4
    came = receive_all(engine, f"maildir://{maildir}", RETURN, NOW)
    assert str(came) == "1 bounced, 1 left, 1 of nobody known, 1 without consequence"
    assert unread(maildir) == []
    assert str(receive_all(engine, f"maildir://{maildir}", RETURN, NOW)) == "nothing"


def test_a_mail_that_fails_stays_and_holds_up_no_other(
    engine: Engine, ada: Subscriber, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, mail in enumerate((bounce(DELIVERY), b"poison", leaving(ada.token))):
        (maildir / "new" / str(number)).write_bytes(mail)

    def fails(engine: Engine, content: bytes, *rest: object) -> Handled:
        if content == b"poison":
            raise ValueError("a defect")
        return receive(engine, content, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(receiving, "receive", fails)
    came = receive_all(engine, f"maildir://{maildir}", RETURN, NOW)
    assert came == Came({Effect.BOUNCED: 1, Effect.LEFT: 1, Effect.FAILED: 1})
    assert unread(maildir) == ["1"]
    monkeypatch.undo()
    assert receive_all(engine, f"maildir://{maildir}", RETURN, NOW) == Came({Effect.NOTHING: 1})


def test_a_crash_between_acting_and_marking_does_no_harm(
    engine: Engine, ada: Subscriber, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (maildir / "new" / "1").write_bytes(bounce(DELIVERY))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Maildir, "done", killed)
        with pytest.raises(KeyboardInterrupt):
            receive_all(engine, f"maildir://{maildir}", RETURN, NOW)
    assert receive_all(engine, f"maildir://{maildir}", RETURN, NOW + DAY) == Came({Effect.BOUNCED: 1})
    assert rows(engine) == [(Kind.HARD, DELIVERY, "5.1.1")]
    assert now_of(engine).standing is Standing.ACTIVE


def test_a_mail_that_is_gone_meanwhile_is_nothing(
    engine: Engine, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Maildir, "waiting", lambda *_: ["new/gone"])
    assert receive_all(engine, f"maildir://{maildir}", RETURN, NOW) == Came({Effect.NOTHING: 1})


@pytest.mark.parametrize(
    "error", [MailError("the box is gone"), OperationalError("", {}, Exception("locked"))]
)
def test_without_box_or_database_nothing_more_is_tried(
    engine: Engine, maildir: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    for name in "123":
        (maildir / "new" / name).write_bytes(b"Subject: hello\n\n")
    tried: list[bytes] = []

    def fails(_engine: Engine, content: bytes, *_: object) -> Handled:
        tried.append(content)
        raise error

    monkeypatch.setattr(receiving, "receive", fails)
    with pytest.raises(type(error)):
        receive_all(engine, f"maildir://{maildir}", RETURN, NOW)
    assert len(tried) == 1
    assert len(unread(maildir)) == 3


def test_a_box_that_cannot_be_opened_is_told(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(MailError, match="is no Maildir"):
        receive_all(engine, f"maildir://{tmp_path}", RETURN, NOW)
    with pytest.raises(SettingsError, match="PAPERROUND_MAIL_BOX"):
        look("somewhere")
