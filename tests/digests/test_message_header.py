"""The header of a letter: what the standards ask for, in lines that no program has a reason to change."""

from __future__ import annotations

import re
from dataclasses import replace
from email.header import decode_header, make_header

import pytest

from feeds.digests.letterhead import make_letterhead
from feeds.digests.notices import notice
from feeds.digests.public_url import LONGEST, LONGEST_IN_HEADER
from models.errors import AddressError
from models.mail.delivery import Kind
from models.mail.letters import Letter
from tests.digests.letters import (
    DELIVERY_ID,
    LETTERHEAD,
    READER,
    TOKEN,
    compose,
    message,
    paper,
    parsed,
    topic,
)

LETTER = compose(topic(paper()))


@pytest.mark.parametrize(
    "address",
    [
        "ada@reader.example\r\nBcc: eve@other.example",
        "ada@reader.example\n",
        "ada@reader.example, eve@other.example",
        "Ada <ada@reader.example>",
        '"ada"@reader.example',
        "ada@bücher.example",
        "ädä@reader.example",
        "ada",
        "",
        "a b@reader.example",
    ],
)
def test_an_address_that_would_be_more_than_one_is_refused(address: str) -> None:
    with pytest.raises(AddressError):
        message(LETTER, reader=READER._replace(address=address))


@pytest.mark.parametrize("end", ["\r\nBcc: eve@other.example", "\n", "\r"])
def test_a_subject_of_two_lines_is_refused(end: str) -> None:
    letter = LETTER._replace(letter=LETTER.letter._replace(subject=f"News{end}"))
    with pytest.raises(ValueError, match="a subject is one line"):
        message(letter)


def test_all_fields_of_a_digest() -> None:
    head, _, _ = message(LETTER).content.partition(b"\r\n\r\n")
    assert head.decode().split("\r\n") == [
        "From: Paper Round <digest@papers.example>",
        "To: ada@reader.example",
        "Subject: Paper Round, Friday 20 November: 1 new paper",
        "Date: Fri, 20 Nov 2026 07:00:00 +0000",
        f"Message-ID: <{DELIVERY_ID}@papers.example>",
        "List-ID: Paper Round digests <digests.papers.example>",
        f"List-Unsubscribe: <https://papers.example/u/{TOKEN}>,",
        f" <mailto:digest+u{TOKEN}@papers.example>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "List-Help: <https://papers.example/subscribe>",
        "List-Archive: <https://papers.example/days/>",
        "List-Owner: <mailto:digest@papers.example>",
        "List-Post: NO",
        "Feedback-ID: daily:digest:paperround",
        "Precedence: bulk",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="=_{DELIVERY_ID}"',
    ]


def test_all_fields_of_a_notice() -> None:
    found = parsed(message(notice(Kind.CONFIRM, LETTERHEAD), Kind.CONFIRM).content)
    assert found.keys() == [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
    ]  # fmt: skip


def test_no_field_stands_twice() -> None:
    names = parsed(message(LETTER).content).keys()
    assert len(names) == len({name.lower() for name in names})


def test_the_links_for_leaving_stay_whole_on_the_way_through_other_programs() -> None:
    """Python's email package makes encoded words of URLs of 75 characters (cpython#87659)."""
    url = "https://papers.example/".ljust(LONGEST, "x")
    address = f"{'d' * (LONGEST_IN_HEADER - len('mailto:+u@papers.example') - len(TOKEN))}@papers.example"
    letterhead = make_letterhead(f"Paper Round <{address}>", None, url, "")
    leave, mail = letterhead.leave_url(TOKEN), letterhead.leave_mail(TOKEN)
    assert (len(leave), len(mail)) == (LONGEST_IN_HEADER, LONGEST_IN_HEADER)
    again = parsed(message(LETTER, letterhead=letterhead).content).as_bytes()
    value = re.search(rb"^List-Unsubscribe:((?:.*\n)(?:[ \t].*\n)*)", again, re.MULTILINE)
    assert value is not None
    assert value[1].decode().split() == [f"<{leave}>,", f"<{mail}>"]


def test_one_click_is_offered_where_it_is_safe_alone() -> None:
    """RFC 8058, section 3.1: the URI must be https."""
    trial = make_letterhead(None, None, "http://127.0.0.1:8000", "")
    found = parsed(message(LETTER, letterhead=trial).content)
    assert "List-Unsubscribe-Post" not in found
    assert f"<http://127.0.0.1:8000/u/{TOKEN}>" in found["List-Unsubscribe"]


@pytest.mark.parametrize(
    "name",
    ["Rédaction, “Leipzig”", "論文", 'A "quoted" name', "a@b.example", "Paper Round (daily)"],
)
def test_any_name_of_a_sender_comes_back_as_it_was(name: str) -> None:
    found = parsed(message(LETTER, letterhead=replace(LETTERHEAD, name=name)).content)
    assert [(each.display_name, each.addr_spec) for each in found["From"].addresses] == [
        (name, "digest@papers.example")
    ]
    assert all(len(line) <= 78 for line in str(found["From"].fold(policy=found.policy)).splitlines())


def test_a_long_name_is_broken_where_it_can_be_joined_again() -> None:
    content = message(LETTER, letterhead=replace(LETTERHEAD, name="é" * 60)).content
    field, _, _ = content.partition(b"\r\nTo: ")
    assert max(map(len, field.split(b"\r\n"))) <= 78
    assert str(make_header(decode_header(field.decode()))) == f"From: {'é' * 60} <digest@papers.example>"


def test_a_subject_with_other_letters_comes_back_as_it_was() -> None:
    subject = "Tagesblatt, Montag 3. März: 論文 " * 4
    letter = LETTER._replace(letter=Letter(subject.strip(), LETTER.letter.pieces))
    content = message(letter).content
    assert content.isascii()
    assert parsed(content)["Subject"] == subject.strip()


def test_feedback_names_nobody() -> None:
    other = message(
        LETTER, reader=READER._replace(address="eve@reader.example"), subscriber_id=18, id="a" * 26
    )
    assert parsed(other.content)["Feedback-ID"] == parsed(message(LETTER).content)["Feedback-ID"]
    assert parsed(message(LETTER, Kind.WEEKLY).content)["Feedback-ID"] == "weekly:digest:paperround"


def test_the_longest_address_stays_whole() -> None:
    address = f"{'a' * 64}@{'.'.join(['b' * 46] * 4)}.c"
    assert len(address) == 254
    content = message(LETTER, reader=READER._replace(address=address)).content
    assert f"\r\nTo: {address}\r\n".encode() in content
    assert parsed(content)["To"].addresses[0].addr_spec == address
