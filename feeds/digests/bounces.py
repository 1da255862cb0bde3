"""Reads what comes back: bounces, complaints, mails of those who leave. The only user of flufl.bounce.

Who is meant is told by names that cannot be guessed, first by the one in the address that the mail came to (VERP);
what is meant by the standards' reports (RFC 3464, RFC 5965), then by Mailman's collection of mail systems that keep
to none, then by the words.
"""

from __future__ import annotations

import logging
import re
from email import message_from_bytes
from email.message import Message

from flufl.bounce import all_failures

from feeds.digests.addressed import LEAVE, Named, addressed, named
from feeds.digests.arrived import Report, cut, feedback_type, head_of, line, parse, reports, text_of
from feeds.digests.kinds import telling_line, verdict
from feeds.digests.received import Bounced, Complained, Leaves, Nothing, Received
from models.mail.bounce import Kind

_COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})
_FAILED = frozenset({"failed", "failure", "fail", "error", ""})
"""Actions of a failure (RFC 3464, section 2.3.3), as mail systems write them; OpenSMTPD has `error`."""
_OUTLOOK = re.compile(rb"^x-hmxmroriginalrecipient:", re.IGNORECASE | re.MULTILINE)
_SYSTEM = re.compile(r"mailer-?daemon|postmaster|mail ?delivery|mdaemon|mail ?administrator", re.IGNORECASE)
_AUTOMATIC = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "X-Vacation")
_MOST_SCANNED = 24 * 1024
_LONG_LINE = re.compile(rb"([^\n]{250})[^\n]+")
"""Its patterns take time with the square of a line's length."""

logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it writes a traceback of what anybody may send


def read(content: bytes, return_address: str) -> Received:
    """What a mail to our return address is. Never raises; looks at no more than the first 256 kB.

    What it gives is what the mail claims: whether there is such a delivery, or such a token, is for the caller
    to look up. Whoever knows one has had the letter.
    """
    try:
        return _read(cut(content), return_address)
    except Exception as error:  # noqa: BLE001 - what others' parsers stumble over is of any class, and is no bounce
        return Nothing(f"it cannot be read: {type(error).__name__}")


def _read(content: bytes, return_address: str) -> Received:
    head = head_of(content)
    to = addressed(head, return_address)
    if to and to.purpose == LEAVE:
        return Leaves(to.name)
    mail = parse(content)
    if mail is None:
        return Nothing("it has more parts than any report")
    names = named(content, return_address)
    if to:
        names = names._replace(delivery_id=to.name)
    complaint = _complaint(content, mail, names)
    return complaint or _bounce(content, mail, names)


def _complaint(content: bytes, mail: Message, names: Named) -> Complained | Nothing | None:
    """A report of the Abuse Reporting Format; or one of Outlook.com, which has a format of its own."""
    kind = feedback_type(mail)
    if kind is None:
        return Complained(*names, "reported by Outlook.com") if _OUTLOOK.search(content) else None
    if kind not in _COMPLAINTS:
        return Nothing(line(f"a feedback report of type {kind or 'none'}"))
    return Complained(*names, f"a feedback report of type {kind}")


def _bounce(content: bytes, mail: Message, names: Named) -> Bounced | Nothing:
    text, found = text_of(mail), reports(mail)
    if not found and not _is_of_a_mail_system(mail):
        return Nothing("an automatic reply" if _is_automatic(mail) else "no report of a mail system")
    found = found or _told(content, text)
    failures = [verdict(each, text) for each in found if each.action in _FAILED]
    if not failures:
        return Nothing(line(f"a report of what is no failure: {found[0].action if found else 'in words'}"))
    # Behind an alias there may be several: one that may be there is enough.
    mildest = next((each for each in failures if each.kind is not Kind.HARD), failures[0])
    if len(failures) < len(found) and mildest.kind is Kind.HARD:
        mildest = mildest._replace(kind=Kind.SOFT)
    return Bounced(*names, mildest.kind, mildest.status, mildest.said)


def _told(content: bytes, text: str) -> list[Report]:
    """What a mail system without a report tells of a failure."""
    is_delayed, is_failed = _scanned(content)
    if is_failed or (telling_line(text) and not is_delayed):
        return [Report("failed", "", "")]
    return []


def _scanned(content: bytes) -> tuple[bool, bool]:
    """Whether Mailman's collection finds a delay, and a failure, in a mail."""
    try:
        delayed, failed = all_failures(message_from_bytes(_LONG_LINE.sub(rb"\1", content[:_MOST_SCANNED])))
    except Exception:  # noqa: BLE001 - what its readers stumble over is of any class; the words are left
        return False, False
    return bool(delayed), bool(failed)


def _is_of_a_mail_system(head: Message) -> bool:
    if "X-Failed-Recipients" in head or _SYSTEM.search(str(head.get("From", ""))):
        return True
    return str(head.get("Return-Path", "")).strip() == "<>" and not _is_automatic(head)


def _is_automatic(head: Message) -> bool:
    """Whether a mail was made by a program in answer (RFC 3834, and what came before it)."""
    return (
        str(head.get("Auto-Submitted", "no")).strip().lower() != "no"
        or str(head.get("Precedence", "")).strip().lower() in ("auto_reply", "junk")
        or any(field in head for field in _AUTOMATIC)
    )
