"""Mails that come back, in the shortest form, for a subscriber with a letter that was sent."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, insert

from models.database import posting
from models.mail.delivery import Kind, State
from models.mail.subscriber import Subscriber
from models.mail.tables import DELIVERIES
from tests.mail.subscribed import ASKED, joined

RETURN = "bounces@papers.example"
DELIVERY = "mfzwkz3fonswizlmnf3gk4tzoq"
NOW = ASKED + timedelta(hours=2)
DAY = timedelta(days=1)


def subscribed(engine: Engine, delivery_id: str = DELIVERY) -> Subscriber:
    """Someone who gets digests, and to whom this letter was sent."""
    with posting(engine) as connection:
        found = joined(connection)
        row = {
            "id": delivery_id, "subscriber_id": found.id, "digest": Kind.DAILY, "period": delivery_id,
            "state": State.SENT, "subject": "2 papers", "pieces": [], "counted": 0, "planned_at": ASKED, "due_at": ASKED,
            "stale_at": ASKED, "attempts": 1, "worker": "", "lease_until": None, "ended_at": ASKED, "answer": "250",
        }  # fmt: skip
        connection.execute(insert(DELIVERIES), row)
    return found


def bounce(delivery_id: str, status: str = "5.1.1", token: str = "") -> bytes:
    """A report of a mail system that a letter came back, with the letter's link for leaving."""
    return f"""From: MAILER-DAEMON@mx.reader.example
To: bounces+b{delivery_id}@papers.example
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.reader.example

Final-Recipient: rfc822; ada@reader.example
Action: failed
Status: {status}
Diagnostic-Code: smtp; {status[0]}50 {status} no

--x
Content-Type: text/rfc822-headers

List-Unsubscribe: <https://papers.example/u/{token}>
--x--
""".encode()


def complaint(delivery_id: str) -> bytes:
    """A report that a reader has called a letter spam."""
    return f"""From: feedback@arf.reader.example
To: bounces@papers.example
Content-Type: multipart/report; report-type=feedback-report; boundary=x

--x
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1

--x
Content-Type: text/rfc822-headers

Message-ID: <{delivery_id}@papers.example>
--x--
""".encode()


def leaving(token: str) -> bytes:
    """A mail to the address for leaving."""
    return f"From: ada@reader.example\nTo: bounces+u{token}@papers.example\n\n".encode()


def unread(maildir: Path) -> list[str]:
    """The names of the mails that still wait in a Maildir."""
    return sorted(path.name for path in (maildir / "new").iterdir())
