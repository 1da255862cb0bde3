"""A digest as it would be sent now, to look at: nothing is planned, and nothing is told by it."""

from __future__ import annotations

from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import NamedTuple

from feeds.digests.choosing import News, Reader, digest_of
from flows.mail.means import Mail
from models.mail.delivery import Delivery
from models.mail.periods import Period

_NOBODY = 0
_ADDRESS = "reader@paperround.example"
_TOKEN = "a" * 26


class Preview(NamedTuple):
    """A letter: its subject, both of its parts as a mail program has them, and the whole message."""

    subject: str
    text: str
    html: str
    content: bytes


def preview(mail: Mail, news: News, reader: Reader, period: Period, now: datetime) -> Preview | None:
    """The digest of a reader for a period, with links that lead nowhere; None where there would be none."""
    digest = digest_of(reader, period, news)
    if digest is None:
        return None
    composed = mail.composer.compose(digest)
    delivery = Delivery(
        id=mail.keys.delivery_id(_NOBODY, period.kind, period.name),
        subscriber_id=_NOBODY,
        address=_ADDRESS,
        token=_TOKEN,
        generation=0,
        kind=period.kind,
        period=period.name,
        letter=composed.letter,
        planned_at=now,
        stale_at=period.stale_at,
        attempts=0,
    )
    content = mail.build(delivery, {each.key: each for each in composed.fragments}).content
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(content)
    return Preview(composed.letter.subject, _part(message, "plain"), _part(message, "html"), content)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
