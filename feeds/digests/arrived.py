"""A mail that came, taken apart with bounded work whatever is in it: its head, its reports, its text.

What is returned within a mail (a letter of ours, another mail) is never taken for its own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser, HeaderParser
from typing import NamedTuple

from feeds.text import one_line

MOST = 256 * 1024
"""Bytes of a mail that are looked at: what a mail system says stands before what it returns."""
MOST_SAID = 300
_MOST_PARTS = 30
_MOST_BLOCKS = 20
_MOST_DIAGNOSTIC = 2_000
_MOST_TEXT = 16 * 1024
_LONG_LINE = re.compile(rb"([^\n]{998})[^\n]+")  # RFC 5322, section 2.1.1
_LONG_FIELD = re.compile(rb"((?:\n[ \t][^\n]*){30})(?:\n[ \t][^\n]*)+")
_PART = re.compile(rb"^content-type[ \t]*:", re.IGNORECASE | re.MULTILINE)
_RETURNED = re.compile(
    r"^(?:[> \t]{0,4}(?:return-path|received|message-id|dkim-signature|mime-version):"
    r"|[ \t]*(?:--|\*\*|==).*(?:original|copy of|returned|below this line|message header))",
    re.IGNORECASE | re.MULTILINE,
)
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
_DELIVERY_STATUS = ("message/delivery-status", "message/global-delivery-status")  # RFC 3464, RFC 6533
_FEEDBACK = "message/feedback-report"  # RFC 5965


class Report(NamedTuple):
    """What a mail system says of one recipient (RFC 3464): `action` a lower-case word, `status` as in RFC 3463.

    Each is "" where it says none; `said` is its Diagnostic-Code without the type, line feeds where it was folded.
    """

    action: str
    status: str
    said: str


def cut(content: bytes) -> bytes:
    """The bytes of a mail that are looked at, without lines and fields so long that reading them takes ages."""
    short = _LONG_LINE.sub(rb"\1", content[:MOST].replace(b"\r\n", b"\n"))
    return _LONG_FIELD.sub(rb"\1", short)


def head_of(content: bytes) -> Message:
    """The header of a mail; its body stays as it is."""
    return BytesHeaderParser().parsebytes(content)


def parse(content: bytes) -> Message | None:
    """A mail with its parts; None for more parts than any report has."""
    return None if len(_PART.findall(content)) > _MOST_PARTS else message_from_bytes(content)


def reports(mail: Message) -> list[Report]:
    """What a mail reports of recipients; none where it is no report of a mail system."""
    found = []
    for part in _parts(mail):
        if part.get_content_type() in _DELIVERY_STATUS:
            found += [_report(block) for block in _blocks(part) if _is_of_a_recipient(block)]
    return found


def feedback_type(mail: Message) -> str | None:
    """The type of a feedback report (RFC 5965, section 3.1) in lower case; None where a mail is none."""
    for part in _parts(mail):
        if part.get_content_type() == _FEEDBACK:
            return next((_field(block, "Feedback-Type").lower() for block in _blocks(part)), "")
    return None


def text_of(mail: Message) -> str:
    """What a mail says in plain text, up to where it returns or quotes another mail; at most 16 kB."""
    for part in _parts(mail):
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
            return _RETURNED.split(text[:_MOST_TEXT], maxsplit=1)[0]
    return ""


def status_in(text: str) -> str:
    """The first status code (RFC 3463) in a text; "" for none. Addresses of machines are none."""
    found = _STATUS.search(text)
    return found[0] if found else ""


def line(text: str) -> str:
    """A text as one clean line of at most MOST_SAID characters."""
    return one_line(text)[:MOST_SAID].rstrip()


def _parts(mail: Message) -> Iterator[Message]:
    """The parts of a mail in their order; not those of a mail within it."""
    if mail.get_content_maintype() == "multipart" and mail.is_multipart():
        for part in _messages(mail):
            yield from _parts(part)
    else:
        yield mail


def _messages(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _blocks(part: Message) -> list[Message]:
    """The groups of fields of a report. Of types that Python does not know it takes the first for a mail's head."""
    blocks = []
    for block in _messages(part)[:_MOST_BLOCKS]:
        blocks.append(block)
        rest = block.get_payload()
        if isinstance(rest, str) and rest.strip():
            blocks.append(HeaderParser().parsestr(rest.lstrip()))
    return blocks


def _is_of_a_recipient(block: Message) -> bool:
    return "Action" in block or "Status" in block


def _report(block: Message) -> Report:
    action = re.match(r"[a-z]*", _field(block, "Action").lower())
    diagnostic = re.sub(r"^\s*[\w-]+\s*;\s*", "", _field(block, "Diagnostic-Code"), count=1)
    return Report(
        action[0] if action else "", status_in(_field(block, "Status")), diagnostic[:_MOST_DIAGNOSTIC]
    )


def _field(block: Message, name: str) -> str:
    return str(block.get(name, "")).strip()
