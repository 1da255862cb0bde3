"""The header of a letter: one line after another, the same for the same letter whenever it is made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from email.headerregistry import Address
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from feeds.digests.letterhead import OUR_NAME, Letterhead
from feeds.digests.reader import Reader
from feeds.site.paths import DAYS
from models.errors import AddressError
from models.mail.delivery import DIGESTS, Delivery

SENDER_ID = "paperround"
"""By what Google tells our digests from other mail of the same sender (support.google.com/mail/answer/6254652)."""

# What Letterhead and `models.mail.addresses` let through; in a header nothing else may ever stand as it is.
_PLAIN = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


def header(delivery: Delivery, reader: Reader, letterhead: Letterhead, boundary: str) -> bytes:
    """All header fields but a signature, in lines that end with CRLF.

    AddressError where the reader's address cannot stand in a header, ValueError where the subject cannot.
    """
    lines = [
        _from(letterhead.name, letterhead.address),
        f"To: {_plain(reader.address)}\r\n",
        _subject(delivery.letter.subject),
        f"Date: {format_datetime(delivery.planned_at.astimezone(UTC))}\r\n",
        f"Message-ID: <{delivery.id}@{letterhead.domain}>\r\n",
        *(_of_list(delivery, reader, letterhead) if delivery.kind in DIGESTS else ()),
        "Auto-Submitted: auto-generated\r\n",
        "MIME-Version: 1.0\r\n",
        f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n',
    ]
    return "".join(lines).encode("ascii")


def _of_list(delivery: Delivery, reader: Reader, letterhead: Letterhead) -> Iterator[str]:
    """RFC 2919, RFC 2369, RFC 8058. URLs stand whole, each on its line: who unfolds or encodes them breaks them."""
    yield f"List-ID: {OUR_NAME} digests <digests.{letterhead.domain}>\r\n"
    links = f"<{letterhead.leave_url(reader.leave)}>,\r\n <{letterhead.leave_mail(reader.leave)}>"
    yield f"List-Unsubscribe: {links}\r\n"
    if letterhead.is_secure:
        yield "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    yield f"List-Help: <{letterhead.public_url}/subscribe>\r\n"
    yield f"List-Archive: <{letterhead.public_url}/{DAYS}>\r\n"
    yield f"List-Owner: <mailto:{letterhead.address}>\r\n"
    yield "List-Post: NO\r\n"
    yield f"Feedback-ID: {delivery.kind.value}:digest:{SENDER_ID}\r\n"
    yield "Precedence: bulk\r\n"


def _plain(address: str) -> str:
    if not _PLAIN.fullmatch(address):
        raise AddressError("an address that cannot stand in the header of a mail")
    return address


@lru_cache(maxsize=16)
def _from(name: str, address: str) -> str:
    return _folded("From", Address(name, addr_spec=_plain(address)))


@lru_cache(maxsize=64)
def _subject(subject: str) -> str:
    if not subject.isprintable():
        raise ValueError("a subject is one line")
    return _folded("Subject", subject)


def _folded(name: str, value: str | Address) -> str:
    """A field as Python's email package writes it: what is not ASCII as encoded words (RFC 2047)."""
    _, parsed = SMTP.header_store_parse(name, value)
    return str(parsed.fold(policy=SMTP))
