"""For whom a mail of ours was: by the address that an answer to it comes to, and by what it says of itself.

The names that stand there cannot be guessed (`models.mail.tokens`), so whoever knows one has had the mail. They are
read in either case: mail servers fold addresses.
"""

from __future__ import annotations

import re
from email.message import Message
from functools import lru_cache
from typing import NamedTuple

from models.mail.tokens import LENGTH

BOUNCE = "b"
LEAVE = "u"
"""What stands behind the plus in our addresses, before a delivery's id and before a token for leaving."""

_NAME = rf"[a-z2-7]{{{LENGTH}}}"
_FIELDS = (
    "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "X-Gm-Original-To", "To", "Cc",
)  # fmt: skip
_FOR = re.compile(r"\bfor\s+(\S+)")
_MESSAGE_ID = re.compile(rb"<(%s)@" % _NAME.encode(), re.IGNORECASE)
_REFERRING = re.compile(
    rb"^[> \t]*(?:message-id|in-reply-to|references|original-message-id):([^\n]*(?:\n[ \t][^\n]*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_LEAVE_LINK = re.compile(rb"/u/(%s)(?![a-z0-9])" % _NAME.encode(), re.IGNORECASE)


class Addressed(NamedTuple):
    """An address of ours: what it is for, BOUNCE or LEAVE, and the name in it."""

    purpose: str
    name: str


class Named(NamedTuple):
    """What a text names: a delivery, a token for leaving; "" for what it does not."""

    delivery_id: str
    token: str


def addressed(head: Message, return_address: str) -> Addressed | None:
    """To which of the addresses that are made of our return address a mail was delivered; None for none of them.

    Servers note that in different fields; some only in the trace (`Received: ... for <address>`).
    """
    values = [str(value) for field in _FIELDS for value in head.get_all(field, [])]
    traced = [match[1] for value in head.get_all("Received", []) for match in _FOR.finditer(str(value))]
    for value in (*values, *traced):
        found = _ours(return_address).search(value)
        if found:
            return Addressed(found[1].lower(), found[2].lower())
    return None


def named(content: bytes, return_address: str) -> Named:
    """What a mail names of ours, in whatever part of it a letter of ours is returned or quoted."""
    text = content.decode("latin-1")
    found: dict[str, str] = {}
    for match in _ours(return_address).finditer(text):
        found.setdefault(match[1].lower(), match[2].lower())
    link = _LEAVE_LINK.search(content)
    token = link[1].decode().lower() if link else found.get(LEAVE, "")
    return Named(found.get(BOUNCE) or _message_id(content), token)


def _message_id(content: bytes) -> str:
    """The delivery that is in a Message-ID of ours, be it of a returned letter or of one that is referred to."""
    for field in _REFERRING.finditer(content):
        found = _MESSAGE_ID.search(field[1])
        if found:
            return found[1].decode().lower()
    return ""


@lru_cache(maxsize=8)
def _ours(return_address: str) -> re.Pattern[str]:
    local, _, domain = return_address.rpartition("@")
    return re.compile(
        rf"(?<![\w.+-]){re.escape(local)}\+([{BOUNCE}{LEAVE}])({_NAME})@{re.escape(domain)}(?![\w-]|\.\w)",
        re.IGNORECASE,
    )
