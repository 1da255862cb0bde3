"""Whose fault a refusal is: by the enhanced status, else by code, words and place, and no reader pays for ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.digests.answers import LONGEST, Phase, classify
from feeds.digests.post import Outcome

GONE = (Outcome.REFUSED, True)
REFUSED = (Outcome.REFUSED, False)
OURS = (Outcome.OURS, False)
RETRY = (Outcome.RETRY, False)


def verdict(code: int, text: str, phase: Phase = Phase.RCPT) -> tuple[Outcome, bool]:
    answer = classify(code, text, phase)
    return answer.outcome, answer.is_hard


@pytest.mark.parametrize("phase", [Phase.RCPT, Phase.DATA, Phase.DOT])
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        *[(each, GONE) for each in ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")],
        *[
            (each, REFUSED)
            for each in ("5.1.0", "5.1.4", "5.2.0", "5.2.2", "5.2.4", "5.3.1", "5.3.2", "5.4.1")
        ],
        *[(each, OURS) for each in ("5.1.7", "5.1.8", "5.2.3", "5.3.4", "5.4.0", "5.4.4", "5.5.1", "5.5.2")],
        *[(each, OURS) for each in ("5.6.0", "5.7.0", "5.7.1", "5.7.13", "5.7.25", "5.7.26", "5.7.999")],
        *[(each, RETRY) for each in ("4.1.1", "4.2.1", "4.2.2", "4.7.1", "4.7.26")],
    ],
)
def test_the_status_decides_wherever_it_stands_and_whatever_the_words(
    phase: Phase, status: str, expected: tuple[Outcome, bool]
) -> None:
    code = int(status[0]) * 100 + 50
    for text in (f"{status} user unknown", f"{status} no", f"sorry (#{status})", f"#{status} no"):
        answer = classify(code, text, phase)
        assert (answer.outcome, answer.is_hard) == expected
        assert (answer.code, answer.status) == (code, status)


@given(st.integers(500, 599), st.from_regex(r"5\.\d\.\d{1,2} (user unknown)?", fullmatch=True))
def test_before_a_recipient_is_named_none_is_refused(code: int, text: str) -> None:
    assert verdict(code, text, Phase.MAIL) == OURS


@pytest.mark.parametrize(
    "text",
    [
        "Recipient address rejected: User unknown in virtual mailbox table",
        "<ada@reader.example>: user unknown",
        "No such user here",
        "No such mailbox",
        "Unknown user",
        "unknown local part ada in <ada@reader.example>",
        "Invalid recipient",
        "The email account that you tried to reach does not exist",
        "mailbox ada@reader example does not exist",
        "sorry, no mailbox here by that name",
        "delivery error: dd This user doesn't have a reader.example account (ada@reader.example) [0]",
        "This mailbox is disabled",
        "5.0.0 user not found",
        "5.5.0 no such user",
    ],
)
def test_words_for_an_unknown_user_count_for_a_recipient_alone(text: str) -> None:
    assert [verdict(code, text) for code in (550, 551, 553, 554)] == [GONE] * 4
    assert {verdict(550, text, phase) for phase in (Phase.DATA, Phase.DOT)} == {OURS}
    assert verdict(450, text) == RETRY


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "Requested action not taken: mailbox unavailable",
        "sender address rejected: user unknown",
        "Sender account does not exist",
        "relaying denied: no such user here",
        "Client host blocked, user unknown",
        "rejected as spam: unknown user",
        "account of HELO name not found",
        "mail from an unknown user",
        "user. The list that you ask for is unknown",
    ],
)
def test_other_words_do_not(text: str) -> None:
    assert verdict(550, text) == REFUSED
    assert verdict(554, text) == OURS


@pytest.mark.parametrize(
    ("code", "phase", "expected"),
    [
        *[(code, Phase.RCPT, REFUSED) for code in (550, 551, 552, 553)],
        *[(code, Phase.RCPT, OURS) for code in (500, 501, 502, 503, 504, 521, 530, 535, 554, 555, 599)],
        (556, Phase.RCPT, GONE),
        *[(code, phase, OURS) for code in (500, 550, 552, 554, 556) for phase in (Phase.DATA, Phase.DOT)],
        *[(code, phase, RETRY) for code in (400, 421, 450, 451, 452, 499) for phase in Phase],
        *[(code, Phase.DOT, (Outcome.SENT, False)) for code in (200, 250, 251, 299)],
        *[(code, Phase.DOT, (Outcome.UNCERTAIN, False)) for code in (-1, 0, 100, 354, 600, 999)],
        *[
            (code, phase, RETRY)
            for code in (-1, 0, 354, 600)
            for phase in (Phase.MAIL, Phase.RCPT, Phase.DATA)
        ],
        (250, Phase.DATA, RETRY),
    ],
)
def test_where_the_status_is_silent_code_and_place_decide(
    code: int, phase: Phase, expected: tuple[Outcome, bool]
) -> None:
    assert verdict(code, "", phase) == expected


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (550, "4.1.1 of another class"),
        (450, "5.1.1 of another class"),
        (550, "blocked: 5.1.1.3 is on a list"),
        (550, "5.1.1.3 is on a list"),
        (550, "version 5.1.1 does not know you"),
        (550, "5.1"),
        (550, "5.01.1 no"),
        (550, "5.1.1000 no"),
        (550, ""),
    ],
)
def test_what_is_no_status_of_the_code_is_none(code: int, text: str) -> None:
    assert classify(code, text, Phase.RCPT).status == ""


def test_the_status_is_told_once_however_many_lines_repeat_it() -> None:
    answer = classify(550, "5.1.1 The account that you tried\n5.1.1 to reach is\n5.1.1  not", Phase.RCPT)
    assert answer.said == "The account that you tried to reach is not"


ANY_TEXT = st.text() | st.builds(
    "{} {}".format, st.from_regex(r"[245]\.\d{1,3}\.\d{1,3}", fullmatch=True), st.text()
)


@given(st.integers(-1, 1000), ANY_TEXT, st.sampled_from(Phase))
def test_any_answer_has_one_meaning(code: int, text: str, phase: Phase) -> None:
    answer = classify(code, text, phase)
    assert phase is not Phase.MAIL or answer.outcome is not Outcome.REFUSED
    assert (answer.outcome is Outcome.SENT) == (phase is Phase.DOT and 200 <= code < 300)
    assert (answer.outcome is Outcome.UNCERTAIN) == (
        phase is Phase.DOT and not 200 <= code < 300 and not 400 <= code < 600
    )
    assert (answer.outcome in (Outcome.REFUSED, Outcome.OURS)) == (500 <= code < 600)
    assert not answer.is_hard or answer.outcome is Outcome.REFUSED
    assert not answer.is_hard or not answer.status.startswith(("5.3.", "5.4.", "5.6.", "5.7."))
    assert answer.code >= 0
    assert len(answer.said) <= LONGEST
    assert len(answer.said.splitlines()) <= 1
    assert answer.said == answer.said.strip()
