"""A house whose mail is files, its subscribers, and what they have got."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, NamedTuple

from sqlalchemy import select

from flows.mail.digesting import Digested, digest
from flows.steps.resources import Resources
from models.database import posting, reading
from models.mail.addresses import normalised
from models.mail.subscriber import Cadence, Choices, Origin
from models.mail.subscribers import ask, confirm
from models.mail.tables import DELIVERIES, TOLD
from tests.steps.house import House

DAILY = Choices(("all", "trending"), Cadence.DAILY, hour=8)


class Got(NamedTuple):
    """A letter that someone got."""

    to: str
    subject: str
    text: str


def join(house: House, at: datetime, *names: str, choices: Choices = DAILY) -> list[int]:
    """People who have confirmed at a moment; their numbers."""
    with house.opened(at) as resources, posting(resources.engine) as connection:
        found = []
        for name in names:
            asked = ask(
                connection, normalised(f"{name}@reader.example"), choices,
                origin=Origin.FORM, consent="form 1", network="", at=at,
            )  # fmt: skip
            confirm(connection, asked.id, at)
            found.append(asked.id)
        return found


def digests(house: House, at: datetime) -> Digested:
    """Sends what is due at a moment."""
    with house.opened(at) as resources:
        return digest(resources)


def letters(house: House) -> list[Got]:
    """All that was sent so far, the earliest first."""
    messages = [
        message_from_bytes(path.read_bytes(), EmailMessage, policy=policy.default)
        for path in (house.settings.home / "mail").glob("**/*.eml")
    ]
    messages.sort(key=lambda message: (message["date"].datetime, message["to"]))
    return [Got(str(message["to"]), str(message["subject"]), _text(message)) for message in messages]


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part
    return str(part.get_content())


def told(house: House) -> dict[int, list[str]]:
    """The papers that each subscriber was told of, in the order of letters."""
    found: dict[int, list[str]] = {}
    for row in house.rows(TOLD)["told"]:
        found.setdefault(row["subscriber_id"], []).append(row["paper_id"])
    return found


def states(resources: Resources) -> Sequence[Any]:
    """The state of each letter, with its subscriber and period."""
    with reading(resources.engine) as connection:
        columns = DELIVERIES.c
        query = select(columns.subscriber_id, columns.period, columns.state).order_by(columns.planned_at)
        return connection.execute(query).all()
