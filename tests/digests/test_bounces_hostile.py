"""What anybody may send to our return address: it is read without an error, and in an instant."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.digests import bounces
from feeds.digests.arrived import MOST, MOST_SAID
from feeds.digests.bounces import read
from feeds.digests.received import Bounced, Complained, Leaves, Nothing, Received
from models.mail.bounce import Kind

RETURN = "bounces@papers.example"
SAMPLES = [path.read_bytes() for path in sorted((Path(__file__).parent / "received").iterdir())]
LINES = sorted({line for sample in SAMPLES for line in sample.splitlines(keepends=True)})
NAME = re.compile(r"(?:[a-z2-7]{26})?")
STATUS = re.compile(r"(?:[245]\.\d{1,3}\.\d{1,3})?")
FROM = b"From: MAILER-DAEMON@mx.reader.example\n"
PART = b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n'


def hold(received: Received) -> None:
    """Checks that what is read can go into the database, a log and a terminal."""
    match received:
        case Leaves(token):
            assert NAME.fullmatch(token)
        case Nothing(reason):
            assert is_clean(reason)
        case Bounced(delivery_id, token, _, status, said):
            assert STATUS.fullmatch(status)
            assert NAME.fullmatch(delivery_id)
            assert NAME.fullmatch(token)
            assert is_clean(said)
        case Complained(delivery_id, token, said):
            assert NAME.fullmatch(delivery_id)
            assert NAME.fullmatch(token)
            assert is_clean(said)


def is_clean(line: str) -> bool:
    bidi = re.search("[\u202a-\u202e\u2066-\u2069]", line)
    control = re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", line)
    return not (bidi or control or len(line) > MOST_SAID)


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A sample with lines of others in it, a piece cut out, and bytes that belong nowhere."""
    lines = draw(st.sampled_from(SAMPLES)).splitlines(keepends=True)
    for _ in range(draw(st.integers(0, 6))):
        lines.insert(draw(st.integers(0, len(lines))), draw(st.sampled_from(LINES) | st.binary(max_size=40)))
    mail = b"".join(lines)
    begin, end = sorted((draw(st.integers(0, len(mail))), draw(st.integers(0, len(mail)))))
    return mail[:begin] + mail[end:] if draw(st.booleans()) else mail[begin:]


@given(st.binary(max_size=2_000))
def test_any_bytes_are_read(content: bytes) -> None:
    hold(read(content, RETURN))
    hold(read(FROM + content, RETURN))


@given(spoiled())
def test_a_spoiled_mail_is_read(content: bytes) -> None:
    hold(read(content, RETURN))


@given(st.text(max_size=200), st.text(alphabet="0123456789. ;:#()-", max_size=60))
def test_whatever_a_report_says_is_a_clean_line(words: str, numbers: str) -> None:
    fields = f"Action: failed\nStatus: {numbers}\nDiagnostic-Code: smtp; 550 {numbers} {words}\n"
    mail = FROM + b"Content-Type: message/delivery-status\n\n" + fields.encode("utf-8", "surrogatepass")
    hold(read(mail, RETURN))


@given(st.text(max_size=60))
def test_any_return_address_is_taken_as_it_is_written(local: str) -> None:
    hold(read(b"To: a.b+c@papers.example\n\n", f"{local}@papers.example"))


@pytest.mark.parametrize(
    "content",
    [
        b"".join(PART % (number, number) for number in range(5_000)),
        b"".join(PART % (number, number) for number in range(29)) + b"--28\n\n" * 50_000,
        b"Content-Type: message/rfc822\n\n" * 5_000,
        FROM + b"Content-Type: multipart/mixed; boundary=x" + (b'";' * 490 + b"\n ") * 300,
        FROM + b"Content-Type: message/delivery-status\n\n" + b"Action: failed\n\n" * 20_000,
        FROM + b"\nThe following addresses had\nfailed addresses follow:\n" + (b"a" * 900 + b"\n") * 300,
        FROM + b"\n" + (b"-" * 900 + b"\n") * 300,
        FROM + b"\n" + (b"no such user 550 5.1. " * 40 + b"\n") * 300,
        FROM + b"\n" * 400_000,
        b"To: " + b"bounces+b" * 40_000,
        b"\n> " * 200_000,
        b"a" * 5_000_000,
        b"a: b\n" * 100_000,
    ],
)
def test_a_mail_made_to_be_slow_is_read_in_an_instant(content: bytes) -> None:
    assert len(content) > 100_000
    hold(read(content, RETURN))  # the squares of these sizes are hours


def test_what_stands_behind_the_first_part_of_a_long_mail_is_not_looked_at() -> None:
    report = b"550 5.1.1 no such user\n"
    assert isinstance(read(FROM + b"\n" + report, RETURN), Bounced)
    assert isinstance(read(FROM + b"\n" + b"a\n" * (MOST // 2) + report, RETURN), Nothing)


def test_a_reader_of_others_that_breaks_leaves_the_words(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_mail: object) -> None:
        logging.getLogger("flufl.bounce").error("Exception in detector")
        raise LookupError("unknown encoding")

    monkeypatch.setattr(bounces, "all_failures", broken)
    found = read(FROM + b"\n550 5.1.1 no such user\n", RETURN)
    assert found == Bounced("", "", Kind.HARD, "5.1.1", "no such user")
    assert caplog.records == []


def test_a_parser_of_others_that_breaks_makes_no_bounce(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_content: bytes) -> None:
        raise LookupError("unknown encoding")

    monkeypatch.setattr(bounces, "parse", broken)
    assert read(FROM, RETURN) == Nothing("it cannot be read: LookupError")
