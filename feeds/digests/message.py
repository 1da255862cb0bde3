"""Makes the message of a delivery: the same bytes whenever and wherever it is made."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from feeds.digests.headers import header
from feeds.digests.letterhead import Letterhead
from feeds.digests.post import Message
from feeds.digests.quoted import quoted
from feeds.digests.reader import Reader
from feeds.digests.signing import Sign
from models.mail.delivery import Delivery
from models.mail.letters import CONFIRM, LEAVE, MANAGE, Fragment

__all__ = ["Message", "Reader", "build"]

_PART = (
    "--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
)


def build(
    delivery: Delivery,
    fragments: Mapping[str, Fragment],
    reader: Reader,
    letterhead: Letterhead,
    sign: Sign | None,
) -> Message:
    """The message of a delivery: text, then the same as HTML (RFC 2046, section 5.1.4), signed where it can be.

    All that is in it follows from what is given: its boundary and Message-ID from the delivery's id, its date from
    `planned_at`. `fragments` hold those that the letter names, by their keys: KeyError where one is missing.
    AddressError where the reader's address cannot stand in a header.
    """
    pieces = [fragments[key] for key in delivery.letter.pieces]
    links = _links(reader, letterhead)
    html_links = {mark: escape(url) for mark, url in links.items()}
    boundary = f"=_{delivery.id}"  # no line of quoted-printable can be the same (RFC 2045, section 6.7)
    content = b"".join(
        (
            header(delivery, reader, letterhead, boundary),
            b"\r\n",
            _PART.format(boundary=boundary, subtype="plain").encode(),
            *(quoted(piece.text, links) for piece in pieces),
            b"\r\n",
            _PART.format(boundary=boundary, subtype="html").encode(),
            *(quoted(piece.html, html_links) for piece in pieces),
            f"\r\n--{boundary}--\r\n".encode(),
        )
    )
    if sign:
        content = sign(content, delivery.planned_at)
    return Message(letterhead.return_path(delivery.id), reader.address, content)


def _links(reader: Reader, letterhead: Letterhead) -> dict[str, str]:
    return {
        LEAVE: letterhead.leave_url(reader.leave),
        MANAGE: letterhead.manage_url(reader.manage),
        CONFIRM: letterhead.confirm_url(reader.confirm),
    }
