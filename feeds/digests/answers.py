"""What a mail server's answer means for a letter: sent, again later, not to this reader, or not from us.

The first digit decides (RFC 5321 4.2.1): 2 is sent, 4 is later, 5 is never. Of a 5 the enhanced status says whose
fault it is (RFC 3463 and the registry of RFC 5248), by its subject and detail:

    1.1 1.2 1.3 1.6 1.10, 2.1    no such mailbox, no such domain, moved, disabled     REFUSED, hard
    1.7 1.8                      the sender's address                                 OURS
    2.3, 3.4                     the message is too big                               OURS
    4.1                          Exchange Online's word for many refusals             REFUSED
    other 1.x 2.x 3.x            the mailbox (2.2: it is full) or its system          REFUSED
    4.x 5.x 6.x 7.x              the way there, the protocol, content, policy         OURS
    0.x, 3.0, 5.0, none          undefined: the code, the words and the place decide

Where the status is silent, 5xx for a recipient is REFUSED with the codes that speak of mailboxes (550 to 553), hard
with words for an unknown user or with 556 (RFC 7504); all else, and 5xx for the text, is OURS. So is every 5xx to
MAIL, where no recipient is named yet. A reader is thus never held to account for what our mail or its sender is
refused for.
"""

from __future__ import annotations

import re
from enum import StrEnum

from feeds.digests.post import Answer, Outcome
from feeds.text import one_line

LONGEST = 300


class Phase(StrEnum):
    """What a server answers to."""

    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    DOT = "the message"  # handed over whole


_Verdict = tuple[Outcome, bool]
_GONE: _Verdict = (Outcome.REFUSED, True)
_REFUSED: _Verdict = (Outcome.REFUSED, False)
_OURS: _Verdict = (Outcome.OURS, False)

_BY_DETAIL: dict[str, _Verdict | None] = {
    "1.1": _GONE, "1.2": _GONE, "1.3": _GONE, "1.6": _GONE, "1.10": _GONE, "2.1": _GONE,
    "1.7": _OURS, "1.8": _OURS, "2.3": _OURS, "3.4": _OURS, "4.1": _REFUSED, "3.0": None, "5.0": None,
}  # fmt: skip
_BY_SUBJECT: dict[str, _Verdict] = {
    "1": _REFUSED, "2": _REFUSED, "3": _REFUSED, "4": _OURS, "5": _OURS, "6": _OURS, "7": _OURS,
}  # fmt: skip
_BY_CODE: dict[int, _Verdict] = {550: _REFUSED, 551: _REFUSED, 552: _REFUSED, 553: _REFUSED, 556: _GONE}
_OF_USERS = frozenset({550, 551, 553, 554})
"""Codes with which servers, in words only, say that they do not know a user."""

# At the beginning, as RFC 2034 has it; some write `#5.1.0`, and qmail ends with `(#5.1.1)`.
_STATUS = re.compile(r"(?:\A#?|\(#)([245])\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})(?![\d.])")
_REPEATED = re.compile(r"^#?[245]\.\d{1,3}\.\d{1,3}(?![\d.])[ \t]*", re.MULTILINE)
_WHO = r"(?:user|mailbox|recipient|account|local[ -]?part)"
_UNKNOWN = re.compile(
    rf"""
    \b(?:unknown|no\ such|invalid|non-?existent)\ (?:local\ |virtual\ )?{_WHO}\b
    | \b{_WHO}\b[^.;]{{0,80}}?\ (?:unknown|not\ found|not\ known|(?:does\ not|doesn['\u2019]t)\ exist)\b
    | \bno\ mailbox\ (?:here\ )?by\ that\ name\b
    | \buser\ doesn['\u2019]t\ have\ an?\ \S+\ account\b
    | \b(?:mailbox|account)\ (?:is\ |has\ been\ )?(?:disabled|deactivated)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OF_US = re.compile(
    r"\b(?:sender|from|helo|ehlo|relay\w*|authenticat\w*|block\w*|black\w*|spam|policy|client)\b",
    re.IGNORECASE,
)


def classify(code: int, text: str, phase: Phase) -> Answer:
    """What an answer means: `text` is all its lines without the code.

    An answer that is none of SMTP's is UNCERTAIN after the message was handed over whole, else RETRY.
    """
    status, words = _status(code, text), said(text)
    outcome, is_hard = _verdict(code, status, words, phase)
    return Answer(outcome, max(code, 0), status, words, is_hard)


def said(text: str) -> str:
    """What a server said as one line of at most 300 characters, none of them a control character."""
    return one_line(_REPEATED.sub("", text))[:LONGEST].rstrip()


def _status(code: int, text: str) -> str:
    """The enhanced status, if it is of the code's class (RFC 2034 4)."""
    found = _STATUS.search(text)
    if found is None or int(found[1]) != code // 100:
        return ""
    return ".".join(found.groups())


def _verdict(code: int, status: str, words: str, phase: Phase) -> _Verdict:
    match code // 100:
        case 2 if phase is Phase.DOT:
            return Outcome.SENT, False
        case 4:
            return Outcome.RETRY, False
        case 5 if phase is Phase.MAIL:  # no recipient is named yet: whatever it says, it says of us
            return _OURS
        case 5:
            return _by_status(status) or _by_place(code, words, phase)
    return Outcome.UNCERTAIN if phase is Phase.DOT else Outcome.RETRY, False


def _by_status(status: str) -> _Verdict | None:
    subject, _, _ = (rest := status[2:]).partition(".")
    return _BY_DETAIL[rest] if rest in _BY_DETAIL else _BY_SUBJECT.get(subject)


def _by_place(code: int, words: str, phase: Phase) -> _Verdict:
    if phase is not Phase.RCPT:
        return _OURS
    if code in _OF_USERS and _UNKNOWN.search(words) and not _OF_US.search(words):
        return _GONE
    return _BY_CODE.get(code, _OURS)
