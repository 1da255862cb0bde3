"""Of what kind a bounce is, by what a mail system says in it: a status means there what it means at the door."""

from __future__ import annotations

import re
from typing import NamedTuple

from feeds.digests.answers import Phase, classify
from feeds.digests.arrived import Report, status_in
from feeds.digests.post import Answer, Outcome
from models.mail.bounce import Kind

_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?=[ ,;:#-]|\Z)")
_DEFAULTS = {"4": 450, "5": 550}
"""The codes that go with a status where a mail system gives none: those for a mailbox (RFC 5321, section 4.2.3)."""


class Verdict(NamedTuple):
    """The kind of a bounce, with the status and the words that it follows from."""

    kind: Kind
    status: str
    said: str


def verdict(report: Report, text: str) -> Verdict:
    """What a report of a failure comes to, beside the text of its mail.

    Mail systems report `5.0.0` where another one has told them more (RFC 3464, section 2.3.4 asks for the status of
    the other): so a status of the diagnostic, or else of the text, goes before one that says nothing. Where two
    contradict each other, the bounce is not hard.
    """
    words = report.said
    if not _is_telling(words):
        words = telling_line(text) or words or _last_words(text)
    answers = [_answer(status, words) for status in _statuses(report.status, words)]
    found = [Verdict(_kind(each), each.status, each.said) for each in answers]
    return next((each for each in found if each.kind is not Kind.HARD), found[0])


def telling_line(text: str) -> str:
    """The first line of a text that has a status or a code of SMTP, or in its words a failure; "" for none."""
    lines = [line.strip() for line in text.splitlines()]
    told = (line for line in lines if status_in(line) or _CODE.search(line))
    return next(told, "") or next((line for line in lines if _answer("", line).is_hard), "")


def _last_words(text: str) -> str:
    """The last paragraph of a text: mail systems give the reason behind all their regrets."""
    return text.strip().rpartition("\n\n")[2]


def _is_telling(words: str) -> bool:
    return bool(status_in(words) or _CODE.search(words)) or _answer("", words).is_hard


def _statuses(reported: str, words: str) -> list[str]:
    """What may be believed: the statuses that say something; of those that say nothing the first."""
    known = [status for status in (reported, status_in(words)) if status]
    return [status for status in known if not status.endswith(".0")] or known[:1] or [""]


def _answer(status: str, words: str) -> Answer:
    """What a mail server would mean by this, said of a recipient."""
    code = _CODE.search(words)
    number = _DEFAULTS.get(status[:1], 550)
    if code and status[:1] in ("", code[1][0]):
        number = int(code[1])
    return classify(number, f"{status} {_bare(words, status)}".strip(), Phase.RCPT)


def _bare(words: str, status: str) -> str:
    """Words from the first code on, without it, its repetitions at the begin of lines, and the status."""
    code = _CODE.search(words)
    if code is None:
        return words
    repeated = re.compile(rf"(?:(?<=\s)|\A){code[1]}(?:[ -]|\Z)(?:#?{re.escape(status)}(?![\d.])\s*)?")
    return repeated.sub("", words[code.start() :])


def _kind(answer: Answer) -> Kind:
    if answer.is_hard:
        return Kind.HARD
    return Kind.OURS if answer.outcome is Outcome.OURS else Kind.SOFT
